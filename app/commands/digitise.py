"""`motcua digitise`: paper in, searchable PDF/A, text and fields out."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from app.commands.answers import answer, say, tell
from app.config import Settings
from scanning.errors import ScanError
from scanning.pipeline import digitise, write


def run(options: Namespace, settings: Settings) -> int:
    """Each input for itself: one that cannot be read is told of, the others are still done; then exit 1."""
    del settings
    options.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    taken: set[str] = set()
    for path in options.paths:
        try:
            digitised = digitise(path)
        except ScanError as error:
            tell(f"motcua: {error}")
            failed += 1
            continue
        name = path.stem if path.stem not in taken else f"{path.stem}-{len(taken) + 1}"
        taken.add(name)
        write(replace(digitised, input=name + path.suffix), options.out)
        if options.json:
            answer(digitised.to_json())
        else:
            sure = sum(f.state == "sure" for f in digitised.fields)
            pages = len(digitised.pages)
            say(
                f"{path.name}: {pages} trang, loại {digitised.kind}, {sure}/{len(digitised.fields)} ô chắc chắn"
            )
    return 1 if failed else 0
