"""Ways to scan: read from settings, chosen by component and procedure, asked of the source."""

from __future__ import annotations

import pytest

from app.workflow.errors import WorkflowError
from app.workflow.papers import never
from app.workflow.profiles import STANDARD, PaperFrom, Profiles, ScanProfile

COMPONENT, PROCEDURE = "000.00.00.G15-KQ003037", "2.000635"


def test_a_profile_is_read_and_asked_of_the_source() -> None:
    profile = ScanProfile.from_table(
        "two-sided",
        {
            "name": "Hai mặt, giấy cũ",
            "dpi": 400,
            "colour": False,
            "paper_from": "feeder",
            "both_sides": True,
            "keeps_blank": True,
            "used_for": [PROCEDURE],
        },
    )
    request = profile.request(never)
    assert (request.dpi, request.colour, request.both_sides) == (400, False, True)
    assert request.from_feeder is True
    assert profile.keeps_blank
    assert profile.detail == "400 dpi, xám, khay nạp, hai mặt, giữ trang trắng"


@pytest.mark.parametrize(
    ("table", "named"),
    [({"colours": True}, "colours"), ({"paper_from": "khay"}, "paper_from"), ({"dpi": 20}, "dpi")],
)
def test_a_wrong_profile_names_what_is_wrong(table: dict[str, object], named: str) -> None:
    with pytest.raises(WorkflowError, match=named):
        ScanProfile.from_table("x", table)


def test_the_component_is_asked_before_the_procedure_before_the_first() -> None:
    first = ScanProfile("first", "Thường")
    for_procedure = ScanProfile("procedure", "Hai mặt", used_for=(PROCEDURE,))
    for_component = ScanProfile("component", "Mặt kính", used_for=(COMPONENT,), paper_from=PaperFrom.GLASS)
    profiles = Profiles((first, for_procedure, for_component))
    assert profiles.usual(PROCEDURE, COMPONENT) is for_component
    assert profiles.usual(PROCEDURE, "other") is for_procedure
    assert profiles.usual("1.000000", "other") is first
    assert [v.is_usual for v in profiles.views(PROCEDURE, COMPONENT)] == [False, False, True]
    assert profiles.named("procedure") is for_procedure
    with pytest.raises(WorkflowError, match="không còn"):
        profiles.named("gone")


def test_a_station_that_says_nothing_has_some_ways_to_scan() -> None:
    assert len({p.key for p in STANDARD}) == len(STANDARD)
    assert STANDARD[0].request(never).from_feeder is None
    assert Profiles().usual(None, "any") is STANDARD[0]
