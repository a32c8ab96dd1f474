"""What a face shows of a visit: plain frozen values, made by the workflow, painted by any face."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """Where a value came from; the words of the chip come from `SOURCE_LABELS`."""

    REGISTER = "register"
    CARD_QR = "card_qr"
    CARD_MRZ = "card_mrz"
    PAPER = "paper"
    TYPED = "typed"
    RULE = "rule"
    CARRIED = "carried"


SOURCE_LABELS = {
    Source.REGISTER: "CSDLQG dân cư",
    Source.CARD_QR: "QR thẻ",
    Source.CARD_MRZ: "MRZ thẻ",
    Source.PAPER: "Đọc từ giấy",
    Source.TYPED: "Nhập tay",
    Source.RULE: "Theo thủ tục",
    Source.CARRIED: "Tờ khai trước",
}


class FieldState(StrEnum):
    """How far a value may be trusted; only DOUBTFUL and a required EMPTY stop an acceptance."""

    EMPTY = "empty"
    READ = "read"
    DOUBTFUL = "doubtful"
    TYPED = "typed"
    LOCKED = "locked"


class ComponentState(StrEnum):
    """How far one paper of the case has come."""

    MISSING = "missing"
    OPTIONAL = "optional"
    SCANNING = "scanning"
    READ = "read"
    DOUBTFUL = "doubtful"
    REUSED = "reused"
    VERIFIED = "verified"


@dataclass(frozen=True)
class Crop:
    """A place on a scanned page: `page` counts the component's pages as shown, from 0; left, top, right, bottom
    in pixels of the cleaned page."""

    component: str
    page: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Suggestion:
    """Another value for a field, and who says so: 'Giấy ủy quyền ghi', 'đọc từ giấy 98 %'."""

    value: str
    shown: str
    by: str
    detail: str


@dataclass(frozen=True)
class FieldView:
    """One field of the declaration as it stands."""

    name: str
    label: str
    value: str
    shown: str
    state: FieldState
    kind: str = "text"  # text | date | number | choice | id
    choices: tuple[str, ...] = ()
    source: Source | None = None
    confidence: float | None = None
    is_required: bool = True
    is_wide: bool = False
    crop: Crop | None = None
    is_handwritten: bool = False  # written by hand: nothing was read, the crop shows the writing
    is_to_type: bool = False  # handwriting that nobody has typed or dismissed yet
    suggestion: Suggestion | None = None
    problem: str | None = None


@dataclass(frozen=True)
class RowsView:
    """A table of the declaration: how many rows it has, and how many it may have."""

    group: str
    count: int
    least: int
    most: int


@dataclass(frozen=True)
class SectionView:
    """A titled group of fields, in the order of the paper form; `rows` on the last row of a table, or alone in its place
    while it has none."""

    title: str
    fields: tuple[FieldView, ...]
    rows: RowsView | None = None


class PageState(StrEnum):
    """How far one page has come."""

    READING = "reading"
    READ = "read"
    UNREAD = "unread"
    ASIDE = "aside"


@dataclass(frozen=True)
class PageView:
    """One page of a paper: `picture` names its picture and changes with it, `advice` says what to mend."""

    key: str
    picture: str
    state: PageState = PageState.READ
    is_blank: bool = False
    advice: str = ""


@dataclass(frozen=True)
class ProfileView:
    """A way to scan that can be chosen: `detail` says what it does, `is_usual` marks the one that F2 takes."""

    key: str
    name: str
    detail: str
    is_usual: bool


@dataclass(frozen=True)
class ComponentView:
    """One paper of the case: `detail` is its state in words ('Nghi ngờ 1 ô · 1 trang')."""

    code: str
    name: str
    state: ComponentState
    detail: str
    is_required: bool
    is_shown_only: bool
    pages: tuple[PageView, ...] = ()
    progress: float | None = None
    is_arriving: bool = False  # the feeder runs for this paper
    is_stuck: bool = False  # its pages could not be put together; F5 tries again


class BlockerKind(StrEnum):
    """What still stands between a visit and its acceptance."""

    CARD = "card"
    CASE = "case"
    COMPONENT = "component"
    FIELD = "field"
    SCANNING = "scanning"
    PAGE = "page"


@dataclass(frozen=True)
class Blocker:
    """One missing thing: `target` is the component code or field name the focus should go to."""

    kind: BlockerKind
    target: str
    text: str


@dataclass(frozen=True)
class CaseView:
    """One situation of a procedure that a person can choose."""

    code: str
    name: str


@dataclass(frozen=True)
class VisitView:
    """A whole visit at one moment."""

    visit_id: str
    title: str
    has_person: bool
    procedure_code: str | None
    sector_name: str
    procedure_name: str
    case_code: str | None
    case_name: str
    cases: tuple[CaseView, ...]
    step: int  # 1 người nộp, 2 thủ tục, 3 giấy tờ, 4 tiếp nhận
    components: tuple[ComponentView, ...]
    sections: tuple[SectionView, ...]
    blockers: tuple[Blocker, ...]
    notices: tuple[str, ...]
    due_text: str
    due_reason: str
    fee_text: str
    fee_reason: str
    line_note: str = ""

    @property
    def can_be_accepted(self) -> bool:
        """True when nothing is missing, doubtful or still being scanned."""
        return not self.blockers

    @property
    def doubtful(self) -> tuple[FieldView, ...]:
        """The fields the focus walks through: doubtful ones, required empty ones, and handwriting to be typed."""
        return tuple(
            f
            for section in self.sections
            for f in section.fields
            if f.state is FieldState.DOUBTFUL
            or (f.state is FieldState.EMPTY and (f.is_required or f.is_to_type))
        )


@dataclass(frozen=True)
class AcceptedView:
    """A sealed dossier, told from the stored record and never from the screen."""

    key: str
    code: str | None
    receipt_number: str | None
    title: str
    applicant: str
    phone: str
    procedure: str
    due_text: str
    due_detail: str
    return_text: str
    return_detail: str
    fee_text: str
    fee_detail: str
    handled_by: str
    codes_left: int | None
    receipt_pdf: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class QueueRow:
    """One dossier in the outbox; `state_text` is the honest sentence, never 'thất bại'."""

    key: str
    code: str
    applicant: str
    procedure: str
    sealed_at: datetime
    state: str  # sealed | sending | to_update | accepted | needs_officer
    state_text: str
    files: int
    files_sent: int
    size_bytes: int
    attempts: int
    next_try_at: datetime | None
    reason: str | None
    history: tuple[tuple[datetime, str], ...] = ()
    province_words: str = ""
    """Where the dossier stands at the province, in its own words."""
    differences: tuple[tuple[str, str, str], ...] = ()
    """Where both sides changed the dossier: what, here, there; an officer chooses."""


MOST_ROWS = 500
"""Of the queue, so many of each kind are shown; `LineView` tells how many there are."""


@dataclass(frozen=True)
class LineView:
    """Connection and queue at the foot of every screen."""

    is_online: bool | None  # None: not asked yet
    since: datetime | None
    waiting: int
    needs_officer: int
    last_sync: datetime | None
    note: str = ""


@dataclass(frozen=True)
class ParkedVisit:
    """A draft that waits, as a tab: its title and when it was last touched."""

    visit_id: str
    title: str
    touched_at: datetime
    officer_name: str = ""
    """Whose it is, where that is another than who sits here."""
