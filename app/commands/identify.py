"""`motcua identify`: who a card speaks of, from its QR, its MRZ, or a string that a reader gave."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from functools import partial

from app.commands.answers import answer, tell
from app.config import Settings
from app.workflow.errors import WorkflowError
from scanning.cards import CardReading, parse_card_text
from scanning.errors import ScanError
from scanning.pipeline import identify


def run(options: Namespace, settings: Settings) -> int:
    """One JSON line for each input; exit 1 when one of them is no card."""
    del settings
    if options.text is None and not options.images:
        raise WorkflowError("Hãy đưa ảnh thẻ, hoặc --text với chuỗi QR hay MRZ.")
    readers: list[tuple[str, Callable[[], CardReading | None]]] = [
        (str(path), partial(identify, path)) for path in options.images
    ]
    if options.text is not None:
        readers.append(("--text", partial(parse_card_text, options.text.replace("\\n", "\n"))))
    failed = 0
    for name, read in readers:
        try:
            card = read()
        except ScanError as error:
            tell(f"motcua: {error}")
            card, failed = None, failed + 1
        else:
            if card is None:
                tell(f"motcua: Không thấy mã thẻ căn cước trong “{name}”; hãy chụp lại rõ mặt có mã.")
                failed += 1
        answer({"input": name, **(card.to_json() if card else {"found": False})})
    return 1 if failed else 0
