"""What every reader of a kind of paper takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scanning.pages import FieldReading, FieldState, FoundCode, PageText
from scanning.readers.labels import Label, title_score, values_after
from scanning.readers.values import Kind, reading_of


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page as its readers see it."""

    text: PageText
    codes: tuple[FoundCode, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperReading:
    """What a reader makes of the pages: how sure it is that this is its kind of paper, and the fields."""

    kind: str
    confidence: float
    fields: tuple[FieldReading, ...]


Reader = Callable[[Sequence[ReadPage]], PaperReading]


def read_form(
    pages: Sequence[ReadPage], kind: str, title: str, labels: Sequence[Label], kinds: Mapping[str, Kind]
) -> PaperReading:
    """Reads the page that looks most like the form with this title and these labels."""
    best = PaperReading(kind, 0.0, ())
    for number, page in enumerate(pages, 1):
        values, share = values_after(page.text, labels)
        confidence = 0.6 * title_score(page.text, title) + 0.4 * share
        if confidence > best.confidence:
            readings = (
                reading_of(name, kinds.get(name, Kind.TEXT), words, number) for name, words in values.items()
            )
            best = PaperReading(kind, round(confidence, 3), tuple(found for found in readings if found))
    return best


def doubted(fields: Sequence[FieldReading], names: Sequence[str]) -> tuple[FieldReading, ...]:
    """The same fields, the named ones marked doubtful: they contradict each other."""
    return tuple(
        replace(reading, state=FieldState.DOUBTFUL, confidence=min(reading.confidence, 0.6))
        if reading.name in names
        else reading
        for reading in fields
    )


def number_agrees(personal_id: str, birth_date: str) -> bool:
    """Whether a 12-digit number may belong to someone born on dd/mm/yyyy (century and year digits)."""
    if len(personal_id) != 12 or not personal_id.isdigit() or len(birth_date) != 10:
        return True
    return 1900 + int(personal_id[3]) // 2 * 100 + int(personal_id[4:6]) == int(birth_date[6:])
