"""`motcua digitise`: paper in, searchable PDF/A, text and fields out."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from app.commands.answers import answer, say, tell
from app.config import Settings
from scanning.digitised import Digitised, write
from scanning.documents import pages_in
from scanning.errors import ScanError
from scanning.pipeline import PAGES_AT_ONCE, digitise
from scanning.separation import separated

_BAR_WIDTH = 24


def run(options: Namespace, settings: Settings) -> int:
    """Each input for itself: one that cannot be read is told of, the others are still done; then exit 1."""
    del settings
    options.out.mkdir(parents=True, exist_ok=True)
    if options.split:
        return _split(options)
    named = list(_named(options.paths))
    bar = _Bar(len(named))
    # Either the inputs share the cores, or the pages of the only one do.
    inputs_at_once = min(PAGES_AT_ONCE, len(named))
    pages_at_once = max(1, PAGES_AT_ONCE // max(1, inputs_at_once))
    failed = 0

    def one(path: Path, name: str) -> Digitised:
        digitised = digitise(
            path,
            progress=lambda _step, _done, _known: bar.page_done(path.name),
            pages_at_once=pages_at_once,
            keeps_pictures=False,
        )
        write(replace(digitised, input=name), options.out)
        # Only the facts are told: what is written need not stay in memory.
        return replace(digitised, pdf=b"")

    with ThreadPoolExecutor(max(1, inputs_at_once), "digitise") as pool:
        tasks: list[tuple[Path, Future[Digitised]]] = [(p, pool.submit(one, p, name)) for p, name in named]
        try:
            for path, task in tasks:
                try:
                    digitised = task.result()
                except ScanError as error:
                    bar.clear()
                    tell(f"motcua: {error}")
                    failed += 1
                    continue
                finally:
                    bar.input_done()
                _report(path, digitised, options, bar)
        finally:
            bar.clear()
            for _, task in tasks:
                task.cancel()
    return 1 if failed else 0


def _split(options: Namespace) -> int:
    """Each stack cut at its separator sheets, one set of outputs for each part, numbered in the stack's order."""
    failed = 0
    for path, name in _named(options.paths):
        bar = _Bar(1)
        try:
            for number, part in enumerate(separated(pages_in(path)), 1):
                for trouble in part.troubles:
                    tell(f"motcua: {path.name}: {trouble}")
                if not part.pages:
                    continue
                digitised = digitise(part.pages, keeps_pictures=False)
                said = f"-{part.component}" if part.component else ""
                target = f"{Path(name).stem}-{number:02d}{said}{Path(name).suffix}"
                write(replace(digitised, input=target), options.out)
                _report(Path(target), replace(digitised, input=target), options, bar)
        except ScanError as error:
            tell(f"motcua: {error}")
            failed += 1
    return 1 if failed else 0


def _report(path: Path, digitised: Digitised, options: Namespace, bar: _Bar) -> None:
    bar.clear()
    if options.json:
        answer(digitised.to_json())
        return
    sure = sum(f.state == "sure" for f in digitised.fields)
    remarks = {verdict.name for page in digitised.pages for verdict in page.verdicts}
    words = f", lưu ý: {', '.join(sorted(remarks))}" if remarks else ""
    say(
        f"{path.name}: {len(digitised.pages)} trang, loại {digitised.kind}, "
        f"{sure}/{len(digitised.fields)} ô chắc chắn{words}"
    )


def _named(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Each input with the name of its outputs; two of one name must not overwrite each other."""
    taken: set[str] = set()
    for path in paths:
        stem, number = path.stem, 1
        while stem in taken:
            number += 1
            stem = f"{path.stem}-{number}"
        taken.add(stem)
        yield path, stem + path.suffix


class _Bar:
    """Progress on a terminal; silent where stderr is a file or a pipe."""

    def __init__(self, inputs: int) -> None:
        self._inputs, self._done, self._pages = inputs, 0, 0
        self._lock = threading.Lock()
        self._is_shown = sys.stderr.isatty()

    def page_done(self, name: str) -> None:
        with self._lock:
            self._pages += 1
            self._draw(name)

    def input_done(self) -> None:
        with self._lock:
            self._done += 1

    def clear(self) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _draw(self, name: str) -> None:
        if self._is_shown:
            filled = round(_BAR_WIDTH * self._done / max(1, self._inputs))
            bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
            sys.stderr.write(
                f"\r\x1b[K{bar} {self._done}/{self._inputs} tệp, {self._pages} trang · {name[:40]}"
            )
            sys.stderr.flush()
