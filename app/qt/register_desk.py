"""Asks the population register for the open visits; nobody waits for it, and what it could not answer is asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.people import PersonQuery, RegisteredPerson
from app.domain.reuse import Reused
from app.qt.open_visit import OpenVisit
from app.qt.tasks import Tasks
from app.workflow.reusing import ReuseQuestion
from app.workflow.station import Station

_Answer = tuple[RegisteredPerson | None, str | None]


class RegisterDesk:
    """Lives on the window's thread."""

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        visits: Mapping[str, OpenVisit],
        changed: Callable[[str], None],
        loud: Callable[[Exception], None],
    ) -> None:
        self._station, self._tasks, self._open = station, tasks, visits
        self._changed, self._loud = changed, loud

    def look_up(self, visit_id: str) -> None:
        """Asks once about each new applicant."""
        session = self._open[visit_id].session
        if session.visit.is_register_asked or (query := session.query) is None:
            return

        def answered(result: _Answer) -> None:
            if visit_id in self._open and session.query == query:
                session.take_answer(*result)
                self._changed(visit_id)

        self._tasks.run(lambda: self._station.look_up(query), answered, self._loud)

    def look_up_others(self, visit_id: str) -> None:
        """Asks once about everybody else whom the declaration names in full."""
        # Whoever was told of the change may have closed the visit.
        if (held := self._open.get(visit_id)) is None:
            return
        for role, query in held.session.other_queries().items():
            if query not in held.asked_about:
                held.asked_about.add(query)
                self._ask_about(visit_id, role, query)

    def look_for_papers(self, visit_id: str) -> None:
        """Asks once, for each case and person, which papers need not be brought."""
        if (held := self._open.get(visit_id)) is None:
            return
        question = ReuseQuestion.of(held.session)
        if question is None or question == held.asked_for_papers:
            return
        held.asked_for_papers = question

        def found(papers: dict[str, Reused]) -> None:
            if papers and visit_id in self._open and held.asked_for_papers == question:
                held.session.take_reused(papers)
                self._changed(visit_id)

        self._tasks.run(lambda: self._station.reusing.find(question), found, self._loud)

    def ask_again(self) -> None:
        """The line is there: what the register could not be asked before is asked now."""
        for visit_id, held in list(self._open.items()):
            held.asked_about -= held.unanswered
            held.unanswered.clear()
            if held.session.visit.register_fault is not None:
                self.look_up(visit_id)
            self.look_up_others(visit_id)
            held.asked_for_papers = None
            self.look_for_papers(visit_id)

    def _ask_about(self, visit_id: str, role: str, query: PersonQuery) -> None:
        def answered(result: _Answer) -> None:
            person, fault = result
            held = self._open.get(visit_id)
            if held is None:
                return
            if fault is not None:
                held.unanswered.add(query)
            # The paper may have been read anew, or the name typed otherwise, since it was asked.
            elif person is not None and held.session.other_queries().get(role) == query:
                held.session.take_other(role, person)
                self._changed(visit_id)

        self._tasks.run(lambda: self._station.look_up(query), answered, self._loud)
