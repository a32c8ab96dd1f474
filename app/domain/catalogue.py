"""What the national procedure database says of a procedure, in one normal form; doubtful facts kept beside it.

Source: CSDLQG về thủ tục hành chính, the national export and the LayThuTuc record. Codes are opaque keys: they are kept
as they came, odd ones too. A quantity, time or fee that the source does not give as a number stays None; nothing is
guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.calendar import ProcessingTime, TimeUnit
from app.domain.dossier import Channel
from app.domain.procedure import ComponentUse


class DoubtKind(StrEnum):
    """Why a fact of the source is not taken at its word; the value is the key in reports."""

    UNUSABLE = "unusable"
    CODE_SHAPE = "code_shape"
    CODE_MISSING = "code_missing"
    CODE_TWICE = "code_twice"
    NAME_MISSING = "name_missing"
    SECTOR_MISSING = "sector_missing"
    AGENCY_MISSING = "agency_missing"
    SUBJECT_UNKNOWN = "subject_unknown"
    STATE_UNKNOWN = "state_unknown"
    CHANNEL_UNKNOWN = "channel_unknown"
    CHANNELS_MISSING = "channels_missing"
    TIME_IN_WORDS = "time_in_words"
    TIME_UNIT = "time_unit"
    TIME_FRACTION = "time_fraction"
    TIME_MISSING = "time_missing"
    CASE_CODE = "case_code"
    FEE_IN_WORDS = "fee_in_words"
    FEE_ZERO_BUT_TEXT = "fee_zero_but_text"
    FEE_ODD = "fee_odd"
    QUANTITY_MISSING = "quantity_missing"
    QUANTITY_ODD = "quantity_odd"
    PAPER_IN_NOTES = "paper_in_notes"
    PAPERS_MISSING = "papers_missing"
    GROUP_EMPTY = "group_empty"
    RESULTS_MISSING = "results_missing"
    TWO_FORMS = "two_forms"
    INVISIBLE_LETTER = "invisible_letter"
    NOT_UNDERSTOOD = "not_understood"
    DATE_ODD = "date_odd"

    @property
    def words(self) -> str:
        """The doubt in plain Vietnamese."""
        return _WORDS[self]


_WORDS: Mapping[DoubtKind, str] = {
    DoubtKind.UNUSABLE: "bản ghi không dùng được, giữ nguyên trong báo cáo",
    DoubtKind.CODE_SHAPE: "mã không đúng dạng, giữ nguyên làm khóa",
    DoubtKind.CODE_MISSING: "thiếu mã",
    DoubtKind.CODE_TWICE: "một mã dùng hai lần",
    DoubtKind.NAME_MISSING: "thiếu tên",
    DoubtKind.SECTOR_MISSING: "thiếu lĩnh vực",
    DoubtKind.AGENCY_MISSING: "thiếu cơ quan thực hiện",
    DoubtKind.SUBJECT_UNKNOWN: "đối tượng thực hiện lạ",
    DoubtKind.STATE_UNKNOWN: "trạng thái lạ",
    DoubtKind.CHANNEL_UNKNOWN: "kênh thực hiện lạ",
    DoubtKind.CHANNELS_MISSING: "không có cách thức thực hiện",
    DoubtKind.TIME_IN_WORDS: "thời hạn viết bằng lời, cần người quyết định",
    DoubtKind.TIME_UNIT: "đơn vị thời hạn không rõ (OTHER), cần người quyết định",
    DoubtKind.TIME_FRACTION: "thời hạn lẻ, cần người quyết định cách tính",
    DoubtKind.TIME_MISSING: "thiếu thời hạn",
    DoubtKind.CASE_CODE: "mã trường hợp không thuộc thủ tục này",
    DoubtKind.FEE_IN_WORDS: "mức phí chỉ viết bằng lời",
    DoubtKind.FEE_ZERO_BUT_TEXT: "phí ghi 0 đồng nhưng phần lời nói khác",
    DoubtKind.FEE_ODD: "mức phí lạ (có thể tính bằng ngoại tệ)",
    DoubtKind.QUANTITY_MISSING: "không ghi số bản",
    DoubtKind.QUANTITY_ODD: "số bản lạ",
    DoubtKind.PAPER_IN_NOTES: "giấy tờ có số bản nằm trong phần lưu ý",
    DoubtKind.PAPERS_MISSING: "không có thành phần hồ sơ nào",
    DoubtKind.GROUP_EMPTY: "nhóm giấy tờ trống",
    DoubtKind.RESULTS_MISSING: "không ghi kết quả",
    DoubtKind.TWO_FORMS: "tờ khai giấy và biểu mẫu điện tử cùng ghi là phải nộp",
    DoubtKind.INVISIBLE_LETTER: "có ký tự không nhìn thấy, đã bỏ",
    DoubtKind.NOT_UNDERSTOOD: "phần không hiểu, giữ nguyên trong báo cáo",
    DoubtKind.DATE_ODD: "ngày không có thật",
}


@dataclass(frozen=True)
class Doubt:
    """One fact that was kept but not believed: of which procedure, where in its record, and what stood there."""

    kind: DoubtKind
    procedure: str
    where: str
    raw: str

    def __str__(self) -> str:
        return f"{self.procedure or '?'} · {self.where}: {self.kind.words} (“{self.raw}”)"


@dataclass(frozen=True)
class CatalogueTime:
    """Thời hạn giải quyết as the source gives it; `quantity` and `unit` only where both are understood."""

    quantity: Decimal | None
    unit: TimeUnit | None
    text: str = ""

    @property
    def settled(self) -> ProcessingTime | None:
        """The time a due date can be counted with; None where a person must decide first."""
        if self.unit is None or self.quantity is None or self.quantity <= 0:
            return None
        if self.quantity != self.quantity.to_integral_value():
            return None
        return ProcessingTime(int(self.quantity), self.unit)


@dataclass(frozen=True)
class CatalogueFee:
    """Phí, lệ phí of one channel; `vnd` only where the source gives an amount that can be đồng."""

    kind: str
    vnd: int | None
    text: str


@dataclass(frozen=True)
class CatalogueChannel:
    """Cách thức thực hiện: how it comes in, how long it takes that way, and what it costs."""

    channel: Channel
    time: CatalogueTime
    fees: tuple[CatalogueFee, ...]
    note: str


@dataclass(frozen=True)
class CatalogueCase:
    """Trường hợp: the source gives its code and time, hardly ever its words."""

    code: str
    time: CatalogueTime
    name: str = ""


@dataclass(frozen=True)
class CataloguePaper:
    """A paper that is counted: handed in or shown. `situation` is the group's title, empty for everybody."""

    code: str
    name: str
    use: ComponentUse
    originals: int | None
    copies: int | None
    situation: str
    templates: tuple[str, ...]
    is_electronic: bool
    is_result: bool


