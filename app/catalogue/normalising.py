"""One normal form out of whatever a source says: never raises, guesses nothing, loses nothing, names every doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from app.catalogue.folding import folded
from app.catalogue.raw_values import RawValues
from app.catalogue.reading import RawRecord
from app.domain.calendar import TimeUnit
from app.domain.catalogue import (
    CatalogueCase,
    CatalogueChannel,
    CatalogueEntry,
    CatalogueFee,
    CatalogueHint,
    CataloguePaper,
    CatalogueResult,
    CatalogueTime,
    Doubt,
    DoubtKind,
)
from app.domain.dossier import Channel
from app.domain.procedure import ComponentUse

_PROCEDURE = re.compile(r"\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|\.[GH]\d{2})?")
_CASE = re.compile(r"\d\.\d{6}\.\d{2}")
#: The national list, and the codes that provinces give to papers of their own.
_PAPER = re.compile(r"(?:000\.00\.00\.)?[GH]\d{2}-KQ\d{3,6}|(?:TP-|TPHS\.)?H\d{2}\.\d{6,8}")
_SECTOR = re.compile(r"[GH]\d{2}-[A-Z]{2,3}\d{2,3}")
_CHANNELS = {"DIRECT": Channel.DIRECT, "ONLINE": Channel.ONLINE, "POSTAL": Channel.POSTAL}
_UNITS = {
    "working_day": TimeUnit.WORKING_DAY,
    "ngay lam viec": TimeUnit.WORKING_DAY,
    "day": TimeUnit.DAY,
    "ngay": TimeUnit.DAY,
    "month": TimeUnit.MONTH,
    "thang": TimeUnit.MONTH,
    "hour": TimeUnit.HOUR,
    "gio": TimeUnit.HOUR,
    "gio lam viec": TimeUnit.HOUR,
}
#: The applicant words of the national database (formats 9); organisations are written in two ways.
_SUBJECTS = frozenset(
    map(
        folded,
        (
            "Công dân Việt Nam",
            "Người Việt Nam định cư ở nước ngoài",
            "Người nước ngoài",
            "Cán bộ, công chức, viên chức",
            "Doanh nghiệp",
            "Doanh nghiệp có vốn đầu tư nước ngoài",
            "Tổ chức (không bao gồm doanh nghiệp, HTX)",
            "Tổ chức nước ngoài",
            "Hợp tác xã",
            "Doanh nghiệp Việt Nam",
            "Người nước ngoài cư trú tại Việt Nam",
            "Người nước ngoài đã cư trú tại Việt Nam",
            "Tổ chức Đảng",
        ),
    )
)
_STATES = ("", "ACTIVE", "UPDATED")
_LEAST_VND = 1000
"""The smallest amount in use; below it the source means another currency (10 at an embassy are dollars)."""
_READ = frozenset(
    {
        "code",
        "name",
        "source_id",
        "category",
        "promulgating_agency",
        "executing_agency",
        "subject_types",
        "results",
        "requirements",
        "channels",
        "processing_cases",
        "legal_basis",
        "checklist_raw",
        "steps_raw",
        "state",
        "source",
        "effective_from",
        "effective_to",
    }
)


def normalise(record: RawRecord) -> tuple[CatalogueEntry | None, tuple[Doubt, ...]]:
    """The entry and its doubts; None only where there is neither code nor name to know it by."""
    return _Normaliser(record).entry()


class _Normaliser(RawValues):
    """Reads one record; whatever it does not believe becomes a doubt."""

    def entry(self) -> tuple[CatalogueEntry | None, tuple[Doubt, ...]]:
        """See `normalise`."""
        self.code = self.code_in("code", self.table.get("code"), _PROCEDURE)
        name = self.line("name", self.table.get("name"))
        if not self.code:
            self.doubt(DoubtKind.UNUSABLE, self.record.where, dict(self.table))
            return None, tuple(self.doubts)
        if not name:
            self.doubt(DoubtKind.NAME_MISSING, "name", self.table.get("name"))
        sector_code, sector_name = self._sector()
        agency = self.line("executing_agency", self.table.get("executing_agency"))
        if not agency:
            self.doubt(DoubtKind.AGENCY_MISSING, "executing_agency", self.table.get("executing_agency"))
        state = self.text("state", self.table.get("state"))
        if state not in _STATES:
            self.doubt(DoubtKind.STATE_UNKNOWN, "state", state)
        papers, hints = self._papers()
        entry = CatalogueEntry(
            code=self.code,
            name=name,
            sector_code=sector_code,
            sector_name=sector_name,
            publisher=self.text("promulgating_agency", self.table.get("promulgating_agency")),
            agency=agency,
            subjects=tuple(self._subjects()),
            state=state,
            channels=tuple(self._channels()),
            cases=tuple(self._cases()),
            papers=papers,
            hints=hints,
            results=tuple(self._results()),
            requirements=self.text("requirements", self.table.get("requirements")),
            steps=tuple(self._steps()),
            legal_basis=tuple(self._laws()),
            source_id=self.text("source_id", self.table.get("source_id")),
            effective_from=self.day("effective_from"),
            effective_to=self.day("effective_to"),
            extra={key: value for key, value in self.table.items() if key not in _READ},
        )
        return entry, tuple(self.doubts)

    # ---- parts of the record

    def _sector(self) -> tuple[str, str]:
        category = self.table.get("category")
        if isinstance(category, Mapping):
            code, name = category.get("code"), self.line("category.name", category.get("name"))
            return self.code_in("category.code", code, _SECTOR) if code else "", name
        if category is not None:
            self.doubt(DoubtKind.NOT_UNDERSTOOD, "category", category)
        else:
            self.doubt(DoubtKind.SECTOR_MISSING, "category", category)
        return "", ""

    def _subjects(self) -> Iterator[str]:
        told = self.table.get("subject_types")
        if isinstance(told, str):
            told = re.split(r"[;\n]", told)
        for n, each in enumerate(told if isinstance(told, list | tuple) else ()):
            subject = self.text(f"subject_types[{n}]", each)
            if subject and folded(subject).rstrip(".") not in _SUBJECTS:
                self.doubt(DoubtKind.SUBJECT_UNKNOWN, f"subject_types[{n}]", subject)
            if subject:
                yield subject

    def _channels(self) -> Iterator[CatalogueChannel]:
        is_any = False
        for where, each in self.maps("channels", self.table.get("channels")):
            is_any = True
            told = self.text(f"{where}.method", each.get("method"))
            channel = _CHANNELS.get(told.upper())
            if channel is None:
                # Kept whole in the report; a way that nobody knows cannot be offered at a counter.
                self.doubt(DoubtKind.CHANNEL_UNKNOWN, where, dict(each))
                continue
            note = self.text(f"{where}.note", each.get("note"))
            fees = tuple(self._fee(at, fee) for at, fee in self.maps(f"{where}.fees", each.get("fees")))
            yield CatalogueChannel(
                channel, self._time(f"{where}.processing", each.get("processing")), fees, note
            )
        if not is_any:
            self.doubt(DoubtKind.CHANNELS_MISSING, "channels", self.table.get("channels"))

    def _time(self, where: str, told: object) -> CatalogueTime:
        if not isinstance(told, Mapping):
            self.doubt(DoubtKind.TIME_MISSING, where, told)
            return CatalogueTime(None, None)
        quantity, unit_word = told.get("qty"), self.text(f"{where}.unit", told.get("unit"))
        unit = _UNITS.get(folded(unit_word))
        if quantity is None or quantity == "":
            self.doubt(DoubtKind.TIME_MISSING, where, dict(told))
            return CatalogueTime(None, unit, unit_word)
        try:
            number = Decimal(str(quantity).strip().replace(",", "."))
        except InvalidOperation:
            self.doubt(DoubtKind.TIME_IN_WORDS, where, str(quantity))
            return CatalogueTime(None, unit, self.text(where, str(quantity)))
        if isinstance(quantity, bool) or not number.is_finite() or number < 0 or number > 10_000:
            self.doubt(DoubtKind.TIME_IN_WORDS, where, dict(told))
            return CatalogueTime(None, unit, str(quantity))
        if unit is None:
            self.doubt(DoubtKind.TIME_UNIT, where, f"{quantity} {unit_word}")
        elif number != number.to_integral_value():
            self.doubt(DoubtKind.TIME_FRACTION, where, f"{quantity} {unit_word}")
        return CatalogueTime(number, unit, "" if unit else unit_word)

    def _fee(self, where: str, told: Mapping[str, Any]) -> CatalogueFee:
        text = self.text(f"{where}.text", told.get("text"))
        value, kind = told.get("value_vnd"), self.text(f"{where}.type", told.get("type"))
        currency = self.text(f"{where}.currency", told.get("currency"))
        try:
            vnd = None if value is None or value == "" else int(Decimal(str(value)))
        except (InvalidOperation, OverflowError, ValueError):
            vnd = None
        if vnd is None:
            self.doubt(DoubtKind.FEE_IN_WORDS, where, text or value)
            return CatalogueFee(kind, None, text)
        is_other = currency and folded(currency) not in ("d", "dong", "vnd", "viet nam dong")
        if is_other or not (vnd == 0 or vnd >= _LEAST_VND):
            self.doubt(DoubtKind.FEE_ODD, where, f"{value} {currency} {text}".strip())
            return CatalogueFee(kind, None, f"{value} {currency} {text}".strip())
        if vnd == 0 and text and not _is_free(text):
            self.doubt(DoubtKind.FEE_ZERO_BUT_TEXT, where, text)
            return CatalogueFee(kind, None, text)
        return CatalogueFee(kind, vnd, text)

    def _cases(self) -> Iterator[CatalogueCase]:
        seen: Counter[str] = Counter()
        for where, each in self.maps("processing_cases", self.table.get("processing_cases")):
            code = self.code_in(f"{where}.case_code", each.get("case_code"), _CASE)
            seen[code] += 1
            if not code:
                self.doubt(DoubtKind.CODE_MISSING, where, dict(each))
            elif not code.startswith(self.code[:8]):
                self.doubt(DoubtKind.CASE_CODE, where, code)
            elif seen[code] == 2:
                self.doubt(DoubtKind.CODE_TWICE, where, code)
            time = self._time(where, {"qty": each.get("qty"), "unit": each.get("unit")})
            yield CatalogueCase(code, time, self.text(f"{where}.name", each.get("name")))

    def _papers(self) -> tuple[tuple[CataloguePaper, ...], tuple[CatalogueHint, ...]]:
        papers: list[CataloguePaper] = []
        hints: list[CatalogueHint] = []
        for where, group in self.maps("checklist_raw", self.table.get("checklist_raw")):
            title = self.line(f"{where}.group", group.get("group"))
            use, situation, is_notes = _role(title)
            items = list(self.maps(f"{where}.items", group.get("items")))
            if not items:
                self.doubt(DoubtKind.GROUP_EMPTY, where, title)
                hints += [CatalogueHint("", title, "")] if title else []
            for at, item in items:
                self._paper(at, item, use, situation, is_notes, papers, hints)
        if not papers:
            self.doubt(DoubtKind.PAPERS_MISSING, "checklist_raw", f"{len(hints)} dòng hướng dẫn")
        # One paper may be asked for in several situations; one code for two papers, or twice in one, is a fault.
        for code in dict.fromkeys(paper.code for paper in papers if paper.code):
            same = [paper for paper in papers if paper.code == code]
            if len({folded(p.name) for p in same}) > 1 or len({p.situation for p in same}) < len(same):
                self.doubt(DoubtKind.CODE_TWICE, "checklist_raw", code)
        paper_forms = [p for p in papers if not p.is_electronic and _is_form(p.name)]
        if paper_forms and any(p.is_electronic and _is_form(p.name) for p in papers):
            self.doubt(DoubtKind.TWO_FORMS, "checklist_raw", paper_forms[0].name)
        return tuple(papers), tuple(hints)

    def _paper(
        self,
        where: str,
        item: Mapping[str, Any],
        use: ComponentUse,
        situation: str,
        is_notes: bool,
        papers: list[CataloguePaper],
        hints: list[CatalogueHint],
    ) -> None:
        name = self.line(f"{where}.name", item.get("name")).lstrip("-+•* ")
        code = self.code_in(f"{where}.code", item.get("code"), _PAPER)
        originals = self.count(f"{where}.original_qty", item.get("original_qty"))
        copies = self.count(f"{where}.copy_qty", item.get("copy_qty"))
        if not name and not code:
            self.doubt(DoubtKind.NAME_MISSING, where, dict(item))
            return
        if originals == 0 and copies == 0:
            hints.append(CatalogueHint(code, name, situation))
            return
        if originals is None and copies is None:
            if is_notes:
                hints.append(CatalogueHint(code, name, situation))
                return
            self.doubt(DoubtKind.QUANTITY_MISSING, where, name)
        if is_notes:
            self.doubt(DoubtKind.PAPER_IN_NOTES, where, name)
        if not code:
            self.doubt(DoubtKind.CODE_MISSING, where, name)
        if not name:
            self.doubt(DoubtKind.NAME_MISSING, where, code)
        is_electronic = item.get("has_electronic_form") is True or "dien tu tuong tac" in folded(name)
        templates = tuple(
            self.text(f"{at}.fileName", each.get("fileName"))
            for at, each in self.maps(f"{where}.attachments", item.get("attachments"))
        )
        papers.append(
            CataloguePaper(
                code,
                name,
                use,
                originals,
                copies,
                situation,
                templates,
                is_electronic,
                item.get("is_processing_result") is True,
            )
        )

    def _results(self) -> Iterator[CatalogueResult]:
        told = self.table.get("results")
        is_any = False
        for n, each in enumerate(told if isinstance(told, list | tuple) else ()):
            if isinstance(each, Mapping):
                code, name = each.get("code"), self.line(f"results[{n}]", each.get("name"))
                result = CatalogueResult(
                    self.code_in(f"results[{n}].code", code, _PAPER) if code else "", name
                )
            else:
                result = CatalogueResult("", self.line(f"results[{n}]", each))
            if result.name or result.code:
                is_any = True
                yield result
        if not is_any:
            self.doubt(DoubtKind.RESULTS_MISSING, "results", told)

    def _steps(self) -> Iterator[str]:
        for where, each in self.maps("steps_raw", self.table.get("steps_raw")):
            parts = (self.text(f"{where}.{key}", each.get(key)) for key in ("name", "text"))
            if step := "\n".join(part for part in parts if part):
                yield step

    def _laws(self) -> Iterator[str]:
        told = self.table.get("legal_basis")
        if isinstance(told, str):
            told = told.splitlines()
        for n, each in enumerate(told if isinstance(told, list | tuple) else ()):
            where = f"legal_basis[{n}]"
            if isinstance(each, Mapping):
                parts = [
                    self.text(where, part) for part in each.values() if not isinstance(part, Mapping | list)
                ]
                text = " · ".join(part for part in parts if part)
            else:
                text = self.text(where, each)
            if text:
                yield text


def _role(title: str) -> tuple[ComponentUse, str, bool]:
    """What a group's title says: handed in or shown, for which situation, and whether it is notes only."""
    words = folded(title).strip("*: .-")
    if words.startswith(("luu y", "ghi chu", "chu y")):
        return ComponentUse.SUBMIT, "", True
    if "xuat trinh" in words:
        return ComponentUse.SHOW, "", False
    if not words or words.startswith(
        ("giay to phai nop", "giay to nop", "thanh phan ho so", "ho so gom", "bao gom")
    ):
        return ComponentUse.SUBMIT, "", False
    return ComponentUse.SUBMIT, title, False


def _is_free(text: str) -> bool:
    words = folded(text).strip(" .:")
    return words in ("khong", "khong thu", "khong co", "khong quy dinh", "0", "0 dong") or words.startswith(
        ("mien phi", "mien le phi", "khong thu", "khong mat phi")
    )


def _is_form(name: str) -> bool:
    return folded(name).startswith(("to khai", "mau dien tu", "mau ho tich dien tu", "don ", "mau don"))
