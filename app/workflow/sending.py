"""The line to the province as a counter needs it: rounds of sending, official numbers in hand, the server's time.

All of it is slow but `line`; each touch of the database goes through `on_store`.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from uuid6 import uuid7

from app.workflow.clock import StationClock
from app.workflow.ports import Province
from app.workflow.views import LineView
from offline_queue import listing, numbers
from offline_queue.errors import LineDown, QueueError, Refused, SendingStopped
from offline_queue.pace import OUTAGE_S, Pace
from offline_queue.store import Store
from offline_queue.sync import Synchroniser, SyncReport
from offline_queue.timetable import Timetable
from offline_queue.transport import OnStore

log = logging.getLogger(__name__)

_LEASE_REQUEST = "lease_request"
_LAST_SYNC = "last_sync"


@dataclass(frozen=True)
class LeasePolicy:
    """How many official numbers to hold in hand, for whom: days ahead, block size, when to ask for more."""

    agency: str
    station: str
    days: int
    size: int
    low_mark: int


@dataclass(frozen=True)
class ProvinceLine:
    """What is there where a station is joined to a province: who asks, who sends, how fast, and when again."""

    province: Province
    synchroniser: Synchroniser
    pace: Pace
    timetable: Timetable


class Sending:
    """Everything between this station and its province; without a line of its own it only says so."""

    def __init__(
        self, on_store: OnStore, clock: StationClock, lease_policy: LeasePolicy, line: ProvinceLine | None
    ) -> None:
        self._on_store = on_store
        self._clock = clock
        self._lease_policy = lease_policy
        self._line = line
        self._is_online: bool | None = None
        self._line_since: datetime | None = None
        self._line_note = ""

    @property
    def is_online(self) -> bool | None:
        """What the last round found; None before the first."""
        return self._is_online

    def line(self) -> LineView:
        """Connection and queue as of the last round."""
        sums = self._on_store(listing.sums)
        return LineView(
            is_online=self._is_online,
            since=self._line_since,
            waiting=sums.waiting,
            needs_officer=sums.needs_officer,
            last_sync=self._last_sync(),
            note=self._line_note,
        )

    # ---- rounds

    def begin(self) -> None:
        """Once at the window's start: where the power was away too, all stations begin now."""
        last = self._last_sync()
        is_long_ago = last is not None and self._clock.now() - last > timedelta(seconds=OUTAGE_S)
        if self._line is not None and is_long_ago and self.line().waiting:
            self._line.pace.begin_slowly()

    def round(self) -> SyncReport:
        """Renews numbers and sends what is due. Faults are in the report, not raised."""
        if self._line is None:
            return SyncReport(line_fault="Trạm này chưa nối hệ thống tỉnh; hồ sơ vẫn lưu an toàn trên máy.")
        try:
            self.greet()
            self.renew_numbers()
        except LineDown as silent:
            self._note_line(False, str(silent))
            return SyncReport(waiting=self.line().waiting, line_fault=str(silent))
        except SendingStopped:
            return SyncReport(waiting=self.line().waiting)
        except QueueError as fault:
            # Without new numbers dossiers are still sent; receipts turn provisional when the block is used up.
            log.warning("no new numbers: %s", type(fault).__name__)
        report = self._line.synchroniser.round()
        self._learn_time()
        if not report.is_other_running:
            self._note_line(report.line_fault is None, report.line_fault or "")
        if report.line_fault is None:
            now = self._clock.now().isoformat()
            self._on_store(lambda store: store.put_setting(_LAST_SYNC, now))
        return report

    def next_round_s(self, report: SyncReport) -> float:
        """Seconds from the end of that round to the next."""
        return 0.0 if self._line is None else self._line.timetable.next_s(report, self._due_s())

    def pause_s(self, longest_s: float) -> float:
        """How long until the next row is due, at least a moment and at most `longest_s`."""
        due_s = self._due_s()
        return min(longest_s, max(0.2, 1.0 if due_s is None else due_s))

    def hurry(self) -> None:
        """An officer asks for it now: what waits for its turn goes at once. Quick, from any thread."""
        if self._line is not None:
            self._line.pace.hurry()

    def stop(self) -> None:
        """The program ends: a round that is under way ends soon, what it had begun stays to be sent. Quick."""
        if self._line is not None:
            self._line.pace.stop()

    # ---- the server's time and numbers

    def greet(self) -> None:
        """Asks the province's time and takes it over; codes and due dates of a wrong clock are never given.

        Raises LineDown, ServerBusy or Refused where there is no answer.
        """
        if self._line is not None:
            self._line.province.greet()
            self._learn_time()

    def greet_where_possible(self) -> None:
        """A wrong clock is corrected before it dates anything; without a line the last known offset counts."""
        with suppress(QueueError):
            self.greet()

    def renew_numbers(self) -> None:
        """Leases serial blocks for today and the coming days where few are left.

        A request is remembered before it is sent and forgotten with its answer: a lost answer is asked for
        again by the same id, so the province gives the same blocks. The id is this data folder's own: a
        station that was set up anew never gets the blocks of its former self.
        """
        if self._line is None:
            return
        policy = self._lease_policy
        first = self._clock.now().date()
        days = [first + timedelta(days=n) for n in range(policy.days)]

        def choose(store: Store) -> dict[str, Any] | None:
            asked = json.loads(store.get_setting(_LEASE_REQUEST) or "null")
            if asked is not None and asked["days"][0] >= first.isoformat():
                return cast("dict[str, Any]", asked)
            poor = [
                d.isoformat() for d in days if numbers.serials_left(store, policy.agency, d) < policy.low_mark
            ]
            if not poor:
                return None
            request = {"id": str(uuid7()), "days": poor, "size": policy.size}
            store.put_setting(_LEASE_REQUEST, json.dumps(request))
            return request

        request = self._on_store(choose)
        if request is None:
            return
        wanted = [date.fromisoformat(day) for day in request["days"]]
        try:
            blocks = self._line.province.lease(
                request["id"], policy.agency, policy.station, wanted, request["size"]
            )
        except Refused:
            # Days that the province will not have (asked for while the clock was wrong): choose anew.
            self._on_store(lambda store: store.put_setting(_LEASE_REQUEST, "null"))
            raise

        def keep(store: Store) -> None:
            numbers.add_blocks(store, blocks)
            store.put_setting(_LEASE_REQUEST, "null")

        self._on_store(keep)

    # ---- inside

    def _learn_time(self) -> None:
        if self._line is None or self._line.province.clock_offset_s is None:
            return
        offset_s = self._line.province.clock_offset_s
        self._clock.correct(offset_s)
        self._on_store(lambda store: store.put_setting("clock_offset_s", str(offset_s)))

    def _last_sync(self) -> datetime | None:
        last = self._on_store(lambda store: store.get_setting(_LAST_SYNC))
        return datetime.fromisoformat(last) if last else None

    def _due_s(self) -> float | None:
        due = self._on_store(listing.next_due)
        return None if due is None else (due - self._clock.now()).total_seconds()

    def _note_line(self, is_online: bool, note: str) -> None:
        if is_online is not self._is_online:
            self._line_since = self._clock.now()
        self._is_online, self._line_note = is_online, note
