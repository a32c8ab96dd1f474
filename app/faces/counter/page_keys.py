"""What can be done to the chosen page: one list of actions, their keys and their words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence


class PageAction(StrEnum):
    """An action on the chosen page, or on the pages as a whole."""

    REPLACE = "replace"
    INSERT_AFTER = "insert_after"
    INSERT_BEFORE = "insert_before"
    BACKS = "backs"
    BACKS_IN_ORDER = "backs_in_order"
    TURN_RIGHT = "turn_right"
    TURN_LEFT = "turn_left"
    UP = "up"
    DOWN = "down"
    TO_PAPER = "to_paper"
    CUT = "cut"
    ASIDE = "aside"
    REMOVE = "remove"
    UNDO = "undo"
    REDO = "redo"
    PASTE = "paste"


BRING_BACK = "Lấy lại trang này"


@dataclass(frozen=True)
class PageKey:
    """A key as it is pressed and as it is written; `is_anywhere`: also while the focus is beside the paper."""

    action: PageAction
    keys: str
    shown: str
    words: str
    is_anywhere: bool = False

    @property
    def is_of_text(self) -> bool:
        """True where the same key means something for text that is being typed."""
        return self.action in (PageAction.UNDO, PageAction.REDO, PageAction.PASTE)


PAGE_KEYS: tuple[PageKey, ...] = (
    PageKey(PageAction.REPLACE, "Ctrl+F2", "Ctrl+F2", "Quét lại trang này", True),
    PageKey(PageAction.INSERT_AFTER, "Ins", "Insert", "Quét chèn sau trang này"),
    PageKey(PageAction.INSERT_BEFORE, "Shift+Ins", "Shift+Insert", "Quét chèn trước trang này"),
    PageKey(PageAction.BACKS, "Ctrl+M", "Ctrl+M", "Quét mặt sau, xấp đã lật úp"),
    PageKey(PageAction.BACKS_IN_ORDER, "Ctrl+Shift+M", "Ctrl+Shift+M", "Quét mặt sau, vẫn từ tờ đầu"),
    PageKey(PageAction.TURN_RIGHT, "Ctrl+R", "Ctrl+R", "Xoay phải", True),
    PageKey(PageAction.TURN_LEFT, "Ctrl+L", "Ctrl+L", "Xoay trái", True),
    PageKey(PageAction.UP, "Ctrl+Up", "Ctrl+↑", "Chuyển lên trước"),
    PageKey(PageAction.DOWN, "Ctrl+Down", "Ctrl+↓", "Chuyển xuống sau"),
    PageKey(PageAction.TO_PAPER, "Ctrl+J", "Ctrl+J", "Chuyển sang giấy tờ khác…"),
    PageKey(PageAction.CUT, "Ctrl+D", "Ctrl+D", "Cắt đôi trang"),
    PageKey(PageAction.ASIDE, "Space", "Phím cách", "Để riêng trang này"),
    PageKey(PageAction.REMOVE, "Del", "Delete", "Bỏ trang này"),
    PageKey(PageAction.UNDO, "Ctrl+Z", "Ctrl+Z", "Hoàn tác", True),
    PageKey(PageAction.REDO, "Ctrl+Y", "Ctrl+Y", "Làm lại", True),
    PageKey(PageAction.PASTE, "Ctrl+V", "Ctrl+V", "Dán ảnh hoặc tệp", True),
)


def _chord(keys: str) -> int:
    first: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]  # missing from Qt's stubs
    return first.toCombined()


_CHORDS = {_chord(k.keys): k for k in PAGE_KEYS}
_CHORDS[_chord("Ctrl+Shift+Z")] = next(k for k in PAGE_KEYS if k.action is PageAction.REDO)


def page_key(event: QKeyEvent) -> PageKey | None:
    """The page's key that was pressed, None for any other."""
    return _CHORDS.get(event.keyCombination().toCombined() & ~Qt.KeyboardModifier.KeypadModifier.value)


def key_of(action: PageAction) -> PageKey:
    """The key of an action."""
    return next(k for k in PAGE_KEYS if k.action is action)


#: For the help of the page.
HELP: tuple[tuple[str, str], ...] = tuple((k.shown, k.words) for k in PAGE_KEYS)
