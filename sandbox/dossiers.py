"""What a strict province accepts as a sealed dossier, and what it answers when it does not.

Sources of the rules: decree 61/2018 article 26 and circular 01/2018 articles 19 and 20 (dossier
code), circular 59/2021 (12-digit personal number), the portal's procedure codes.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

SCHEMA = "motcua.dossier/1"
CODE_PATTERN = re.compile(
    r"(?P<agency>(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Y]\d{2}(?:\.[0-9A-Z]{1,4})*)-(?P<day>\d{6})-(?P<serial>\d{4,7})"
)
RECEIPT_NUMBER_PATTERN = re.compile(r"TN-[A-Z0-9]{1,16}-(?:\d{6}-)?[0-9A-Z]{4,40}")
_PROCEDURE_CODE = re.compile(r"\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[GH]\d{2})?")
_AGENCY = re.compile(r"[A-Z0-9]+(?:\.[A-Z0-9]+)*")
_PERSONAL_ID = re.compile(r"\d{12}")
_PASSPORT = re.compile(r"[A-Z]\d{7,8}")
_MOBILE = re.compile(r"(?:\+?84|0)[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{1,2}\d{7,8}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


def is_uuid7(text: str) -> bool:
    """Whether the text is a UUID of version 7 in its canonical lower-case form."""
    try:
        value = UUID(text)
    except ValueError:
        return False
    return value.version == 7 and str(value) == text


def canonical_agency(agency: str) -> str:
    """Agency id with its first level on the left and without empty groups.

    Both orders are in use (``000.00.34.H12`` and ``H12.34``); they name the same agency.
    """
    groups = [group for group in agency.split(".") if group not in ("00", "000")]
    if groups and not re.fullmatch(r"[A-Y]\d{2}", groups[0]):
        groups.reverse()
    return ".".join(groups)


def code_day(text: str) -> date | None:
    """The date inside a dossier code (``yyMMdd``), or None where it is no real date."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def body_hash(body: Any) -> str:
    """SHA-256 of a JSON value in one canonical spelling: key order and blanks do not count."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _refuse(message: str) -> PydanticCustomError:
    return PydanticCustomError("province_rule", "{text}", {"text": message})


def _person_name(text: str) -> str:
    if unicodedata.normalize("NFC", text) != text:
        raise _refuse("Họ tên phải ở dạng Unicode dựng sẵn (NFC).")
    if text != text.strip() or not all(
        letter in " '’-." or unicodedata.category(letter)[0] in "LM" for letter in text
    ):
        raise _refuse("Họ tên chỉ gồm chữ cái, dấu cách, dấu nháy, gạch nối và dấu chấm.")
    return text


def _personal_id(text: str) -> str:
    if not _PERSONAL_ID.fullmatch(text) and not _PASSPORT.fullmatch(text):
        raise _refuse("Số định danh phải gồm đúng 12 chữ số, hoặc là số hộ chiếu.")
    return text


def _phone(text: str) -> str:
    if not _MOBILE.fullmatch(text) and not _LANDLINE.fullmatch(text):
        raise _refuse("Số điện thoại không đúng mẫu số Việt Nam.")
    return text


def _birth_date(value: date) -> date:
    if value.year < 1875:
        raise _refuse("Ngày sinh quá xa.")
    return value


def _file_name(text: str) -> str:
    if any(letter in "/\\" or unicodedata.category(letter) == "Cc" for letter in text) or text in (".", ".."):
        raise _refuse("Tên tệp không được có dấu gạch chéo hay ký tự điều khiển.")
    return unicodedata.normalize("NFC", text)


def _matching(pattern: re.Pattern[str], message: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise _refuse(message)
        return text

    return AfterValidator(check)


def _local_time(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(hours=7):
        raise _refuse("Thời điểm phải ghi theo giờ Việt Nam (+07:00).")
    return moment


Text = Annotated[str, Field(min_length=1, max_length=2000)]
VietnamTime = Annotated[AwareDatetime, AfterValidator(_local_time)]
PersonName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_person_name)]
PersonalId = Annotated[str, AfterValidator(_personal_id)]
Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, Field(max_length=254), _matching(_EMAIL, "Địa chỉ thư điện tử không đúng mẫu.")]
BirthDate = Annotated[date, AfterValidator(_birth_date)]
Sha256 = Annotated[str, _matching(_SHA256, "Mã băm SHA-256 phải gồm 64 chữ số hệ 16, chữ thường.")]
Line = Annotated[str, Field(max_length=2000)]
StatusNumber = Annotated[int, Field(ge=1, le=10, strict=True)]
Count = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class Procedure(BaseModel):
    """The administrative procedure that is asked for."""

    code: Annotated[str, _matching(_PROCEDURE_CODE, "Mã thủ tục không đúng mẫu.")]
    name: Text
    case: Annotated[str, Field(max_length=100)] | None = None


class Agency(BaseModel):
    """The agency that receives the dossier."""

    id: Annotated[str, Field(max_length=35), _matching(_AGENCY, "Mã định danh cơ quan không đúng mẫu.")]
    name: Text


class Applicant(BaseModel):
    """Who hands the dossier in."""

    personal_id: PersonalId
    full_name: PersonName
    birth_date: BirthDate | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Annotated[str, Field(max_length=500)] | None = None


class Owner(BaseModel):
    """Whose matter it is, when that is another person."""

    personal_id: PersonalId | None = None
    full_name: PersonName | None = None
    birth_date: BirthDate | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Annotated[str, Field(max_length=500)] | None = None


class ListedFile(BaseModel):
    """A file that the dossier promises; its bytes come by resumable upload."""

    name: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_file_name)]
    size: Annotated[int, Field(ge=0, strict=True)]
    sha256: Sha256
    media_type: Annotated[str, _matching(_MEDIA_TYPE, "Kiểu tệp không đúng mẫu.")]


class Component(BaseModel):
    """One kind of paper in the dossier."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    name: Text
    originals: Count
    copies: Count
    files: list[ListedFile] = Field(max_length=500)
    proven_by: Annotated[str, Field(max_length=40)] | None = None
    result_number: Annotated[str, Field(max_length=200)] | None = None


