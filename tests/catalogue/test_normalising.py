"""Dirty records: kept, named, never guessed, never a crash."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue.normalising import normalise
from app.catalogue.reading import RawRecord, reader_for
from app.domain.calendar import TimeUnit
from app.domain.catalogue import CatalogueEntry, DoubtKind
from app.domain.procedure import ComponentUse
from tests.catalogue.records import paper, raw

SHARED = Path(__file__).parents[3] / "shared" / "data" / "procedures-2026-07.jsonl.gz"


def read(**changes: Any) -> tuple[CatalogueEntry, dict[DoubtKind, str]]:
    entry, doubts = normalise(RawRecord("dòng 1", raw(**changes)))
    assert entry is not None
    return entry, {doubt.kind: doubt.raw for doubt in doubts}


def test_a_clean_record_has_no_doubt() -> None:
    entry, doubts = read()
    assert doubts == {}
    assert [(p.name, p.use) for p in entry.papers] == [
        ("Tờ khai theo mẫu", ComponentUse.SUBMIT),
        ("Giấy tờ tùy thân", ComponentUse.SHOW),
    ]
    assert entry.cases[0].time.settled is not None
    assert entry.channels[0].fees[0].vnd == 8000


def test_guidance_among_the_papers_is_no_paper() -> None:
    entry, doubts = read(
        checklist_raw=[
            {
                "group": "",
                "items": [paper("Tờ khai", "G15-KQ900001"), paper("- Nộp kèm bản sao", "G15-KQ900002", 0)],
            }
        ]
    )
    assert [p.name for p in entry.papers] == ["Tờ khai"]
    assert [h.text for h in entry.hints] == ["Nộp kèm bản sao"]
    assert doubts == {}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"category": None}, DoubtKind.SECTOR_MISSING),
        ({"executing_agency": None}, DoubtKind.AGENCY_MISSING),
        ({"subject_types": ["Người ngoài hành tinh"]}, DoubtKind.SUBJECT_UNKNOWN),
        ({"state": "DELETED"}, DoubtKind.STATE_UNKNOWN),
        ({"channels": []}, DoubtKind.CHANNELS_MISSING),
        ({"results": []}, DoubtKind.RESULTS_MISSING),
        ({"checklist_raw": []}, DoubtKind.PAPERS_MISSING),
        ({"checklist_raw": {"a": 1}}, DoubtKind.NOT_UNDERSTOOD),
        ({"effective_from": "2026-02-30"}, DoubtKind.DATE_ODD),
        ({"name": "Đăng k\u200eý thử"}, DoubtKind.INVISIBLE_LETTER),
        ({"name": ""}, DoubtKind.NAME_MISSING),
        ({"processing_cases": [{"case_code": "2.000001.01", "qty": 1, "unit": "DAY"}]}, DoubtKind.CASE_CODE),
        (
            {"processing_cases": [{"case_code": "1.900001.01", "qty": 7.5, "unit": "WORKING_DAY"}]},
            DoubtKind.TIME_FRACTION,
        ),
        (
            {"processing_cases": [{"case_code": "1.900001.01", "qty": 1, "unit": "OTHER"}]},
            DoubtKind.TIME_UNIT,
        ),
        (
            {"processing_cases": [{"case_code": "1.900001.01", "qty": "Theo mô tả", "unit": "DAY"}]},
            DoubtKind.TIME_IN_WORDS,
        ),
        (
            {"checklist_raw": [{"group": "", "items": [paper("Đơn", "000.00.00.G01 -KQ002290")]}]},
            DoubtKind.CODE_SHAPE,
        ),
        ({"checklist_raw": [{"group": "", "items": [paper("Đơn", "")]}]}, DoubtKind.CODE_MISSING),
        (
            {"checklist_raw": [{"group": "", "items": [paper("Đơn", "G15-KQ900001", "nhiều")]}]},
            DoubtKind.QUANTITY_ODD,
        ),
        (
            {"checklist_raw": [{"group": "* Lưu ý:", "items": [paper("Đơn", "G15-KQ900001")]}]},
            DoubtKind.PAPER_IN_NOTES,
        ),
        (
            {
                "checklist_raw": [
                    {"group": "", "items": [paper("Đơn", "G15-KQ900001"), paper("Ảnh", "G15-KQ900001")]}
                ]
            },
            DoubtKind.CODE_TWICE,
        ),
        (
            {
                "checklist_raw": [
                    {
                        "group": "",
                        "items": [
                            paper("Tờ khai theo mẫu", "G15-KQ900001"),
                            paper("Mẫu điện tử tương tác thử", "G15-KQ900003"),
                        ],
                    }
                ]
            },
            DoubtKind.TWO_FORMS,
        ),
    ],
)
def test_each_doubt_is_named_and_the_record_kept(changes: dict[str, Any], kind: DoubtKind) -> None:
    _, doubts = read(**changes)
    assert kind in doubts


@pytest.mark.parametrize(
    ("fee", "vnd", "kind"),
    [
        ({"value_vnd": 10, "text": "cấp tại cơ quan đại diện"}, None, DoubtKind.FEE_ODD),
        ({"value_vnd": 5, "currency": "USD", "text": ""}, None, DoubtKind.FEE_ODD),
        ({"value_vnd": 0, "text": "Hội đồng nhân dân cấp tỉnh quy định"}, None, DoubtKind.FEE_ZERO_BUT_TEXT),
        ({"value_vnd": None, "text": "theo quy định"}, None, DoubtKind.FEE_IN_WORDS),
        ({"value_vnd": "8000", "text": ""}, 8000, None),
        ({"value_vnd": 0, "text": "Không"}, 0, None),
    ],
)
def test_a_fee_is_taken_only_where_it_can_be_dong(
    fee: dict[str, Any], vnd: int | None, kind: DoubtKind | None
) -> None:
    channel = {"method": "DIRECT", "fees": [fee], "processing": {"qty": 1, "unit": "DAY"}, "note": ""}
    entry, doubts = read(channels=[channel])
    assert entry.channels[0].fees[0].vnd == vnd
    assert list(doubts) == ([kind] if kind else [])


def test_a_time_that_nobody_decided_gives_no_due_date() -> None:
    entry, _ = read(processing_cases=[{"case_code": "1.900001.01", "qty": 1, "unit": "OTHER"}])
    time = entry.cases[0].time
    assert (time.quantity, time.unit, time.settled) == (Decimal(1), None, None)
    entry, _ = read(processing_cases=[{"case_code": "1.900001.01", "qty": 7.5, "unit": "WORKING_DAY"}])
    assert (entry.cases[0].time.unit, entry.cases[0].time.settled) == (TimeUnit.WORKING_DAY, None)


def test_what_nobody_reads_is_kept() -> None:
    entry, doubts = read(keywords="từ khóa")
    assert (entry.extra, doubts) == ({"keywords": "từ khóa"}, {})


def test_a_record_without_a_code_is_told_of_whole() -> None:
    entry, doubts = normalise(RawRecord("dòng 7", {"name": "Không mã"}))
    assert entry is None
    assert [(d.kind, d.where, "Không mã" in d.raw) for d in doubts] == [(DoubtKind.UNUSABLE, "dòng 7", True)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def _spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A record with some of its values, at any depth, replaced by anything."""
    table: dict[str, Any] = json.loads(json.dumps(raw()))
    for _ in range(draw(st.integers(1, 4))):
        at: Any = table
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], dict | list) or draw(st.booleans()):
                at[key] = draw(_JSON)
                break
            at = at[key]
    return table


