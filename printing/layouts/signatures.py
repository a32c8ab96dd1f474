"""Where two people sign, at the foot of the last sheet."""

from __future__ import annotations

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph

from printing.fonts import BOLD, ITALIC
from printing.layouts import sheet
from printing.layouts.text import markup

_NOTE = "(Ký và ghi rõ họ tên)"
# Distances in millimetres: above the titles, title to note, note to name (12.5 mm stay free to
# sign in), name to the foot of the frame. A full sheet takes them back as far as the second figure.
_ABOVE_MM, _ABOVE_LEAST_MM = 3.4, 0.9
_TITLE_ASCENT_MM = 2.87
_NOTE_DROP_MM = 4.6
_NAME_DROP_MM, _NAME_DROP_LEAST_MM = 16.9, 15.4
_NAME_LEADING_MM = 4.465
_DESCENT_MM = 0.8
_BELOW_MM = 2.6


class Signatories(Flowable):  # type: ignore[misc]
    """Two columns with title, note and name; sinks to the foot of the sheet it stands on.

    Where only one person signs the left one's title is empty, and that column stays blank.
    """

    def __init__(self, left: tuple[str, str], right: tuple[str, str]) -> None:
        super().__init__()
        self._titles = (left[0], right[0])
        style = sheet.style(BOLD, 9.75, _NAME_LEADING_MM, alignment=TA_CENTER)
        column = sheet.TEXT_WIDTH_MM / 2 * mm
        self._names = [Paragraph(markup(name) or "&nbsp;", style) for name in (left[1], right[1])]
        self._name_heights = [name.wrap(column - 6 * mm, 1000)[1] for name in self._names]
        self._height = 0.0

    @property
    def _extra_name_mm(self) -> float:
        return float(max(self._name_heights) / mm) - _NAME_LEADING_MM

    @property
    def _least_mm(self) -> float:
        fixed = _TITLE_ASCENT_MM + _NOTE_DROP_MM + _DESCENT_MM + self._extra_name_mm
        return _ABOVE_LEAST_MM + fixed + _NAME_DROP_LEAST_MM

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take all the height that is left, or say the least that is needed."""
        least = self._least_mm * mm
        is_on_sheet = least <= height <= sheet.PAGE_HEIGHT_MM * mm
        self._height = height if is_on_sheet else least
        return width, self._height

    def draw(self) -> None:
        """Draw from the foot upwards, with what room there is."""
        room_mm = self._height / mm - self._least_mm
        below_mm = min(_BELOW_MM, room_mm)
        free_mm = min(_NAME_DROP_MM - _NAME_DROP_LEAST_MM, max(0.0, room_mm - below_mm))
        last_name_mm = below_mm + _DESCENT_MM
        first_name_mm = last_name_mm + self._extra_name_mm
        note_mm = first_name_mm + _NAME_DROP_LEAST_MM + free_mm
        title_mm = note_mm + _NOTE_DROP_MM
        column = sheet.TEXT_WIDTH_MM / 2 * mm
        for index, (title, name) in enumerate(zip(self._titles, self._names, strict=True)):
            if not title:
                continue
            middle = (index + 0.5) * column
            sheet.centred(self.canv, middle, title_mm * mm, title, BOLD, 9.5)
            sheet.centred(self.canv, middle, note_mm * mm, _NOTE, ITALIC, 9)
            top = first_name_mm * mm + name.style.fontSize
            name.drawOn(self.canv, index * column + 3 * mm, top - self._name_heights[index])
