"""A procedure that nobody prepared: found, received by what the catalogue says, or refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.catalogue.importing import take_source
from app.catalogue.normalising import normalise
from app.catalogue.offering import catalogue_of, offered
from app.catalogue.reading import RawRecord, reader_for
from app.config import Settings
from app.domain.errors import DomainError
from app.office import load_counter
from app.workflow.intake import IntakeSession
from app.workflow.presenting import present
from tests.catalogue.records import in_file, paper, raw
from tests.catalogue.test_normalising import SHARED
from tests.catalogue.test_versions import entry
from tests.workflow.visits import CARD, NOON, PERSON, feed_pages, finish_pages, put_together

SITUATIONS = [
    {"group": "", "items": [paper("Đơn đề nghị", "G15-KQ900001")]},
    {"group": "Xin cấp mới", "items": [paper("Bản vẽ", "G15-KQ900002")]},
    {"group": "Xin cấp lại", "items": [paper("Giấy phép cũ", "G15-KQ900003")]},
]


def test_it_is_found_and_received(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path)
    source = in_file(tmp_path, [raw("1.900009", "Cấp giấy phép treo đèn lồng", checklist_raw=SITUATIONS)])
    take_source(catalogue_of(tmp_path), source, NOON)
    counter = load_counter(settings)
    assert "1.900009" not in dict(counter.finder.find("den long"))
    counter.finder.widen(NOON.date())
    assert counter.finder.find("den long")[0] == ("1.900009", "Cấp giấy phép treo đèn lồng")
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("1.900009", NOON)
    session.take_card(CARD)
    session.take_answer(PERSON)
    session.answer("situation", "s2")
    papers = session.procedure.components_of(session.visit.case)
    assert [p.name for p in papers] == ["Đơn đề nghị", "Giấy phép cũ"]
    for each in papers:
        feed_pages(session, 1, each.code)
        finish_pages(session)
        put_together(session, {})
    session.enter("request", "Xin cấp lại giấy phép")
    assert present(session, NOON).fee_text == "8.000 đ"
    dossier = session.finish(NOON)
    assert (dossier.procedure_name, dossier.processing_time) == (
        "Cấp giấy phép treo đèn lồng",
        "03 ngày làm việc",
    )


def test_a_visit_keeps_the_rules_of_the_day_it_began(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path)
    shelf = catalogue_of(tmp_path)
    shelf.take([entry("1.900009", name="Tên cũ")], (), "thử", NOON)
    counter = load_counter(settings)
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("1.900009", NOON)
    visit = session.visit
    shelf.take([entry("1.900009", name="Tên mới")], (), "thử", NOON.replace(month=12))
    assert IntakeSession(counter, visit).procedure.name == "Tên cũ"


@pytest.mark.parametrize(
    "changes",
    [
        {"processing_cases": [], "channels": []},
        {
            "processing_cases": [{"case_code": "1.900001.01", "qty": 1, "unit": "OTHER"}],
            "channels": [
                {
                    "method": "DIRECT",
                    "processing": {"qty": "Theo mô tả", "unit": "DAY"},
                    "fees": [],
                    "note": "",
                }
            ],
        },
    ],
)
def test_no_date_is_guessed(changes: dict[str, Any]) -> None:
    with pytest.raises(DomainError, match="chưa có thời hạn tính được"):
        offered(entry(**changes))


def test_amounts_that_only_words_tell_apart_are_not_added_up() -> None:
    fees = [
        {"type": "FEE", "value_vnd": v, "text": w}
        for v, w in ((10_000, "theo danh sách"), (15_000, "cá nhân"))
    ]
    channel = {"method": "DIRECT", "fees": fees, "processing": {"qty": 3, "unit": "WORKING_DAY"}, "note": ""}
    (rule,) = offered(entry(channels=[channel])).fees.rules
    assert (rule.key, rule.steps) == ("1.900001", ())


@pytest.mark.skipif(not SHARED.exists(), reason="the national export is not part of the project")
def test_the_national_export_is_offered_or_refused_with_a_sentence() -> None:
    fine, reasons = 0, set()
    for record in reader_for(SHARED).records(SHARED):
        found, _ = normalise(RawRecord(record.where, record.table))
        assert found is not None
        try:
            offered(found)
            fine += 1
        except DomainError as no:
            reasons.add(str(no).split(":")[0].split(" cho thủ tục")[0])
    assert reasons == {"Danh mục chưa có thời hạn tính được"}
    assert fine >= 250
