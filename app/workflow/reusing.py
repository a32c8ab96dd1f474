"""Re-use before asking: the national store first, then what this station itself took in from the same person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.people import PersonQuery
from app.domain.reuse import Reused, ReuseSource
from app.workflow.errors import RegisterRefused
from app.workflow.intake import IntakeSession
from app.workflow.ports import ResultStore
from offline_queue import listing
from offline_queue.errors import QueueError
from offline_queue.outbox import OutboxState
from offline_queue.records import get_record
from offline_queue.store import Store
from offline_queue.transport import OnStore

_LOOKED_AT = 20
"""Of one person's dossiers at this station: the latest."""


@dataclass(frozen=True)
class ReuseQuestion:
    """What is asked for one visit; equal questions need not be asked twice."""

    owner: PersonQuery
    procedure: str
    wanted: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def of(cls, session: IntakeSession) -> ReuseQuestion | None:
        """None while nobody is known, or nothing could be spared."""
        wanted, owner = session.wanted_results(), session.query
        if not wanted or owner is None or session.visit.procedure is None:
            return None
        return cls(owner, session.visit.procedure, tuple(sorted(wanted.items())))


class Reusing:
    """Finds papers that need not be brought. Slow: asks the network and the database."""

    def __init__(self, on_store: OnStore, results: ResultStore | None) -> None:
        self._on_store, self._results = on_store, results

    def find(self, question: ReuseQuestion) -> dict[str, Reused]:
        """By component. What cannot be asked spares nothing, and is no fault: the paper is then taken in as ever."""
        wanted = dict(question.wanted)
        found = self._in_the_store(question, wanted)
        rest = {component: codes for component, codes in wanted.items() if component not in found}
        if rest:
            found |= self._on_store(lambda store: _in_earlier_dossiers(store, question.owner, rest))
        return found

    def _in_the_store(
        self, question: ReuseQuestion, wanted: Mapping[str, frozenset[str]]
    ) -> dict[str, Reused]:
        if self._results is None:
            return {}
        try:
            held = self._results.look_up(
                question.owner, question.procedure, frozenset().union(*wanted.values())
            )
        except (QueueError, RegisterRefused):
            return {}
        return {
            component: Reused(ReuseSource.RESULT_STORE, result.number, result.agency)
            for component, codes in wanted.items()
            for result in held
            if result.code in codes
        }


def _in_earlier_dossiers(
    store: Store, owner: PersonQuery, wanted: Mapping[str, frozenset[str]]
) -> dict[str, Reused]:
    """Papers with files of the same person's dossiers that the province has accepted."""
    found: dict[str, Reused] = {}
    for row in listing.search(store, str(owner.personal_id), limit=_LOOKED_AT).rows:
        if row.state is not OutboxState.ACCEPTED:
            continue
        record = get_record(store, row.key)
        if record.body["applicant"]["personal_id"] != str(owner.personal_id):
            continue
        for paper in record.body["components"]:
            for component, codes in wanted.items():
                if paper["code"] in codes and paper["files"] and component not in found:
                    found[component] = Reused(ReuseSource.EARLIER_DOSSIER, record.number, "")
    return found
