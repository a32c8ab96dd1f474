"""Cuts a stack scanned in one go into dossiers and papers, at the cover sheets laid between them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import cv2

from scanning.codes import codes_in
from scanning.pages import Pixels, ScannedPage
from scanning.patch_codes import patch_on
from scanning.quality import is_blank

_PREFIX = "MC1|"
_PAYLOAD = re.compile(r"MC1\|([DC])\|([0-9A-Za-z.:_/-]{1,64})")
_ANY_DPI = 300


class SeparatorKind(StrEnum):
    DOSSIER = "D"
    """The next dossier begins; the code is its procedure."""
    COMPONENT = "C"
    """The next paper of the same dossier begins; the code is its component."""
    PAPER = "T"
    """A patch T: the next paper begins, nobody has said which."""
    UNREADABLE = "?"
    """A cover sheet whose code cannot be read: nothing is cut there."""


@dataclass(frozen=True, slots=True)
class Separator:
    kind: SeparatorKind
    code: str = ""

    @property
    def payload(self) -> str:
        """The text of the QR code on the cover sheet; raises ValueError for a code that could not be read back."""
        text = f"{_PREFIX}{self.kind}|{self.code}"
        if _PAYLOAD.fullmatch(text) is None:
            raise ValueError(text)
        return text


@dataclass(frozen=True, slots=True)
class Part:
    """The pages between two separators; `sheets` and then `pages` are the stack in its own order."""

    dossier: str | None
    """The procedure on the last dossier sheet; None before the first."""
    component: str | None
    """None where no sheet said it."""
    opens_dossier: bool
    sheets: tuple[ScannedPage, ...] = field(repr=False)
    """The cover sheets that began this part (and their blank backs): no part of the paper."""
    pages: tuple[ScannedPage, ...] = field(repr=False)
    troubles: tuple[str, ...] = ()
    """Sentences for the officer; whatever they say, every page is there."""


def parse_separator(text: str) -> Separator | None:
    """What a QR code's text says; None for a code of another kind."""
    if not text.startswith(_PREFIX):
        return None
    found = _PAYLOAD.fullmatch(text)
    return Separator(SeparatorKind(found[1]), found[2]) if found else Separator(SeparatorKind.UNREADABLE)


def separator_on(page: ScannedPage) -> Separator | None:
    """The separator that this page is; None for an ordinary page.

    Our own sheets bear a patch 2 beside their codes, so that one with spoilt codes is noticed. Patch 3 is a
    patch T fed upside down.
    """
    said = {parse_separator(code.text) for code in codes_in(page.pixels)} - {None}
    if len(said) == 1:
        return said.pop()
    patch = patch_on(page.pixels)
    if len(said) > 1 or patch == "2":
        return Separator(SeparatorKind.UNREADABLE)
    return Separator(SeparatorKind.PAPER) if patch in ("T", "3") else None


def separated(
    pages: Iterable[ScannedPage],
    *,
    both_sides: bool = False,
    look: Callable[[ScannedPage], Separator | None] = separator_on,
) -> Iterator[Part]:
    """Part after part as each is complete; all `sheets` and `pages` together are the stack, each once, in order.

    `both_sides`: a blank page right behind a cover sheet is its back. Errors of `pages` come through after
    the part that they interrupt.
    """
    stack = iter(pages)
    part = _Opening(dossier=None)
    while True:
        try:
            page = next(stack)
        except StopIteration:
            break
        except Exception:
            if part.has_any():
                yield part.closed()
            raise
        separator = look(page)
        if separator is None or separator.kind is SeparatorKind.UNREADABLE:
            if separator is not None:
                part.troubles.append(
                    f"Trang {len(part.pages) + 1} của phần này giống tờ phân cách nhưng không đọc được mã; "
                    "trang vẫn được giữ, hãy tự tách ở đây nếu cần."
                )
            elif both_sides and part.sheets and not part.pages and _is_blank(page.pixels):
                part.sheets.append(page)
                continue
            part.pages.append(page)
            continue
        if part.pages or not part.may_take(separator):
            yield part.closed()
            part = _Opening(part.dossier)
        part.take(separator, page)
    if part.has_any():
        yield part.closed()


class _Opening:
    """A part that is still growing."""

    def __init__(self, dossier: str | None) -> None:
        self.dossier = dossier
        self.component: str | None = None
        self.opens_dossier = False
        self.sheets: list[ScannedPage] = []
        self.pages: list[ScannedPage] = []
        self.troubles: list[str] = []

    def has_any(self) -> bool:
        return bool(self.sheets or self.pages)

    def may_take(self, separator: Separator) -> bool:
        """Whether another sheet tells more about the same part, rather than beginning the next."""
        if separator.kind is SeparatorKind.DOSSIER:
            return not self.sheets
        return separator.kind is SeparatorKind.PAPER or self.component is None

    def take(self, separator: Separator, sheet: ScannedPage) -> None:
        self.sheets.append(sheet)
        if separator.kind is SeparatorKind.DOSSIER:
            self.dossier, self.opens_dossier = separator.code, True
        elif separator.kind is SeparatorKind.COMPONENT:
            self.component = separator.code

    def closed(self) -> Part:
        if not self.pages:
            self.troubles.append(
                "Sau tờ phân cách này không có trang nào; hãy xem có tờ nào bị sót hoặc dính nhau không."
            )
        return Part(
            self.dossier,
            self.component,
            self.opens_dossier,
            tuple(self.sheets),
            tuple(self.pages),
            tuple(self.troubles),
        )


def _is_blank(pixels: Pixels) -> bool:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return is_blank(grey.astype("uint8"), max(50, round(_ANY_DPI * max(pixels.shape) / 3508)))