class Officer(BaseModel):
    """Who received the dossier."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    name: Annotated[str, Field(min_length=1, max_length=200)]


class AskedPaper(BaseModel):
    """A paper that has to be brought or mended, and what to do with it."""

    name: Text
    what: Text


class Contact(BaseModel):
    """Where the citizen asks back."""

    counter: Annotated[str, Field(max_length=200)]
    phone: Annotated[str, Field(max_length=50)]


class Event(BaseModel):
    """One step of a dossier after it was received, or the refusal to receive it; the facts depend on the kind."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[
        "transferred",
        "supplement_asked",
        "supplement_completed",
        "apologised",
        "stopped",
        "withdrawn",
        "result_recorded",
        "handed_over",
        "refused",
    ]
    at: VietnamTime
    officer: Officer
    status: StatusNumber
    submitted_at: VietnamTime | None = None
    reason: Text | None = None
    reason_code: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    unit: Text | None = None
    receiver: Line | None = None
    papers: Annotated[list[AskedPaper], Field(min_length=1, max_length=100)] | None = None
    contact: Contact | None = None
    clock: Literal["restart", "pause"] | None = None
    due_before: VietnamTime | None = None
    due: VietnamTime | None = None
    new_day: date | None = None
    reasons: list[Text] | None = None
    basis: Line | None = None
    returned: Line | None = None
    number: Text | None = None
    signed_by: Text | None = None
    signing: Literal["paper", "pad", "digital"] | None = None
    receiver_id: PersonalId | None = None
    receiver_name: PersonName | None = None
    authority: Line | None = None
    proof: Literal["card", "typed"] | None = None


class Linked(BaseModel):
    """Where a dossier stands among those that were handed in together; each is known by itself."""

    model_config = ConfigDict(extra="forbid")

    group: str
    position: Annotated[int, Field(ge=1, le=20, strict=True)]
    of: Annotated[int, Field(ge=1, le=20, strict=True)]
    procedure: Annotated[str, _matching(_PROCEDURE_CODE, "Mã thủ tục không đúng mẫu.")] | None = None

    @model_validator(mode="after")
    def _check(self) -> Linked:
        if not is_uuid7(self.group):
            raise _refuse("Mã nhóm hồ sơ phải là UUID phiên bản 7.")
        if self.position > self.of:
            raise _refuse("Vị trí trong nhóm hồ sơ lớn hơn số hồ sơ của nhóm.")
        return self


class Dossier(BaseModel):
    """A sealed dossier, version 1."""

    model_config = ConfigDict(extra="forbid")

    schema_: Annotated[Literal["motcua.dossier/1"], Field(alias="schema")]
    key: str
    code: Annotated[str, _matching(CODE_PATTERN, "Mã số hồ sơ không đúng mẫu.")] | None
    receipt_number: (
        Annotated[str, _matching(RECEIPT_NUMBER_PATTERN, "Số biên nhận tạm không đúng mẫu.")] | None
    )
    procedure: Procedure
    agency: Agency
    channel: Literal["direct", "online", "postal"]
    received_at: VietnamTime
    due: VietnamTime | None
    applicant: Applicant
    owner: Owner | None = None
    form: dict[str, Any]
    fee_vnd: Annotated[int, Field(ge=0, strict=True)] | None
    copies: Count
    components: list[Component] = Field(max_length=200)
    return_by: Literal["counter", "post", "online"]
    officer: Officer | None = None
    history: list[Any] = []
    linked: Linked | None = None
    version: Annotated[int, Field(ge=2, strict=True)] | None = None
    """From the second version on, as counted by the station that changed it."""
    status: StatusNumber | None = None
    """The portal's TrangThaiHoSo (1 to 10); a dossier without one has been received."""
    events: list[Event] = Field(default_factory=list, max_length=200)
    """What happened since, oldest first; the last one's status is the dossier's."""

    @model_validator(mode="after")
    def _stands_where_its_events_say(self) -> Dossier:
        said = self.events[-1].status if self.events else None
        if self.status != said:
            raise _refuse("Trạng thái hồ sơ phải là trạng thái của việc ghi sau cùng.")
        return self


class FieldError(BaseModel):
    """One thing to mend in a refused dossier."""

    field: str
    message: str


_MESSAGES = {
    "missing": "Thiếu trường này.",
    "extra_forbidden": "Trường lạ, không có trong lược đồ.",
    "literal_error": "Giá trị không thuộc danh sách cho phép.",
    "string_too_short": "Không được để trống.",
    "string_too_long": "Dài quá mức cho phép.",
    "too_long": "Quá nhiều mục.",
    "timezone_aware": "Thời điểm phải có múi giờ.",
    "greater_than_equal": "Số không được âm.",
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """The same refusals with a field path and a Vietnamese sentence each."""
    return [
        FieldError(
            field=".".join(str(part) for part in detail["loc"]),
            message=(
                str(detail["msg"])
                if detail["type"] == "province_rule"
                else _MESSAGES.get(str(detail["type"]), "Giá trị không đúng kiểu hoặc không đúng mẫu.")
            ),
        )
        for detail in error.errors(include_url=False, include_input=False)
    ]
