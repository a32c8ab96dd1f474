"""Boxes to cross: how the citizen gets the result."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from printing.fonts import REGULAR
from printing.layouts.text import plain
from printing.slips import ReceiptSlip, ReturnBy

_SIZE = 9.75
_LEADING_MM = 4.465
_BOX_MM = 2.9
_AFTER_BOX_MM = 1.0
_BETWEEN_MM = 2.55
_INDENT_MM = 4.0


class ReturnChoice(Flowable):  # type: ignore[misc]
    """Item 6: three boxes, the chosen one crossed; goes on to a second line where it must."""

    _LABEL = "6. Đăng ký nhận kết quả tại:"

    def __init__(self, slip: ReceiptSlip) -> None:
        super().__init__()
        desk = slip.return_desk or slip.reception_desk.split(",")[0] or "Bộ phận Một cửa"
        self._choices = (
            (plain(desk), slip.return_by is ReturnBy.COUNTER),
            ("Địa chỉ trên, qua bưu chính", slip.return_by is ReturnBy.POST),
            ("Trực tuyến", slip.return_by is ReturnBy.ONLINE),
        )
        self._places: list[tuple[float, int]] = []
        self._lines = 1

    def wrap(self, width: float, _: float) -> tuple[float, float]:
        """Lay the boxes out; answers width and height in points."""
        self._places = []
        x, line = stringWidth(self._LABEL, REGULAR, _SIZE) + 1.8 * mm, 0
        for text, _chosen in self._choices:
            wide = (_BOX_MM + _AFTER_BOX_MM) * mm + stringWidth(text, REGULAR, _SIZE)
            if x + wide > width + 0.5 and x > _INDENT_MM * mm:
                x, line = _INDENT_MM * mm, line + 1
            self._places.append((x, line))
            x += wide + _BETWEEN_MM * mm
        self._lines = line + 1
        return width, self._lines * _LEADING_MM * mm

    def draw(self) -> None:
        """Draw at the place the frame has given."""
        canvas = self.canv
        top = self._lines * _LEADING_MM * mm
        canvas.setFont(REGULAR, _SIZE)
        canvas.drawString(0, top - _SIZE, self._LABEL)
        for (text, is_chosen), (x, line) in zip(self._choices, self._places, strict=True):
            baseline = top - _SIZE - line * _LEADING_MM * mm
            box, y = _BOX_MM * mm, baseline - 0.42 * mm
            canvas.setLineWidth(0.25 * mm * 0.6)
            canvas.rect(x, y, box, box, stroke=1, fill=0)
            if is_chosen:
                inset = 0.62 * mm
                canvas.setLineWidth(0.5 * mm)
                canvas.line(x + inset, y + inset, x + box - inset, y + box - inset)
                canvas.line(x + inset, y + box - inset, x + box - inset, y + inset)
            canvas.drawString(x + box + _AFTER_BOX_MM * mm, baseline, text)
