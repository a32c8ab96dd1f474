"""What is made of one document, and how it is told and written."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanning.ocr import engine
from scanning.pages import DigitisedPage, FieldReading


@dataclass(frozen=True, slots=True)
class Digitised:
    """Everything that was made of one document."""

    input: str
    kind: str
    kind_confidence: float
    fields: tuple[FieldReading, ...]
    pages: tuple[DigitisedPage, ...] = field(repr=False)
    pdf: bytes = field(repr=False)
    timings_s: dict[str, float]

    @property
    def text(self) -> str:
        """All pages in reading order, a blank line between them."""
        return "\n".join(page.text.text for page in self.pages)

    def value(self, name: str) -> str | None:
        return next((reading.value for reading in self.fields if reading.name == name), None)

    def to_json(self) -> dict[str, object]:
        """The shape of NAME.json."""
        return {
            "input": self.input,
            "kind": self.kind,
            "kind_confidence": self.kind_confidence,
            "fields": [
                {
                    "name": reading.name,
                    "value": reading.value,
                    "confidence": reading.confidence,
                    "state": str(reading.state),
                    "page": reading.page,
                    "box": list(reading.box),
                    "handwritten": reading.is_handwritten,
                    "raw": reading.raw or None,
                }
                for reading in self.fields
            ],
            "pages": [
                {
                    "width": page.width,
                    "height": page.height,
                    "dpi": page.dpi,
                    "rotation": page.rotation,
                    "skew": page.skew,
                    "blank": page.blank,
                    "born_digital": page.is_born_digital,
                    "sha256": page.sha256,
                    "verdicts": [
                        {"name": verdict.name, "severity": str(verdict.severity), "advice": verdict.advice}
                        for verdict in page.verdicts
                    ],
                }
                for page in self.pages
            ],
            "corrections": [
                {"page": number, "read": word.raw, "text": word.text, "box": list(word.box)}
                for number, page in enumerate(self.pages, 1)
                for line in page.text.lines
                for word in line.words
                if word.raw
            ],
            "metadata": {
                "format": "PDF" if is_whole(self.pages) else "PDF/A-2b",
                "pages": len(self.pages),
                "colour": True,
                "engine": engine(),
                "originals_sha256": sorted({page.sha256 for page in self.pages}),
            },
            "timings_s": self.timings_s,
        }


def is_whole(pages: Sequence[DigitisedPage]) -> bool:
    """Whether the pages are all of one born-digital file, untouched and in order."""
    first = pages[0]
    return (
        any(page.is_born_digital for page in pages)
        and [page.number for page in pages] == list(range(1, first.pages_in_file + 1))
        and all(page.sha256 == first.sha256 and page.rotation == 0 for page in pages)
    )


def write(digitised: Digitised, folder: Path) -> tuple[Path, Path, Path]:
    """Writes NAME.pdf, NAME.txt and NAME.json, each whole or not at all; answers with their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(digitised.input).stem or "giay"
    contents = (
        (".pdf", digitised.pdf),
        (".txt", digitised.text.encode()),
        (".json", (json.dumps(digitised.to_json(), ensure_ascii=False, indent=1) + "\n").encode()),
    )
    written = []
    for suffix, content in contents:
        target = folder / (stem + suffix)
        part = folder / f".{stem}{suffix}.part"
        with part.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(target)
        written.append(target)
    return written[0], written[1], written[2]
