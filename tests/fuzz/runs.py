"""Opens mutated files in processes with limits and judges what came of each."""

from __future__ import annotations

import multiprocessing
import pickle
import resource
import signal
import tempfile
import time
import traceback
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from scanning.documents import pages_in
from scanning.errors import ScanError
from scanning.pages import ScannedPage
from tests.fuzz.mutations import MUTATIONS, wrong_suffix
from tests.fuzz.papers import papers

_ADDRESS_SPACE = 2 << 30
_TIME_LIMIT_S = 10
_WHOLE_TIME_LIMIT_S = 90
_BACKSTOP_S = 240.0
"""On the clock of the wall, on a machine that does other things too: only what hangs without working meets it."""
_SMALL_PIXELS = 120_000
_MOST_CLEANED = 9_000_000
_BOMB_SHARE = 0.004


@dataclass(frozen=True, slots=True)
class Case:
    """One mutated file, told wholly by its seed and number."""

    seed: int
    number: int
    paper: str
    mutation: str
    name: str
    is_cleaned: bool
    is_whole: bool
    """Goes through all of `digitise`, reading engine and all."""

    def content(self, sound: dict[str, bytes]) -> bytes:
        return MUTATIONS[self.mutation](sound[self.paper], Random(f"{self.seed}/{self.number}/bytes"))


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    pages: int = 0
    refusal: str = ""
    """The error's class, where the file was refused in one sentence."""
    finding: str = ""
    """What should not have happened; empty for pages and for refusals."""
    cpu_s: float = 0.0


def case(seed: int, number: int, names: list[str]) -> Case:
    dice = Random(f"{seed}/{number}")
    bombs = [name for name in names if "bomb" in name]
    is_bomb = dice.random() < _BOMB_SHARE and bool(bombs)
    paper = dice.choice(bombs if is_bomb else [n for n in names if n not in bombs])
    mutation = dice.choice([*MUTATIONS, "wrong_suffix"])
    name = paper
    if mutation == "wrong_suffix":
        name, mutation = wrong_suffix(paper, dice), "untouched"
    return Case(seed, number, paper, mutation, name, dice.random() < 1 / 20, dice.random() < 1 / 500)


def outcomes(
    count: int, seed: int, processes: int = 2, first: int = 0, with_bombs: bool = True
) -> Iterator[Outcome]:
    """Every case once; a worker that dies or hangs is a finding and is replaced."""
    sound = {name: content for name, content in papers().items() if with_bombs or "bomb" not in name}
    names = sorted(sound)
    waiting = iter(case(seed, number, names) for number in range(first, first + count))
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "sound"
        kept.write_bytes(pickle.dumps(sound))
        workers = [_Worker(kept, Path(folder) / str(number)) for number in range(processes)]
        try:
            busy = {w for w in workers if w.take(next(waiting, None))}
            while busy:
                wait([w.line for w in busy], timeout=0.5)
                for worker in list(busy):
                    outcome = worker.outcome()
                    if outcome is not None:
                        yield outcome
                        if not worker.take(next(waiting, None)):
                            busy.discard(worker)
        finally:
            for worker in workers:
                worker.end()


class _Worker:
    """A process with limits that opens one file after another."""

    def __init__(self, sound: Path, folder: Path) -> None:
        self._sound, self._folder = sound, folder
        folder.mkdir()
        self._case: Case | None = None
        self._since = 0.0
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, self._sound, self._folder), daemon=False
        )
        self._process.start()
        theirs.close()

    def take(self, next_case: Case | None) -> bool:
        self._case, self._since = next_case, time.monotonic()
        if next_case is not None:
            self.line.send(next_case)
        return next_case is not None

    def outcome(self) -> Outcome | None:
        assert self._case is not None
        try:
            if self.line.poll():
                found: Outcome = self.line.recv()
                return found
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode or 0
            why = "over the time limit" if code == -signal.SIGPROF else f"worker ended with {code}"
            self._start()
            return Outcome(self._case, finding=why)
        if time.monotonic() - self._since > _BACKSTOP_S:
            self.end()
            self._start()
            return Outcome(self._case, finding="hangs")
        return None

    def end(self) -> None:
        self.line.close()
        self._process.kill()
        self._process.join()


def _work(line: Connection, sound_file: Path, folder: Path) -> None:
    sound: dict[str, bytes] = pickle.loads(sound_file.read_bytes())  # noqa: S301 - written by our parent
    warnings.simplefilter("ignore")
    import cv2

    from scanning import cleanup, pipeline

    cv2.setNumThreads(1)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    while True:
        try:
            chosen: Case = line.recv()
        except EOFError:
            return
        # Time at work, not on the wall: the same on a busy machine. Its signal ends the process.
        limit_s = _WHOLE_TIME_LIMIT_S if chosen.is_whole else _TIME_LIMIT_S
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        began = time.process_time()
        line.send(_judged(chosen, sound, folder, cleanup.clean, pipeline.digitise, began))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _judged(
    chosen: Case, sound: dict[str, bytes], folder: Path, clean: Any, digitise: Any, began: float
) -> Outcome:
    path = folder / chosen.name
    path.write_bytes(chosen.content(sound))
    pages = 0
    refusal = finding = ""
    try:
        if chosen.is_whole:
            pages = len(digitise(path).pages)
        else:
            for page in pages_in(path):
                pages += 1
                finding = finding or _fault_of(page)
                size = page.pixels.shape[0] * page.pixels.shape[1]
                if size <= _SMALL_PIXELS or (chosen.is_cleaned and size <= _MOST_CLEANED):
                    clean(page)
    except ScanError as error:
        refusal = type(error).__name__
        finding = _fault_of_sentence(error, chosen.name)
    except Exception:  # noqa: BLE001 - to find whatever comes through
        finding = traceback.format_exc(limit=-4)
    finally:
        path.unlink()
    return Outcome(chosen, pages, refusal, finding, time.process_time() - began)


def _fault_of(page: ScannedPage) -> str:
    pixels = page.pixels
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        return f"no RGB pixels: {pixels.dtype} {pixels.shape}"
    return "" if pixels.size <= 3 * 40_500_000 else f"too many pixels: {pixels.shape}"


def _fault_of_sentence(error: ScanError, name: str) -> str:
    sentence = str(error)
    is_plain = "\n" not in sentence and sentence.endswith(".") and 20 < len(sentence) < 300
    if not is_plain or "hãy" not in sentence or unicodedata.normalize("NFC", sentence) != sentence:
        return f"not a clear sentence: {sentence!r}"
    if "“" in sentence and f"“{name}”" not in sentence:
        return f"does not name the file: {sentence!r}"
    if str(pickle.loads(pickle.dumps(error))) != sentence:  # noqa: S301 - our own, a moment ago
        return f"changed on the way between processes: {sentence!r}"
    return ""
