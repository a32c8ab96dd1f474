"""The keyboard map: one list of actions, their keys, and the words that the help shows."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtWidgets import QFrame, QWidget


class Action(StrEnum):
    """What a key does, on whatever screen is shown."""

    HELP = "help"
    SCAN = "scan"
    CHOOSE_SCAN = "choose_scan"
    SEARCH = "search"
    SUGGESTION = "suggestion"
    REFRESH = "refresh"
    NEXT_COLUMN = "next_column"
    PREVIOUS_COLUMN = "previous_column"
    UNLOCK = "unlock"
    PARK = "park"
    COMPLETE = "complete"
    PRINT = "print"
    NEW_VISIT = "new_visit"
    NEXT_VISIT = "next_visit"
    PREVIOUS_VISIT = "previous_visit"
    CLOSE_VISIT = "close_visit"
    OPEN = "open"
    LOCK = "lock"
    COPY = "copy"
    ENTER = "enter"
    ESCAPE = "escape"


#: Enter, Esc and the copy key are left to the widget in focus first, so they are not here.
KEYS: dict[Action, str] = {
    Action.HELP: "F1",
    Action.SCAN: "F2",
    Action.CHOOSE_SCAN: "Shift+F2",
    Action.SEARCH: "F3",
    Action.SUGGESTION: "F4",
    Action.REFRESH: "F5",
    Action.NEXT_COLUMN: "F6",
    Action.PREVIOUS_COLUMN: "Shift+F6",
    Action.UNLOCK: "F7",
    Action.PARK: "F8",
    Action.COMPLETE: "F9",
    Action.PRINT: "F10",
    Action.NEW_VISIT: "Ctrl+T",
    Action.NEXT_VISIT: "Ctrl+Tab",
    Action.PREVIOUS_VISIT: "Ctrl+Shift+Tab",
    Action.CLOSE_VISIT: "Ctrl+W",
    Action.OPEN: "Ctrl+O",
    Action.LOCK: "F11",
}

#: Keys that mean the same on every screen, for the help.
EVERYWHERE: tuple[tuple[str, str], ...] = (
    ("F1", "Mở hoặc đóng trợ giúp này"),
    ("F3", "Tìm hồ sơ trên máy này"),
    ("F5", "Gửi ngay những hồ sơ đang chờ"),
    ("F11", "Khóa màn hình; lượt đang mở được gác nguyên như thế"),
    ("Ctrl+T", "Mở lượt mới"),
    ("Ctrl+Tab", "Sang lượt kế tiếp"),
    ("Alt+1 … Alt+6", "Đổi trang ở cột trái"),
    ("Esc", "Đóng bảng đang mở, dừng việc đang chạy"),
    ("Quét thẻ", "Đưa mã QR trên thẻ vào đầu đọc ở bất kỳ trang nào"),
)


class Page(QFrame):
    """A page of the window: answers keys and says which it answers."""

    #: Key and words, for the help of this page.
    help_keys: tuple[tuple[str, str], ...] = ()
    title = ""

    def ensure_polished(self) -> None:
        """Dress everything on the page now, so that its first showing is quick."""
        for each in (self, *self.findChildren(QWidget)):
            each.ensurePolished()

    def act(self, action: Action) -> bool:
        """Do what a key asks; False when this page has no use for it."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the world as it stands; called when the page comes up and when something has changed."""
        raise NotImplementedError

    def show_dossier(self, key: str) -> None:
        """Turn to one dossier; only a page that lists dossiers can."""

    def set_narrow(self, is_narrow: bool, is_tight: bool) -> None:
        """Make do with less room; most pages need nothing for it."""

    def take_focus(self) -> None:
        """Give the keyboard to where work goes on."""
        raise NotImplementedError