@settings(max_examples=400, deadline=None)
@given(_spoilt())
def test_nothing_that_a_source_says_makes_the_importer_fail(table: dict[str, Any]) -> None:
    entry, doubts = normalise(RawRecord("dòng 1", table))
    assert entry is not None or doubts
    if entry is not None:
        kept = {**entry.to_table(), "extra": {}}
        assert CatalogueEntry.from_table(json.loads(json.dumps(kept, allow_nan=True))).to_table() == kept


@pytest.mark.skipif(not SHARED.exists(), reason="the national export is not part of the project")
def test_the_national_export_is_read_whole() -> None:
    reader = reader_for(SHARED)
    found = [normalise(record) for record in reader.records(SHARED)]
    entries = [entry for entry, _ in found if entry is not None]
    assert len(entries) == len(found) == 401
    by_code = {entry.code: entry for entry in entries}
    birth = by_code["1.001193"]
    # 29 items in the source, of which these are papers; all others are read as guidance.
    assert (len(birth.papers), len(birth.hints)) == (8, 25)
    assert {paper.code for paper in birth.papers} >= {"000.00.00.G15-KQ004389", "000.00.00.G15-KQ003204"}
    assert str(by_code["1.004222"].cases[0].time.settled) == "07 ngày làm việc"
    fees = {c.channel.value: c.fees[0].vnd for c in by_code["2.000635"].channels}
    assert fees == {"online": 8000, "postal": 8000, "direct": 8000}
