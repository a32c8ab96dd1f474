"""One run of SANE's `scanimage`, and the private folder in memory that its pages come through."""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from scanning.device_errors import (
    ScanProgramMissing,
    ScanTimedOut,
)
from scanning.errors import Cancelled

PROGRAM = "scanimage"
_STEP_S = 0.1
_STOP_GRACE_S = 5.0
_FOLDER = "motcua-scan-"
_BATCH_END = "Batch terminated"


class ScanProgram:
    """One run of `scanimage`, which never outlives its `with` block."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str] | None, cancelled: Callable[[], bool]
    ) -> None:
        self._cancelled = cancelled
        self._rest = b""
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        try:
            self._process = subprocess.Popen(
                [PROGRAM, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                # The status words are looked up in English.
                env={**os.environ, **(environment or {}), "LC_ALL": "C.UTF-8"},
            )
        except OSError as error:
            self._errors.close()
            raise ScanProgramMissing from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                # The first signal makes scanimage cancel the scan and give the device back.
                self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(BrokenPipeError):
                self._stdin.close()
            try:
                self._process.wait(_STOP_GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        finally:
            self._stdout.close()
            self._errors.close()

    def next_line(self, timeout_s: float) -> str | None:
        """Presses Return and waits for the next line; None when the program ends instead."""
        try:
            self._stdin.write(b"\n")
            self._stdin.flush()
        except BrokenPipeError:
            return None
        for chunk in self._chunks(timeout_s):
            self._rest += chunk
            line, end, rest = self._rest.partition(b"\n")
            if end:
                self._rest = rest
                return line.decode()
        return None

    def read_to_end(self, timeout_s: float) -> str:
        return b"".join(self._chunks(timeout_s)).decode(errors="replace")

    def exit_code(self, timeout_s: float) -> int:
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise ScanTimedOut(timeout_s) from None

    def complaints(self) -> str:
        # Not by seek and read: the place in the file is shared with the program that writes it.
        descriptor = self._errors.fileno()
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")

    def _chunks(self, timeout_s: float) -> Iterator[bytes]:
        deadline = time.monotonic() + timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            while True:
                if self._cancelled():
                    raise Cancelled
                if time.monotonic() > deadline:
                    raise ScanTimedOut(timeout_s)
                if selector.select(_STEP_S):
                    chunk = os.read(self._stdout.fileno(), 65536)
                    if not chunk:
                        return
                    yield chunk
                elif _BATCH_END in self.complaints():
                    # All is said; some backends hang when they are closed after an error.
                    return

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
        return self._process.stdout


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this user alone, in memory where the system has such a place; empty ones of the dead go."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of mode 0700 in it
    parent = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    for left in parent.glob(f"{_FOLDER}*"):
        owner = left.name.removeprefix(_FOLDER).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
