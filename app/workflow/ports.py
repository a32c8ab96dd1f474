"""What the workflow asks of the world; the real ones are wired in `app.bootstrap`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol

from app.domain.people import PersonQuery, RegisteredPerson
from app.domain.reuse import StoredResult
from offline_queue.numbers import NumberBlock
from offline_queue.transport import Transport


class PopulationRegister(Protocol):
    """CSDLQG về dân cư: answers number + name + birth date together, never one alone."""

    def look_up(self, query: PersonQuery) -> RegisteredPerson | None:
        """The registered person, None when no one fits.

        Raises LineDown or ServerBusy when it cannot be asked, RegisterRefused when it will not answer.
        """
        ...


class Province(Transport, Protocol):
    """HTTT giải quyết TTHC cấp tỉnh: takes dossiers, leases serials, tells the time."""

    @property
    def clock_offset_s(self) -> float | None:
        """Server time minus this machine's, None before the first answer."""
        ...

    def greet(self) -> None:
        """Finds out how the line is; raises LineDown, ServerBusy or Refused."""
        ...

    def lease(
        self, request_id: str, agency: str, station: str, days: Iterable[date], size: int
    ) -> list[NumberBlock]: ...


class ProcedureFinder(Protocol):
    """Looks procedures up by what an officer types."""

    def find(self, words: str, limit: int = 40) -> tuple[tuple[str, str], ...]:
        """Code and name, best first; for no words those that this station has prepared."""
        ...

    def widen(self, today: date) -> None:
        """Takes in what is slow to read; away from the window."""
        ...


class ResultStore(Protocol):
    """Kho dữ liệu điện tử: papers that the State issued and holds."""

    def look_up(self, owner: PersonQuery, procedure: str, codes: Collection[str]) -> tuple[StoredResult, ...]:
        """What it holds of these; raises LineDown, ServerBusy, Refused or RegisterRefused."""
        ...