@dataclass(frozen=True)
class CatalogueHint:
    """Guidance that the source keeps among the papers (quantity 0/0, or under "Lưu ý"): read, never ticked off."""

    code: str
    text: str
    situation: str


@dataclass(frozen=True)
class CatalogueResult:
    """Kết quả thực hiện; the code only where the source gives one."""

    code: str
    name: str


@dataclass(frozen=True)
class CatalogueEntry:
    """Thủ tục hành chính as published: one version of it, in force on the days given (None: not said)."""

    code: str
    name: str
    sector_code: str
    sector_name: str
    publisher: str
    agency: str
    subjects: tuple[str, ...]
    state: str
    channels: tuple[CatalogueChannel, ...]
    cases: tuple[CatalogueCase, ...]
    papers: tuple[CataloguePaper, ...]
    hints: tuple[CatalogueHint, ...]
    results: tuple[CatalogueResult, ...]
    requirements: str
    steps: tuple[str, ...]
    legal_basis: tuple[str, ...]
    source_id: str
    effective_from: date | None = None
    effective_to: date | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What the source had besides, as it stood: nothing is lost."""

    def is_in_force(self, day: date) -> bool:
        """True where nothing says that this version does not count on that day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    def to_table(self) -> dict[str, Any]:
        """As JSON keeps it; what depends on the day of import (`effective_*`) included."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> CatalogueEntry:
        """Reads what `to_table` wrote."""
        return cls(
            **{
                **table,
                "subjects": tuple(table["subjects"]),
                "channels": tuple(
                    CatalogueChannel(
                        Channel(c["channel"]),
                        _time(c["time"]),
                        tuple(CatalogueFee(**fee) for fee in c["fees"]),
                        c["note"],
                    )
                    for c in table["channels"]
                ),
                "cases": tuple(
                    CatalogueCase(c["code"], _time(c["time"]), c.get("name", "")) for c in table["cases"]
                ),
                "papers": tuple(
                    CataloguePaper(**{**p, "use": ComponentUse(p["use"]), "templates": tuple(p["templates"])})
                    for p in table["papers"]
                ),
                "hints": tuple(CatalogueHint(**h) for h in table["hints"]),
                "results": tuple(CatalogueResult(**r) for r in table["results"]),
                "steps": tuple(table["steps"]),
                "legal_basis": tuple(table["legal_basis"]),
                "effective_from": _day(table["effective_from"]),
                "effective_to": _day(table["effective_to"]),
            }
        )


def _time(table: Mapping[str, Any]) -> CatalogueTime:
    quantity, unit = table["quantity"], table["unit"]
    return CatalogueTime(
        None if quantity is None else Decimal(quantity),
        None if unit is None else TimeUnit(unit),
        table["text"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, StrEnum | date):
        return str(value)
    return value
