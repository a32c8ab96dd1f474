"""Hand-over on a stick as the faces and the command line do it: with names instead of keys, and a file name made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.workflow.errors import WorkflowError
from app.workflow.papers import never
from app.workflow.station import Station
from offline_queue.bundle_keys import Peer
from offline_queue.bundles import Confirmed, Given, Handover, Progress, Taken


@dataclass(frozen=True)
class HandoverPolicy:
    """This station's id, the stations of the office whose bundles are taken, and who takes ours."""

    station: str
    trusted: tuple[Peer, ...]
    to: str = ""

    @classmethod
    def from_lines(cls, station: str, trusted: Sequence[str], to: str) -> HandoverPolicy:
        """From the settings' lines; BundleRefused names a line that was copied wrongly."""
        return cls(station, tuple(Peer.parse(line) for line in trusted), to)

    def taker(self) -> Peer:
        """Whom bundles are made for: the one named, or the only one known."""
        if not self.trusted:
            raise WorkflowError(
                "Chưa biết trạm nào để bàn giao; hãy chạy motcua queue identity ở trạm nhận rồi chép dòng đó vào "
                "[handover] trusted."
            )
        if not self.to and len(self.trusted) == 1:
            return self.trusted[0]
        named = [peer for peer in self.trusted if peer.name == self.to]
        if len(named) != 1:
            known = ", ".join(peer.name for peer in self.trusted)
            raise WorkflowError(
                f"Cấu hình [handover] to “{self.to}” phải là đúng một trạm trong trusted (đang có: {known})."
            )
        return named[0]


class HandoverDesk:
    """Gives and takes bundles for a station; slow, so run it beside the window."""

    def __init__(
        self,
        station: Station,
        policy: HandoverPolicy,
        on_progress: Callable[[Progress], None] = lambda _progress: None,
        is_cancelled: Callable[[], bool] = never,
    ) -> None:
        self._policy = policy
        self._now = station.clock.now
        self._handover = Handover(
            station.on_store,
            station.keep_file,
            station.file,
            station=policy.station,
            officer=station.access.signs,
            now=station.clock.now,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
        )

    def own_line(self) -> Peer:
        """This station as others must know it; `line` is to be copied into their settings."""
        return self._handover.identity().peer

    def give(self, target: Path, keys_or_numbers: Sequence[str] = ()) -> Given:
        """Writes a bundle to that file, or under a name of its own into that folder."""
        path = target / self.file_name() if target.is_dir() else target
        return self._handover.give(path, self._policy.taker(), keys_or_numbers)

    def take(self, path: Path, receipt: Path | None = None) -> Taken | Confirmed:
        """Takes a bundle, or the other station's word on one of ours; `receipt` is where our word goes."""
        return self._handover.take(path, self._policy.trusted, receipt)

    def file_name(self) -> str:
        """Says from where and when, and nothing of whom it is about."""
        return f"ban-giao-{self._policy.station}-{self._now():%y%m%d-%H%M%S}.motcua"
