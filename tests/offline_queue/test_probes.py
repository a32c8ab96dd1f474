"""What a round makes of a line that breaks: one try alone finds out, and what the province knows is not told again."""

from __future__ import annotations

from collections import Counter

from offline_queue.outbox import OutboxState
from offline_queue.sync import FACTS_ON_A_LANE, LANES, SyncReport
from tests.offline_queue.office import Office
from tests.offline_queue.servers import Asked, Exchange, Relay


def test_what_the_province_knows_is_asked_for_in_its_own_turn_with_its_files(office: Office) -> None:
    records = [office.seal(3000) for _ in range(3)]

    def no_files(asked: Asked, exchange: Exchange) -> bool:
        if asked.path.startswith("/v1/files"):
            exchange.hang_up()
            return True
        return False

    with Relay(office.province.url, no_files) as relay:
        assert office.round(relay.url).line_fault is not None
    assert all(office.is_there(record) for record in records)
    with Relay(office.province.url) as relay:
        assert office.round(relay.url) == SyncReport(sent=3)
        assert relay.times("PUT", "/v1/dossiers") == 0
        order = [(a.method, a.path.split("?")[0]) for a in relay.asked if "/v1/dossiers/" in a.path]
        # Nobody is asked about before its turn comes: the first goes alone.
        assert order[:2] == [("GET", f"/v1/dossiers/{records[0].key}")] * 2
        assert Counter(order) == {("GET", f"/v1/dossiers/{r.key}"): 2 for r in records}
    for record in records:
        office.check_arrived(record)


def test_one_record_at_which_the_line_breaks_does_not_end_the_round(office: Office) -> None:
    first, stubborn, *others = [office.seal(100) for _ in range(8)]

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if stubborn.key in asked.path:
            exchange.hang_up()
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        report = office.round(relay.url)
    assert report == SyncReport(sent=7, waiting=1)
    assert report.broken == 1
    for record in (first, *others):
        office.check_arrived(record)
    row = office.row(stubborn)
    assert (row.state, row.attempts, row.next_try_at) == (OutboxState.SEALED, 1, None)


def test_a_line_that_goes_away_in_the_middle_is_found_out_by_one_try_more(office: Office) -> None:
    count = 2 * LANES * FACTS_ON_A_LANE + 10
    office.lease(count)
    records = [office.seal() for _ in range(count)]
    answered = 5

    def spoil(asked: Asked, exchange: Exchange) -> bool:
        if asked.method == "PUT" and relay.times("PUT", "/v1/") > answered:
            exchange.hang_up()
            return True
        return False

    with Relay(office.province.url, spoil) as relay:
        report = office.round(relay.url)
    assert report.line_fault is not None
    assert report.sent == answered
    # Those on their way when it broke, and the one that went alone afterwards.
    assert report.broken <= LANES * FACTS_ON_A_LANE + 1
    tried = sum(office.row(r).attempts for r in records)
    assert tried == report.sent + report.broken
    assert office.round() == SyncReport(sent=count - answered)


def test_a_round_begins_with_one_alone_on_every_line(office: Office) -> None:
    records = [office.seal() for _ in range(6)]

    def silent(_asked: Asked, exchange: Exchange) -> bool:
        exchange.hang_up()
        return True

    with Relay(office.province.url, silent) as relay:
        for tries in (1, 2, 3):
            assert office.round(relay.url).broken == 1
            # The least tried goes first: none stands before the others for ever.
            assert sum(office.row(r).attempts for r in records) == tries
    assert {office.row(r).attempts for r in records} == {0, 1}
