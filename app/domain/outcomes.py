"""What may become of a received dossier, each outcome with its rule (decree 61/2018 as kept by 118/2025).

An outcome looks at how the dossier stands and gives either a ruling (facts of its event, new due date, warnings) or a
DomainError with the law's sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from app.domain.calendar import VIETNAM, ProcessingTime, TimeUnit
from app.domain.codes import PersonalId
from app.domain.course import Ground, Kind, Ruling, Standing, iso
from app.domain.errors import DomainError
from app.domain.status import STAGES, Status
from app.domain.words import name_of, optional_text, text_of

_MOST_PAPERS = 100


class Signing(StrEnum):
    """How something was signed: by hand on paper, on a signature pad, by a digital signature."""

    PAPER = "paper"
    PAD = "pad"
    DIGITAL = "digital"


SIGNING_WORDS: Mapping[str, str] = {
    Signing.PAPER: "ký trên giấy",
    Signing.PAD: "ký trên bảng ký",
    Signing.DIGITAL: "ký số",
}


class Proof(StrEnum):
    """How the receiver of a result was known: the card was read, or its number typed and compared."""

    CARD = "card"
    TYPED = "typed"


@dataclass(frozen=True)
class PaperAsked:
    """One row of form 02: the paper, and what to do with it."""

    name: str
    what: str


@dataclass(frozen=True)
class Transfer:
    """The dossier goes to the unit that handles it."""

    to: str
    receiver: str = ""
    kind: ClassVar[Kind] = Kind.TRANSFERRED
    target: ClassVar[Status | None] = Status.IN_PROCESS

    def asked(self) -> Mapping[str, Any]:
        """To whom."""
        return {
            "unit": text_of("bộ phận nhận hồ sơ", self.to),
            "receiver": optional_text("người nhận hồ sơ", self.receiver),
        }

    def rule(self, standing: Standing, ground: Ground) -> Ruling:
        """The same day, or at the start of the next working day after 15:00."""
        if standing.status is Status.SUPPLEMENT_ASKED:
            raise DomainError(
                "Hồ sơ đang chờ bổ sung; khi người nộp đã bổ sung đủ hãy ghi nhận việc đó (complete), đừng chuyển thẳng."
            )
        counted = ground.calendar.counted_from(standing.received_at)
        last = counted.date()
        if counted.time() >= ground.calendar.transfer_cutoff:
            last = ground.calendar.next_working_day(last)
        late = ground.at.astimezone(VIETNAM).date() > last
        words = f"Chuyển chậm: hồ sơ phải chuyển chậm nhất trong ngày {last:%d/%m/%Y}."
        return Ruling(self.asked(), warnings=(words,) if late else ())


@dataclass(frozen=True)
class AskSupplement:
    """Form 02: what is missing and why, all of it at once."""

    papers: tuple[PaperAsked, ...]
    reason: str
    counter: str = ""
    phone: str = ""
    kind: ClassVar[Kind] = Kind.SUPPLEMENT_ASKED
    target: ClassVar[Status | None] = Status.SUPPLEMENT_ASKED

    def asked(self) -> Mapping[str, Any]:
        """Papers and reason."""
        if not 1 <= len(self.papers) <= _MOST_PAPERS:
            raise DomainError(f"Phiếu yêu cầu bổ sung phải nêu từ 1 đến {_MOST_PAPERS} giấy tờ.")
        return {
            "papers": [
                {"name": text_of("tên giấy tờ", p.name), "what": text_of("nội dung cần bổ sung", p.what)}
                for p in self.papers
            ],
            "reason": text_of("lý do yêu cầu bổ sung", self.reason),
        }

    def rule(self, standing: Standing, ground: Ground) -> Ruling:
        """The clock stops; late requests are warned of."""
        warnings = []
        if ground.at > (last := _refusal_deadline(standing.received_at, ground)):
            warnings.append(
                f"Yêu cầu bổ sung muộn: quá {ground.rules.refusal_working_days} ngày làm việc kể từ khi nhận "
                f"(hạn {last.astimezone(VIETNAM):%d/%m/%Y})."
            )
        if standing.due is not None and ground.at > standing.due:
            warnings.append("Hồ sơ đã quá ngày hẹn trả; yêu cầu bổ sung không xóa việc trễ hạn.")
        contact = {
            "counter": optional_text("tên quầy", self.counter),
            "phone": optional_text("số điện thoại", self.phone),
        }
        clock = {"clock": str(ground.supplement_rule)}
        return Ruling({**self.asked(), **clock, "contact": contact}, warnings=tuple(warnings))


@dataclass(frozen=True)
class CompleteSupplement:
    """What was missing has come: the appointment is counted again."""

    kind: ClassVar[Kind] = Kind.SUPPLEMENT_COMPLETED
    target: ClassVar[Status | None] = Status.IN_PROCESS

    def asked(self) -> Mapping[str, Any]:
        """Nothing but that it came."""
        return {}

    def rule(self, standing: Standing, ground: Ground) -> Ruling:
        """Only after it was asked for."""
        request = standing.last(Kind.SUPPLEMENT_ASKED)
        if standing.status is not Status.SUPPLEMENT_ASKED or request is None:
            raise DomainError(
                f"Hồ sơ đang ở bước “{STAGES[standing.status].words}”, không chờ bổ sung nên không có gì để ghi nhận."
            )
        renewed = ground.renew(datetime.fromisoformat(request["at"]), ground.at)
        facts = {"due_before": iso(standing.due), "due": iso(renewed.at), "reasons": list(renewed.reasons)}
        return Ruling(facts, due=renewed.at)


@dataclass(frozen=True)
class Apologise:
    """Form 04: an apology and another appointment, once."""

    reason: str
    new_day: date
    kind: ClassVar[Kind] = Kind.APOLOGISED
    target: ClassVar[Status | None] = None

    def asked(self) -> Mapping[str, Any]:
        """Why, and which day."""
        return {"reason": text_of("lý do hẹn lại", self.reason), "new_day": self.new_day.isoformat()}

    def rule(self, standing: Standing, ground: Ground) -> Ruling:
        """In time, to a later working day."""
        if standing.status not in (Status.RECEIVED, Status.IN_PROCESS, Status.PAYMENT_ASKED):
            raise DomainError(
                f"Hồ sơ đang ở bước “{STAGES[standing.status].words}”, không phải đang giải quyết nên không hẹn lại."
            )
        if standing.due is None:
            raise DomainError("Hồ sơ này không có ngày hẹn trả nên không có gì để hẹn lại.")
        due, today = standing.due.astimezone(VIETNAM).date(), ground.at.astimezone(VIETNAM).date()
        before = ground.rules.apology_days_before
        if today > (last := due - timedelta(days=before)):
            raise DomainError(
                f"Theo {ground.rules.law}, phải xin lỗi và hẹn lại trước ngày hẹn trả ít nhất {before} ngày; "
                f"hồ sơ này hẹn {due:%d/%m/%Y}, hạn cuối để xin lỗi là {last:%d/%m/%Y} nên không hẹn lại được nữa."
            )
        if self.new_day <= due:
            raise DomainError(
                f"Ngày hẹn lại {self.new_day:%d/%m/%Y} phải sau ngày hẹn cũ {due:%d/%m/%Y}, hãy chọn ngày khác."
            )
        if not ground.calendar.is_working_day(self.new_day):
            follows = ground.calendar.next_working_day(self.new_day)
            raise DomainError(
                f"Ngày hẹn lại {self.new_day:%d/%m/%Y} không phải ngày làm việc; gần nhất là {follows:%d/%m/%Y}."
            )
        at = datetime.combine(self.new_day, ground.calendar.afternoon[1], tzinfo=VIETNAM)
        return Ruling({**self.asked(), "due_before": iso(standing.due), "due": iso(at)}, due=at)


@dataclass(frozen=True)
class Stop:
    """Form 05: the dossier is not worked on any more."""

    reason: str
    basis: str = ""
    returned: str = ""
    """What becomes of fees and papers."""
    counter: str = ""
    phone: str = ""
    kind: ClassVar[Kind] = Kind.STOPPED
    target: ClassVar[Status | None] = Status.STOPPED

    def asked(self) -> Mapping[str, Any]:
        """Why, by what rule, and what is given back."""
        return {
            "reason": text_of("lý do dừng", self.reason),
            "basis": optional_text("căn cứ", self.basis),
            "returned": optional_text("phí và giấy tờ trả lại", self.returned),
        }

    def rule(self, standing: Standing, ground: Ground) -> Ruling:  # noqa: ARG002 (the step alone decides)
        """From any step that is not final."""
        missing = "" if self.returned.strip() else "Chưa ghi cách trả lại phí và giấy tờ đã nộp (--returned)."
        contact = {
            "counter": optional_text("tên quầy", self.counter),
            "phone": optional_text("số điện thoại", self.phone),
        }
        return Ruling({**self.asked(), "contact": contact}, warnings=(missing,) if missing else ())


@dataclass(frozen=True)
class Withdraw:
    """The citizen takes the dossier back."""

    reason: str
    kind: ClassVar[Kind] = Kind.WITHDRAWN
    target: ClassVar[Status | None] = Status.WITHDRAWN

    def asked(self) -> Mapping[str, Any]:
        """In the citizen's words."""
        return {"reason": text_of("lý do rút hồ sơ", self.reason)}

    def rule(self, standing: Standing, ground: Ground) -> Ruling:  # noqa: ARG002 (the step alone decides)
        """Before there is a result."""
        return Ruling(self.asked())


