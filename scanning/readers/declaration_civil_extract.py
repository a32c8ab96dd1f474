"""Reads "Tờ khai cấp bản sao trích lục hộ tịch" (component 000.00.00.G15-KQ003037 of procedure 2.000635)."""

from collections.abc import Sequence

from scanning.pages import FieldReading, FieldState
from scanning.readers.labels import Label
from scanning.readers.papers import PaperReading, ReadPage, doubted, number_agrees, read_form
from scanning.readers.values import SURE_FROM, Kind, is_day

KIND = "declaration_civil_extract"
_TITLE = "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH"
_LABELS = (
    Label("addressee", "Kính gửi:", lines=2),
    Label("requester_name", "Họ, chữ đệm, tên người yêu cầu:"),
    Label("requester_birth_date", "Ngày, tháng, năm sinh:"),
    Label("requester_residence", "Nơi cư trú:", lines=3),
    Label("requester_id", "Số định danh cá nhân/Giấy tờ tùy thân:"),
    Label("relation", "Quan hệ với người được cấp bản sao trích lục hộ tịch:"),
    Label("extract_kind", "Đề nghị cơ quan cấp bản sao trích lục:"),
    Label("", "cho người có tên dưới đây:"),
    Label("subject_name", "Họ, chữ đệm, tên:"),
    Label("subject_birth_date", "Ngày, tháng, năm sinh:"),
    Label("subject_sex", "Giới tính:"),
    Label("subject_ethnicity", "Dân tộc:"),
    Label("subject_nationality", "Quốc tịch:"),
    Label("subject_residence", "Nơi cư trú:", lines=3),
    Label("subject_id", "Số định danh cá nhân/Giấy tờ tùy thân:"),
    Label("registered_at", "Đã đăng ký tại:", lines=2),
    Label("registered_day", "Ngày"),
    Label("registered_month", "tháng"),
    Label("registered_year", "năm"),
    Label("registration_number", "Số:"),
    Label("registration_book", "Quyển số:"),
    Label("copies", "Số lượng bản sao yêu cầu cấp:"),
    Label("", "bản."),
    Label("", "Tôi cam đoan những nội dung khai trên đây"),
)
_KINDS = {
    "requester_name": Kind.NAME,
    "requester_birth_date": Kind.DATE,
    "requester_id": Kind.PERSONAL_ID,
    "subject_name": Kind.NAME,
    "subject_birth_date": Kind.DATE,
    "subject_sex": Kind.SEX,
    "subject_ethnicity": Kind.ETHNICITY,
    "subject_id": Kind.PERSONAL_ID,
    "registration_number": Kind.NUMBER_OF_YEAR,
    "registration_book": Kind.BOOK,
    "copies": Kind.COUNT,
}
_DAY_PARTS = ("registered_day", "registered_month", "registered_year")


def read(pages: Sequence[ReadPage]) -> PaperReading:
    """The declaration on the likeliest of the pages."""
    found = read_form(pages, KIND, _TITLE, _LABELS, _KINDS)
    fields = _with_registration_day(found.fields)
    values = {reading.name: reading.value for reading in fields}
    contradicting: list[str] = []
    for person in ("requester", "subject"):
        number, birth = f"{person}_id", f"{person}_birth_date"
        if not number_agrees(values.get(number, ""), values.get(birth, "")):
            contradicting += (number, birth)
    number, day = values.get("registration_number", ""), values.get("registered_on", "")
    if "/" in number and day and number[-4:] != day[-4:]:
        contradicting += ("registration_number", "registered_on")
    return PaperReading(KIND, found.confidence, doubted(fields, contradicting))


def _with_registration_day(fields: Sequence[FieldReading]) -> tuple[FieldReading, ...]:
    """The three filled parts of "Ngày … tháng … năm …" as one date."""
    parts = {reading.name: reading for reading in fields if reading.name in _DAY_PARTS}
    rest = tuple(reading for reading in fields if reading.name not in _DAY_PARTS)
    if not parts:
        return rest
    texts = [parts[name].value.strip(" .") if name in parts else "" for name in _DAY_PARTS]
    boxes = [reading.box for reading in parts.values()]
    box = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    page = next(iter(parts.values())).page
    fits = all(text.isdigit() for text in texts) and is_day(*map(int, texts))
    raw = [reading.confidence for reading in parts.values()]
    if fits:
        value = f"{int(texts[0]):02d}/{int(texts[1]):02d}/{int(texts[2])}"
        state = FieldState.SURE if min(raw) >= SURE_FROM else FieldState.DOUBTFUL
        joined = FieldReading("registered_on", value, min(raw), state, page, box)
    else:
        value = "/".join(text for text in texts if text)
        joined = FieldReading("registered_on", value, min(*raw, 0.5), FieldState.DOUBTFUL, page, box)
    order = [label.name for label in _LABELS]
    place = sum(1 for reading in rest if order.index(reading.name) < order.index("registered_day"))
    return (*rest[:place], joined, *rest[place:])
