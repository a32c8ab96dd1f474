"""The pages of a visit: arriving, edited, undone, put together; without a window, a device or a disk."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from app.config import Settings
from app.workflow.counter import Counter
from app.workflow.errors import WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.page_edits import EditKind, PageEdit
from app.workflow.pages import Feed, FeedUse, Landing, Page
from app.workflow.presenting import present
from app.workflow.views import BlockerKind, ComponentState, ComponentView, PageState
from app.workflow.visit import Visit
from tests.workflow import visits
from tests.workflow.visits import AUTHORISATION, DECLARATION, IDENTITY, NOON


@pytest.fixture
def counter(settings: Settings) -> Counter:
    return visits.office(settings)


@pytest.fixture
def session(counter: Counter) -> IntakeSession:
    begun = IntakeSession.begin(counter, NOON)
    begun.choose_procedure("2.000635", NOON)
    begun.choose_case("authorised")
    return begun


def keys(session: IntakeSession, component: str = DECLARATION) -> list[str]:
    return [page.key for page in session.visit.papers.get(component, ())]


def page_at(session: IntakeSession, index: int, component: str = DECLARATION) -> Page:
    return session.visit.papers[component][index]


def read(session: IntakeSession) -> None:
    """All that waits is read and put together."""
    visits.finish_pages(session)
    visits.put_together(session)


def view_of(session: IntakeSession, component: str = DECLARATION) -> ComponentView:
    return next(c for c in present(session, NOON).components if c.code == component)


# ---- arriving


def test_pages_show_while_the_feeder_runs(session: IntakeSession) -> None:
    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    session.begin_feed(feed)
    for count in range(1, 4):
        feed = feed.with_page("a.jpg", str(count) * 64, "0" * 64, 1)
        session.take_page(feed, feed.pages[-1])
        view = view_of(session)
        assert len(view.pages) == count
        assert view.is_arriving
        assert view.detail == f"Đang quét trang {count + 1}…"
    assert {p.state for p in view.pages} == {PageState.READING}
    session.end_feed(feed)
    assert view_of(session).detail == "Đang đọc trang 1 trên 3…"


def test_one_feeder_runs_for_a_paper_at_a_time(session: IntakeSession) -> None:
    session.begin_feed(Feed.begin(session.visit.visit_id, DECLARATION))
    with pytest.raises(WorkflowError, match="chờ máy quét xong"):
        session.begin_feed(Feed.begin(session.visit.visit_id, DECLARATION))
    session.begin_feed(Feed.begin(session.visit.visit_id, AUTHORISATION))


@pytest.mark.parametrize(
    ("use", "order"),
    [
        (FeedUse.APPEND, "abcxy"),
        (FeedUse.AFTER, "abxyc"),
        (FeedUse.BEFORE, "axybc"),
        (FeedUse.INSTEAD, "axyc"),
    ],
)
def test_new_pages_land_where_they_were_asked_for(session: IntakeSession, use: FeedUse, order: str) -> None:
    old = visits.feed_pages(session, 3)
    new = visits.feed_pages(session, 2, landing=Landing(use, old[1].key))
    names = dict(zip((p.key for p in old + new), "abcxy", strict=True))
    assert "".join(names[key] for key in keys(session)) == order
    session.undo()
    assert "".join(names[key] for key in keys(session)) == "abc"


def test_a_page_whose_neighbour_is_gone_still_lands(session: IntakeSession) -> None:
    visits.feed_pages(session, 2)
    (late,) = visits.feed_pages(session, 1, landing=Landing(FeedUse.INSTEAD, "gone"))
    assert keys(session)[-1] == late.key


@pytest.mark.parametrize(
    ("use", "order"), [(FeedUse.BACKS_TURNED_OVER, "azbycx"), (FeedUse.BACKS_IN_ORDER, "axbycz")]
)
def test_backs_go_behind_their_fronts(session: IntakeSession, use: FeedUse, order: str) -> None:
    (earlier,) = visits.feed_pages(session, 1)
    fronts = visits.feed_pages(session, 3)
    backs = visits.feed_pages(session, 3, landing=Landing(use))
    names = dict(zip((p.key for p in fronts + backs), "abcxyz", strict=True))
    assert keys(session)[0] == earlier.key
    assert "".join(names[key] for key in keys(session)[1:]) == order
    session.undo()
    assert keys(session) == [earlier.key, *(p.key for p in fronts)]


def test_backs_that_do_not_fit_are_told_and_kept(session: IntakeSession) -> None:
    fronts = visits.feed_pages(session, 3)
    feed = Feed.begin(session.visit.visit_id, DECLARATION, Landing(FeedUse.BACKS_TURNED_OVER))
    session.begin_feed(feed)
    for number in range(2):
        feed = feed.with_page("b.jpg", str(number) * 64, "0" * 64, 1)
        session.take_page(feed, feed.pages[-1])
    said = session.end_feed(feed)
    assert said is not None
    assert "3 trang" in said
    assert "2 trang" in said
    assert keys(session) == [p.key for p in fronts + feed.pages]


# ---- after a crash


def test_a_cut_feed_gives_every_page_back_once(session: IntakeSession, counter: Counter) -> None:
    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    session.begin_feed(feed)
    for number in range(4):
        feed = feed.with_page("a.jpg", str(number) * 64, "0" * 64, 1)
        if number < 2:  # the draft of the visit was saved with two pages, the feed's with four
            session.take_page(feed, feed.pages[-1])
    again = IntakeSession(counter, Visit.from_json(json.loads(json.dumps(session.visit.to_json()))))
    again.recover(Feed.from_json(json.loads(json.dumps(feed.to_json()))))
    assert keys(again) == [p.key for p in feed.pages]
    again.recover(feed)
    assert len(keys(again)) == 4
    assert again.given_again(DECLARATION) == {(p.original, 1) for p in feed.pages}
    visits.feed_pages(again)
    assert again.given_again(DECLARATION) == frozenset()


# ---- edits


def test_a_turned_page_is_read_again_and_no_other(session: IntakeSession) -> None:
    pages = visits.feed_pages(session, 3)
    read(session)
    before = session.visit.documents[DECLARATION]
    session.edit_pages(PageEdit(EditKind.TURN_RIGHT, pages[1].key))
    (wanted,) = session.sheets_to_read()
    assert (wanted.key, wanted.turn) == (pages[1].key, 90)
    assert session.papers_to_put_together() == ()
    read(session)
    assert session.visit.documents[DECLARATION].made_of != before.made_of
    session.undo()
    assert session.sheets_to_read() == ()
    assert session.papers_to_put_together() == (DECLARATION,)
    session.redo()
    assert session.sheets_to_read() == ()


def test_turns_add_up_to_what_the_officer_sees(session: IntakeSession) -> None:
    (page,) = visits.feed_pages(session)
    read(session)
    seen = session.visit.finished[page.sheet]
    session.visit = replace(session.visit, finished={page.sheet: replace(seen, rotation=180)})
    session.edit_pages(PageEdit(EditKind.TURN_LEFT, page.key))
    assert page_at(session, 0).turn == 90
    session.edit_pages(PageEdit(EditKind.TURN_LEFT, page.key))
    session.edit_pages(PageEdit(EditKind.TURN_LEFT, page.key))
    assert page_at(session, 0).turn == 270


def test_moving_reads_nothing_and_puts_both_papers_together(session: IntakeSession) -> None:
    first, second, third = visits.feed_pages(session, 3)
    (other,) = visits.feed_pages(session, 1, AUTHORISATION)
    read(session)
    session.edit_pages(PageEdit(EditKind.MOVE, third.key, DECLARATION, 0))
    assert keys(session) == [third.key, first.key, second.key]
    assert session.papers_to_put_together() == (DECLARATION,)
    session.edit_pages(PageEdit(EditKind.MOVE, first.key, AUTHORISATION, 0))
    assert keys(session, AUTHORISATION) == [first.key, other.key]
    assert set(session.papers_to_put_together()) == {DECLARATION, AUTHORISATION}
    assert session.sheets_to_read() == ()
    assert session.blockers()[0].kind is BlockerKind.SCANNING


def test_a_scan_of_two_papers_is_split(session: IntakeSession) -> None:
    pages = visits.feed_pages(session, 4)
    read(session)
    session.edit_pages(PageEdit(EditKind.SPLIT, pages[1].key, AUTHORISATION))
    assert keys(session) == [pages[0].key]
    assert keys(session, AUTHORISATION) == [p.key for p in pages[1:]]
    with pytest.raises(WorkflowError, match="giấy tờ khác"):
        session.edit_pages(PageEdit(EditKind.SPLIT, pages[0].key, DECLARATION))


@pytest.mark.parametrize(
    ("size", "rotation", "areas"),
    [
        ((400, 200), 0, [(0, 0, 0.5, 1), (0.5, 0, 1, 1)]),
        ((400, 200), 90, [(0, 0.5, 1, 1), (0, 0, 1, 0.5)]),
        ((400, 200), 180, [(0.5, 0, 1, 1), (0, 0, 0.5, 1)]),
        ((200, 400), 0, [(0, 0, 1, 0.5), (0, 0.5, 1, 1)]),
        ((200, 400), 270, [(0.5, 0, 1, 1), (0, 0, 0.5, 1)]),
    ],
)
def test_a_spread_is_cut_into_its_pages(
    session: IntakeSession, size: tuple[int, int], rotation: int, areas: list[tuple[float, ...]]
) -> None:
    (page,) = visits.feed_pages(session)
    with pytest.raises(WorkflowError, match="chờ một lát"):
        session.edit_pages(PageEdit(EditKind.CUT, page.key))
    visits.finish_pages(session)
    seen = replace(session.visit.finished[page.sheet], width=size[0], height=size[1], rotation=rotation)
    session.take_finished(page.sheet, seen)
    session.edit_pages(PageEdit(EditKind.CUT, page.key))
    halves = session.visit.papers[DECLARATION]
    assert [half.area for half in halves] == areas
    assert {half.turn for half in halves} == {rotation}
    assert {half.original for half in halves} == {page.original}
    assert [p.key for p in session.sheets_to_read()] == [half.key for half in halves]


def test_what_the_officer_said_about_fields_stays(session: IntakeSession) -> None:
    pages = visits.feed_pages(session, 2)
    read(session)
    session.enter("contact_phone", "0905318642")
    session.enter("registration_number", "216/1992")
    decisions = dict(session.visit.decisions)
    session.edit_pages(PageEdit(EditKind.REMOVE, pages[0].key))
    read(session)
    session.undo()
    read(session)
    assert session.visit.decisions == decisions
    assert session.merged()["registration_number"].value == "216/1992"


def test_a_removed_page_takes_its_readings_with_it_and_brings_them_back(session: IntakeSession) -> None:
    (page,) = visits.feed_pages(session)
    read(session)
    assert session.merged()["subject_name"].value
    session.edit_pages(PageEdit(EditKind.REMOVE, page.key))
    assert session.visit.papers == {}
    assert session.visit.documents == {}
    assert not session.merged()["subject_name"].value
    assert view_of(session).state is ComponentState.MISSING
    session.undo()
    visits.put_together(session)
    assert session.merged()["subject_name"].value


def test_the_place_of_a_value_follows_its_page(session: IntakeSession) -> None:
    first, second = visits.feed_pages(session, 2)
    read(session)

    def crop_page() -> int | None:
        fields = [f for s in present(session, NOON).sections for f in s.fields]
        crop = next(f.crop for f in fields if f.name == "subject_name")
        return crop.page if crop is not None else None

    assert crop_page() == 0
    session.edit_pages(PageEdit(EditKind.MOVE, second.key, DECLARATION, 0))
    assert crop_page() == 1  # not put together anew yet: the value still stands on the first page
    session.edit_pages(PageEdit(EditKind.REMOVE, first.key))
    assert crop_page() is None


def test_nothing_to_undo_and_a_page_that_is_gone_are_said(session: IntakeSession) -> None:
    with pytest.raises(WorkflowError, match="hoàn tác"):
        session.undo()
    with pytest.raises(WorkflowError, match="làm lại"):
        session.redo()
    with pytest.raises(WorkflowError, match="không còn"):
        session.edit_pages(PageEdit(EditKind.REMOVE, "gone"))
    assert not session.visit.papers


def test_undo_waits_for_the_feeder_and_takes_no_arriving_page(session: IntakeSession) -> None:
    (old,) = visits.feed_pages(session)
    feed = Feed.begin(session.visit.visit_id, DECLARATION)
    session.begin_feed(feed)
    feed = feed.with_page("a.jpg", "1" * 64, "0" * 64, 1)
    session.take_page(feed, feed.pages[-1])
    session.edit_pages(PageEdit(EditKind.REMOVE, old.key))
    feed = feed.with_page("a.jpg", "2" * 64, "0" * 64, 1)
    session.take_page(feed, feed.pages[-1])
    with pytest.raises(WorkflowError, match="Đang quét"):
        session.undo()
    session.end_feed(feed)
    session.undo()  # the removal
    assert keys(session) == [old.key, *(p.key for p in feed.pages)]
    session.undo()  # the feed, whole
    assert keys(session) == [old.key]
    session.redo()
    session.redo()
    assert keys(session) == [p.key for p in feed.pages]


# ---- blank pages, pages that could not be read


def test_a_blank_page_is_set_aside_in_sight_and_brought_back(session: IntakeSession) -> None:
    pages = visits.feed_pages(session, 3)
    visits.finish_pages(session, blank=(pages[1].key,))
    visits.put_together(session)
    view = view_of(session)
    assert [p.state for p in view.pages] == [PageState.READ, PageState.ASIDE, PageState.READ]
    assert view.pages[1].is_blank
    assert view.detail.endswith("2 trang · 1 trang để riêng")
    assert session.visit.documents[DECLARATION].made_of == (pages[0].sheet, pages[2].sheet)
    session.edit_pages(PageEdit(EditKind.BRING_BACK, pages[1].key))
    visits.put_together(session)
    assert session.visit.documents[DECLARATION].made_of == tuple(p.sheet for p in pages)
    session.edit_pages(PageEdit(EditKind.SET_ASIDE, pages[0].key))
    visits.put_together(session)
    assert session.visit.documents[DECLARATION].made_of == tuple(p.sheet for p in pages[1:])


def test_a_profile_may_keep_blank_pages(session: IntakeSession) -> None:
    feed = Feed.begin(session.visit.visit_id, DECLARATION, keeps_blank=True)
    session.begin_feed(feed)
    feed = feed.with_page("a.jpg", "1" * 64, "0" * 64, 1)
    session.take_page(feed, feed.pages[-1])
    session.end_feed(feed)
    visits.finish_pages(session, blank=(feed.pages[0].key,))
    assert view_of(session).pages[0].state is PageState.READ


def test_a_page_that_could_not_be_read_blocks_until_it_is_mended(session: IntakeSession) -> None:
    pages = visits.feed_pages(session, 2)
    session.unread[pages[1].sheet] = "Đọc chữ quá lâu nên đã dừng."
    visits.finish_pages(session)
    assert session.papers_to_put_together() == ()
    first = session.blockers()[0]
    assert (first.kind, first.target) == (BlockerKind.PAGE, DECLARATION)
    assert "Trang 2" in first.text
    assert view_of(session).pages[1].advice == "Đọc chữ quá lâu nên đã dừng."
    session.read_again(pages[1].key)
    assert [p.key for p in session.sheets_to_read()] == [pages[1].key]
    session.unread[pages[1].sheet] = "Lại quá lâu."
    session.edit_pages(PageEdit(EditKind.REMOVE, pages[1].key))
    visits.put_together(session)
    assert DECLARATION in session.visit.documents


def test_a_poor_page_names_the_remedy_on_its_page_and_among_the_notices(session: IntakeSession) -> None:
    visits.feed_pages(session)
    visits.finish_pages(session, advice=("Trang bị mờ; hãy lau kính rồi quét lại.",))
    visits.put_together(session)
    assert view_of(session).pages[0].advice == "Trang bị mờ; hãy lau kính rồi quét lại."
    assert any("trang 1: Trang bị mờ" in notice for notice in present(session, NOON).notices)


def test_a_document_of_pages_that_have_changed_is_left_aside(session: IntakeSession) -> None:
    pages = visits.feed_pages(session, 2)
    read(session)
    old = session.visit.documents[DECLARATION]
    session.edit_pages(PageEdit(EditKind.REMOVE, pages[1].key))
    visits.put_together(session)
    new = session.visit.documents[DECLARATION]
    session.take_document(DECLARATION, old)
    assert session.visit.documents[DECLARATION] == new


def test_pages_of_a_paper_that_another_case_asks_for_stay_in_sight(session: IntakeSession) -> None:
    visits.feed_pages(session, 1, AUTHORISATION)
    visits.finish_pages(session)
    visits.put_together(session, {})
    session.choose_case("self")
    view = view_of(session, AUTHORISATION)
    assert view.detail == "Không thuộc trường hợp này · 1 trang"


# ---- any edits, all undone

_KINDS = st.sampled_from(sorted(EditKind))
_STEPS = st.lists(
    st.tuples(
        _KINDS, st.integers(0, 9), st.sampled_from((DECLARATION, AUTHORISATION, IDENTITY)), st.integers(0, 9)
    ),
    max_size=25,
)


@given_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(steps=_STEPS)
def test_any_edits_undone_give_the_same_papers(
    counter: Counter, steps: list[tuple[str, int, str, int]]
) -> None:
    session = IntakeSession.begin(counter, NOON)
    session.choose_procedure("2.000635", NOON)
    visits.feed_pages(session, 4)
    visits.feed_pages(session, 2, AUTHORISATION)
    read(session)
    states = [session.visit.papers]
    for kind, which, component, index in steps:
        pages = [page for held in session.visit.papers.values() for page in held]
        if not pages:
            break
        edit = PageEdit(EditKind(kind), pages[which % len(pages)].key, component, index)
        try:
            session.edit_pages(edit)
        except WorkflowError:
            continue
        read(session)
        states.append(session.visit.papers)
        held_keys = [page.key for held in session.visit.papers.values() for page in held]
        assert len(held_keys) == len(set(held_keys))
        assert all(session.visit.papers.values())
        assert all(session.visit.is_put_together(code) for code in session.visit.papers)
    for before in reversed(states[:-1]):
        session.undo()
        assert session.visit.papers == before
        assert session.sheets_to_read() == ()
    for after in states[1:]:
        session.redo()
        assert session.visit.papers == after