@dataclass(frozen=True)
class RecordResult:
    """The result is here: its number, who signed it and how."""

    number: str
    signed_by: str
    signing: Signing
    kind: ClassVar[Kind] = Kind.RESULT_RECORDED
    target: ClassVar[Status | None] = Status.DONE

    def asked(self) -> Mapping[str, Any]:
        """What stands on the result."""
        return {
            "number": text_of("số ký hiệu của kết quả", self.number),
            "signed_by": text_of("người ký kết quả", self.signed_by),
            "signing": str(self.signing),
        }

    def rule(self, standing: Standing, ground: Ground) -> Ruling:
        """A late one is warned of: it counts in index 766."""
        due = standing.due
        if due is None or ground.at <= due:
            return Ruling(self.asked())
        return Ruling(
            self.asked(), warnings=(f"Kết quả có sau ngày hẹn {due.astimezone(VIETNAM):%d/%m/%Y}: trễ hạn.",)
        )


@dataclass(frozen=True)
class HandOver:
    """The result is given to the person, or to one with an authorisation; who, how proven, how signed for."""

    personal_id: str
    proof: Proof
    signing: Signing
    name: str = ""
    authority: str = ""
    """Number of the authorisation, where somebody else comes."""
    kind: ClassVar[Kind] = Kind.HANDED_OVER
    target: ClassVar[Status | None] = Status.RETURNED

    def asked(self) -> Mapping[str, Any]:
        """Who stood there."""
        return {
            "receiver_id": str(PersonalId(self.personal_id)),
            "authority": optional_text("số giấy ủy quyền", self.authority),
            "signing": str(self.signing),
        }

    def rule(self, standing: Standing, ground: Ground) -> Ruling:  # noqa: ARG002 (any hour will do)
        """To nobody who is not in the dossier or authorised."""
        asked = self.asked()
        name = standing.people.get(asked["receiver_id"])
        if name is None and not asked["authority"]:
            raise DomainError(
                "Số định danh này không phải của người nộp hay chủ hồ sơ; hãy đối chiếu lại thẻ, "
                "hoặc ghi người được ủy quyền: họ tên, số định danh và số giấy ủy quyền."
            )
        name = name or name_of("họ tên người được ủy quyền", self.name)
        return Ruling({**asked, "receiver_name": name, "proof": str(self.proof)})


def check_refusal_time(submitted_at: datetime, ground: Ground) -> None:
    """DomainError where it is too late to refuse to receive."""
    last = _refusal_deadline(submitted_at, ground)
    if ground.at > last:
        raise DomainError(
            f"Theo {ground.rules.law}, hồ sơ chưa đủ điều kiện phải trả lại trong "
            f"{ground.rules.refusal_working_days} ngày làm việc (hạn {last.astimezone(VIETNAM):%d/%m/%Y}); đã quá hạn nên không "
            "từ chối tiếp nhận được nữa, hãy tiếp nhận rồi yêu cầu bổ sung hoặc dừng giải quyết."
        )


def _refusal_deadline(received: datetime, ground: Ground) -> datetime:
    days = ProcessingTime(ground.rules.refusal_working_days, TimeUnit.WORKING_DAY)
    return ground.calendar.due(received, days).at
