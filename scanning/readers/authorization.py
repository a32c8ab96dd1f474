"""Reads "Giấy ủy quyền" (component 000.00.00.G15-KQ003040 of procedure 2.000635)."""

import re
from collections.abc import Sequence

from scanning.pages import FieldReading, FieldState
from scanning.readers.labels import Label, folded
from scanning.readers.papers import PaperReading, ReadPage, doubted, number_agrees, read_form
from scanning.readers.values import SURE_FROM, Kind, is_day, spanned

KIND = "authorization"
_TITLE = "GIẤY ỦY QUYỀN"
_PERSON = (
    ("name", "Họ, chữ đệm, tên:", 1),
    ("birth_date", "Ngày, tháng, năm sinh:", 1),
    ("id", "Số định danh cá nhân:", 1),
    ("residence", "Nơi cư trú:", 3),
)
_LABELS = (
    Label("", "I. Bên ủy quyền"),
    *(Label(f"principal_{name}", text, lines) for name, text, lines in _PERSON),
    Label("", "II. Bên được ủy quyền"),
    *(Label(f"agent_{name}", text, lines) for name, text, lines in _PERSON),
    Label("scope", "III. Nội dung ủy quyền", lines=7),
    Label("", "Giấy ủy quyền này có hiệu lực"),
)
_KINDS = {
    f"{who}_{name}": kind
    for who in ("principal", "agent")
    for name, kind in (("name", Kind.NAME), ("birth_date", Kind.DATE), ("id", Kind.PERSONAL_ID))
}
_DAY = re.compile(r"ngay(\d{1,2})thang(\d{1,2})nam(\d{4})")


def read(pages: Sequence[ReadPage]) -> PaperReading:
    """The letter of authorisation on the likeliest of the pages."""
    found = read_form(pages, KIND, _TITLE, _LABELS, _KINDS)
    fields = tuple(_tidied(reading) for reading in found.fields)
    values = {reading.name: reading.value for reading in fields}
    contradicting: list[str] = []
    for person in ("principal", "agent"):
        number, birth = f"{person}_id", f"{person}_birth_date"
        if not number_agrees(values.get(number, ""), values.get(birth, "")):
            contradicting += (number, birth)
    made_on = _made_on(pages, {reading.page for reading in fields})
    return PaperReading(KIND, found.confidence, doubted((*fields, *made_on), contradicting))


def _tidied(reading: FieldReading) -> FieldReading:
    """The scope ends in a full stop, being a sentence: it is kept as written."""
    if reading.name != "scope" or reading.value.endswith("."):
        return reading
    return FieldReading(
        reading.name, reading.value + ".", reading.confidence, reading.state, reading.page, reading.box
    )


def _made_on(pages: Sequence[ReadPage], numbers: set[int]) -> tuple[FieldReading, ...]:
    for number in sorted(numbers):
        for line in pages[number - 1].text.lines:
            spelled = _DAY.search(folded(line.text))
            if spelled and is_day(*map(int, spelled.groups())):
                day, month, year = map(int, spelled.groups())
                sure = min(word.confidence for word in line.words)
                state = FieldState.SURE if sure >= SURE_FROM else FieldState.DOUBTFUL
                value = f"{day:02d}/{month:02d}/{year}"
                return (FieldReading("made_on", value, round(sure, 3), state, number, spanned(line.words)),)
    return ()
