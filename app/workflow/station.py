"""One station's services: everything a visit needs from disk, paper, register, queue and printer.

Each method says where it may run: the ones that touch the database go through `on_store` by
themselves, so any thread but the window's may call them; `look_up` is slow. Paper and the line to the province
have modules of their own: `papers`, `sending`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from app.domain.codes import PersonalId
from app.domain.dossier import Dossier
from app.domain.officers import Right
from app.domain.people import CardFacts, PersonQuery, RegisteredPerson
from app.workflow.access import Access
from app.workflow.activity import Activity
from app.workflow.amending import Amendments
from app.workflow.clock import StationClock
from app.workflow.counter import Counter
from app.workflow.errors import RegisterRefused, WorkflowError
from app.workflow.intake import IntakeSession
from app.workflow.linking import recover_feed, visits_in
from app.workflow.officers import Officers
from app.workflow.pages import Feed, is_feed
from app.workflow.papers import Papers, never
from app.workflow.ports import PopulationRegister
from app.workflow.profiles import Profiles, ScanProfile
from app.workflow.queue_rows import queue_rows
from app.workflow.reusing import Reusing
from app.workflow.sealing import print_receipt, seal_request
from app.workflow.sending import Sending
from app.workflow.views import MOST_ROWS, QueueRow
from app.workflow.visit import Visit
from offline_queue import listing, numbers, outbox, records
from offline_queue.edits import Choice
from offline_queue.errors import LineDown, Refused, ServerBusy
from offline_queue.files import FileStore, StoredFile
from offline_queue.outbox import OutboxState
from offline_queue.records import Record
from offline_queue.store import Store
from offline_queue.transport import OnStore
from printing.spool import SpoolTarget
from scanning.cards import parse_card_text
from scanning.pages import ScannedPage
from scanning.sources import Source as PaperSource

log = logging.getLogger(__name__)

_WAITING = {OutboxState.SEALED, OutboxState.TO_UPDATE}


class Station:
    """The services of one counter, the same for the window and the command line."""

    def __init__(
        self,
        *,
        counter: Counter,
        access: Access,
        officers: Officers,
        station_id: str,
        reusing: Reusing,
        on_store: OnStore,
        files: FileStore,
        clock: StationClock,
        register: PopulationRegister | None,
        sending: Sending,
        printer: SpoolTarget | None,
        source_for: Callable[[str | None, str], PaperSource],
        profiles: Profiles | None = None,
        activity: Activity | None = None,
        check_store: Callable[[], str | None] = lambda: None,
    ) -> None:
        #: Who works here and what they may: every service below that concerns somebody's dossiers asks it.
        self.access = access
        self.officers = officers
        self._counter = counter
        self.clock = clock
        self.printer = printer
        self.on_store = on_store
        self.papers = Papers(files, on_store, clock.now)
        self.amendments = Amendments(on_store)
        #: Reads the whole database beside its owner: None, or the sentence about what is damaged. Slow.
        self.check_store = check_store
        self.profiles = profiles or Profiles()
        #: Rounds of sending, numbers, the server's time.
        self.sending = sending
        #: Papers that need not be brought.
        self.reusing = reusing
        #: The name of this station in leases and provisional numbers.
        self.station_id = station_id
        self._files = files
        self._register = register
        self._source_for = source_for
        self._activity = activity or Activity()

    @property
    def counter(self) -> Counter:
        """The office with the officer who works there now."""
        return replace(self._counter, officer=self.access.officer)

    # ---- visits

    def begin(self) -> IntakeSession:
        """A new visit."""
        self.access.require(Right.SEE_OWN)
        return IntakeSession.begin(self.counter, self.clock.now())

    def resume(self) -> list[IntakeSession]:
        """Every visit in progress that is shown to who works here, with each page that had come when it ended."""
        return [session for session, _officer in self.resume_beside(())]

    def resume_beside(self, is_open: Collection[str]) -> list[tuple[IntakeSession, str | None]]:
        """The same without those that are open already, each with the login of whose it is; () for nobody."""
        drafts = self.on_store(records.list_drafts)
        visits = {d.body["visit_id"]: d for d in drafts if not is_feed(d.body)}
        shown = {
            key: (IntakeSession(self.counter, Visit.from_json(draft.body)), draft.officer)
            for key, draft in visits.items()
            if key not in is_open and self.access.sees(draft.officer)
        }
        holders = {each: key for key, draft in visits.items() for each in visits_in(draft.body)}
        for feed in (Feed.from_json(d.body) for d in drafts if is_feed(d.body)):
            holder = holders.get(feed.visit_id, "")
            if holder in shown:
                session = shown[holder][0]
                recover_feed(session, feed)
                self.save(session.visit)
            elif holder:
                continue  # somebody else's, or a feed that still runs
            self.papers.end_feed(feed)
        return list(shown.values())

    def parked_by_others(self) -> int:
        """How many visits in progress are not shown to who works here."""
        drafts = self.on_store(records.list_drafts)
        return sum(not is_feed(d.body) and not self.access.sees(d.officer) for d in drafts)

    def save(self, visit: Visit, officer: str | None = None) -> None:
        """Keeps the visit as it stands, as the visit of that officer where it is new; whoever works here now."""
        self._activity.note()
        body, now, whose = visit.to_json(), self.clock.now(), officer or self.access.officer.login
        self.on_store(lambda store: records.save_draft(store, visit.visit_id, body, now, whose))

    def drop(self, visit_id: str) -> None:
        """Forgets a visit that was given up."""
        self.on_store(lambda store: records.drop_draft(store, visit_id))

    # ---- people

    def read_card(self, text: str) -> CardFacts:
        """A card's QR or MRZ text; ScanError with one sentence when it is none."""
        read = parse_card_text(text)
        return CardFacts(
            personal_id=PersonalId(read.personal_id),
            full_name=read.full_name,
            birth_date=read.birth_date,
            sex=read.sex,
            address=read.address or None,
            issued=read.issued,
            source=read.source,
            warnings=read.warnings,
        )

    def look_up(self, query: PersonQuery | None) -> tuple[RegisteredPerson | None, str | None]:
        """Asks the register; the second value is the sentence why it could not be asked."""
        if query is None:
            return None, "Chưa đủ số định danh, họ tên và ngày sinh để tra CSDLQG về dân cư."
        if self._register is None:
            return None, "Trạm này chưa nối CSDLQG về dân cư."
        self.audit("look_up", query.personal_id.masked)
        try:
            return self._register.look_up(query), None
        except LineDown:
            return None, "Chưa có mạng nên chưa tra được CSDLQG về dân cư."
        except ServerBusy:
            return None, "CSDLQG về dân cư đang bận."
        except Refused:
            return None, "CSDLQG về dân cư không nhận câu hỏi này."
        except RegisterRefused as refused:
            return None, str(refused)

    # ---- paper

    def scanned(
        self, profile: ScanProfile, reader: str | None, is_cancelled: Callable[[], bool] = never
    ) -> Iterator[ScannedPage]:
        """Pages from the scanner, one by one as they are asked for; raises ScanError."""
        return self._source_for(reader, profile.source).scan(profile.request(is_cancelled))

    def scanner_state(self) -> tuple[bool, str]:
        """Whether F2 can be used now, and the words for it; an empty feeder is ready, it only waits."""
        is_usable, _reason = self._source_for(None, "").is_usable()
        return True, "sẵn sàng" if is_usable else "chờ giấy"

    def printer_state(self) -> tuple[bool, str]:
        """Whether a receipt can be printed now, and the words for it."""
        if self.printer is None:
            return False, "chưa cài"
        usability = self.printer.is_usable()
        return bool(usability), "sẵn sàng" if usability else usability.reason

    # ---- the end of a visit

    def seal(self, dossier: Dossier) -> Record:
        """Makes the dossier durable: record, files, number, history and outbox row in one transaction."""
        request = seal_request(dossier, self.station_id)
        record = self.on_store(lambda store: records.seal(store, request))
        log.info("record %s sealed", record.key)
        return record

    def print_record(self, record: Record) -> str:
        """Prints form 01 from the sealed record and notes it; returns where it went. PrintError says why not."""
        if self.printer is None:
            raise WorkflowError("Chưa cài máy in; hồ sơ đã lưu an toàn, in lại bằng F10 sau khi cài máy in.")
        printed = sum(
            line.event == "printed" for line in self.on_store(lambda s: records.history_of(s, record.key))
        )
        if printed:
            # The first belongs to the sealing and comes also when the officer has gone since.
            self.access.require(Right.REPRINT, record.key)
        pdf = print_receipt(record, copy_number=printed + 1)
        where = self.printer.submit(pdf, record.number)
        now, signs = self.clock.now(), self.access.signs

        def note(store: Store) -> None:
            with store.transaction():
                records.write_audit(store, now, signs, "print", record.key)
                records.add_history(store, record.key, now, "printed", f"In giấy hẹn lần {printed + 1}")

        self.on_store(note)
        return where

    def codes_left(self) -> int:
        """How many official numbers are left for today."""
        agency, today = str(self.counter.agency.id), self.clock.now().date()
        return self.on_store(lambda store: numbers.serials_left(store, agency, today))

    def record(self, key_or_number: str) -> Record:
        """A sealed record; StoreError when this station has none of that key or number, NotAllowed for another's."""
        record = self.on_store(lambda store: records.get_record(store, key_or_number))
        self.look(record.key)
        return record

    def look(self, key: str) -> None:
        """Somebody opens a dossier: NotAllowed where it is not shown to them, an audit line where it is another's."""
        self.access.look(self.on_store(lambda store: records.officer_of(store, key)), key)

    def sealed(self, key: str) -> Record | None:
        """The record of that key where it is sealed already."""
        return self.on_store(
            lambda store: records.get_record(store, key) if records.has_record(store, key) else None
        )

    def keep_file(self, data: bytes) -> StoredFile:
        """Stores one file, encrypted and durable."""
        return self._files.put(data)

    def file(self, blob: str) -> bytes:
        """One stored file's plain content."""
        return self._files.get(blob)

    # ---- the queue

    def retry(self, key_or_number: str) -> None:
        """An officer asks for another try now."""
        self.access.require(Right.MEND, key_or_number)
        key, now = self.record(key_or_number).key, self.clock.now()
        self.on_store(lambda store: outbox.retry(store, key, now))

    def choose_side(self, key: str, keeps_ours: bool) -> None:
        """Goes on with one of two versions where both sides changed a dossier."""
        signs = self.access.require(Right.MEND, key).signs
        self.look(key)
        choice = Choice.OURS if keeps_ours else Choice.THEIRS
        self.amendments.choose(key, choice, at=self.clock.now(), officer=signs)

    def queue(self, key: str | None = None) -> tuple[QueueRow, ...]:
        """The outbox as the queue screen shows it: what is not at the province, and what it accepted today.

        Of many, the first of each kind; `sending.line` tells how many there are. With a key, that one record. Of what
        others took in, a role that may not see it is shown nothing; without anybody signed in there is nothing.
        """
        if self.access.session is None:
            return ()
        whose = self.access.whose()
        if key is not None:
            self.look(key)
        midnight = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)

        def load(store: Store) -> tuple[QueueRow, ...]:
            if key is not None:
                one = listing.find_row(store, key)
                return queue_rows([one] if one else [], store)
            kinds = ({OutboxState.NEEDS_OFFICER}, {OutboxState.SENDING}, _WAITING)
            rows = [
                row
                for kind in kinds
                for row in listing.page(store, kind, limit=MOST_ROWS, officer=whose).rows
            ]
            rows += listing.settled_since(store, midnight, limit=MOST_ROWS, officer=whose)
            return queue_rows(rows, store)

        return self.on_store(load)

    def search(self, words: str, limit: int = 50) -> tuple[QueueRow, ...]:
        """Sealed dossiers of any age by name, code or number, tone marks typed or not; the newest first."""
        whose = self.access.whose()
        return self.on_store(
            lambda store: queue_rows(listing.search(store, words, limit=limit, officer=whose).rows, store)
        )

    def audit(self, action: str, subject: str) -> None:
        """Writes who read or did what; `subject` is a key or a masked number, never a name."""
        self.access.note(action, subject)
