"""When a file that is being dropped into a folder is whole."""

import time
from dataclasses import dataclass, field
from pathlib import Path

_TAIL = 65_536
_PDF_TAIL = 2048
_PNG_END = b"IEND"
_JPEG_END = b"\xff\xd9"


@dataclass(slots=True)
class Arrival:
    """Judges by size and time of change; a file that ends where its format ends is believed sooner.

    Neither locks nor the system's change notices can be relied on: both are missing on many network shares,
    which is where scanners drop their files.
    """

    quiet_s: float = 1.0
    """A file that ends properly is whole once it has not changed for so long."""
    patience_s: float = 20.0
    """One that does not is taken as it is after so long without a change: it is broken, not late."""
    step_s: float = 0.2
    _seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict, repr=False)
    """State and when it was first seen so, by a clock that nobody sets."""

    def is_whole(self, path: Path) -> bool:
        """Whether nobody writes this file any more, as far as can be told."""
        try:
            facts = path.stat()
        except OSError:
            return False
        state = (facts.st_size, facts.st_mtime_ns)
        now = time.monotonic()
        if path not in self._seen or self._seen[path][0] != state:
            # The first look trusts the file's own times; a program may set them back, so the later one counts.
            age_s = max(0.0, time.time() - max(facts.st_mtime, facts.st_ctime))
            first = now - age_s if path not in self._seen else now
            self._seen[path] = (state, first)
        still_s = now - self._seen[path][1]
        if facts.st_size == 0 or still_s < self.quiet_s or not _opens(path):
            return False
        if still_s < self.patience_s and not _ends_properly(path):
            return False
        del self._seen[path]
        return True

    def is_stale_and_empty(self, path: Path) -> bool:
        """Whether it has held nothing for so long that waiting for it would hold up the rest."""
        state, first = self._seen.get(path, ((1, 0), time.monotonic()))
        return state[0] == 0 and time.monotonic() - first > self.patience_s


def _opens(path: Path) -> bool:
    """False while another program keeps the file to itself (Windows refuses to open it then)."""
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _ends_properly(path: Path) -> bool:
    """Whether the last bytes are those that its format ends with; True for formats without such an end."""
    try:
        with path.open("rb") as handle:
            head = handle.read(16)
            size = handle.seek(0, 2)
            handle.seek(max(0, size - _TAIL))
            tail = handle.read()
    except OSError:
        return False
    if head.startswith(b"\xff\xd8"):
        # Telephones append data of their own after the picture.
        return _JPEG_END in tail
    if head.startswith(b"\x89PNG"):
        return _PNG_END in tail[-64:]
    if head.startswith(b"%PDF-"):
        return b"%%EOF" in tail[-_PDF_TAIL:]
    if head.startswith(b"RIFF"):
        return size >= int.from_bytes(head[4:8], "little") + 8
    if head.startswith(b"BM"):
        return size >= int.from_bytes(head[2:6], "little")
    return True
