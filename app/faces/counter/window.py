"""The counter window: the frame, the pages built when first shown, keys, the handheld reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.faces.counter.desk import Desk
from app.faces.counter.frame import RAIL, Rail, TopBar
from app.faces.counter.help_panel import HelpPanel
from app.faces.counter.keys import KEYS, Action, Page
from app.faces.counter.search import SearchResults
from app.faces.counter.seat import Seat
from app.faces.counter.status import StatusBar
from app.faces.counter.visits_page import VisitsPage
from app.qt import theme
from app.qt.images import Work
from app.qt.reader import ReaderFilter
from app.qt.theme import Variant
from app.widgets.scrolling import PageStack
from app.workflow.views import QueueRow

if TYPE_CHECKING:
    from app.faces.counter.sign_in_page import SignInPage

#: Below these widths (at 100 % text) columns become tabs, and words give way.
NARROW, TIGHT = 1180, 780
_PREPARE_AFTER_MS = 400
QUEUE_PAGE, SETTINGS_PAGE = 3, 5


class CounterWindow(QMainWindow):
    """One window; everything it knows comes from the desk."""

    def __init__(self, desk: Desk, work: Work, settings: QSettings | None = None) -> None:
        super().__init__()
        self._desk, self._work, self._settings = desk, work, settings
        self._pages: dict[int, Page] = {}
        self._is_closed = False
        self._is_narrow: tuple[bool, bool] = (False, False)
        self.sign_in: SignInPage | None = None
        self.setWindowTitle(f"Một Cửa · {desk.counter_name} · {desk.agency_name}")
        self.reader = ReaderFilter(self)
        self.reader.card_read.connect(self._card_read)
        self.reader.receipt_read.connect(self._receipt_read)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self.reader)
        for action, keys in KEYS.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda a=action: self.act(a))
        for index in range(len(RAIL)):
            shortcut = QShortcut(QKeySequence(f"Alt+{index + 1}"), self)
            shortcut.activated.connect(lambda page=index: self.turn_to(page))
        self._seat = Seat(self, desk, self.lock)
        self.setMinimumSize(640, 400)
        if desk.officers.session is None:
            self._ask_who("")
        else:
            self._open()
        desk.subscribe(self._changed)

    def _open(self) -> None:
        """The pages, for who sits here, where they were."""
        index, typed = self._seat.take()
        self._build()
        self.visits.retype(typed)
        if index:
            self.turn_to(index)
        QTimer.singleShot(_PREPARE_AFTER_MS, self, self._prepare)

    def _prepare(self) -> None:
        if not self.is_locked:
            self.visits.prepare()

    def _build(self, index: int = 0) -> None:
        self._pages, self._index = {}, 0
        inside = self._inside = QWidget()
        inside.setObjectName("window")
        self.setCentralWidget(inside)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.top = TopBar(self._desk)
        self.rail = Rail()
        self._stack = PageStack()
        self.status = StatusBar(self._desk, lambda: self.turn_to(QUEUE_PAGE))
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._stack, 1)
        outer.addWidget(self.top)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)
        self.help = HelpPanel(inside)
        self.results = SearchResults(inside)
        self.rail.page_chosen.connect(self.turn_to)
        self.top.help_asked.connect(lambda: self.act(Action.HELP))
        self.top.searched.connect(self._search)
        self.top.stepped.connect(self.results.list.step)
        self.top.taken.connect(self.results.list.choose_current)
        self.top.left.connect(self.results.hide)
        self.results.dossier_chosen.connect(self.open_dossier)
        self.top.officer.lock_asked.connect(self.lock)
        self.top.officer.switch_asked.connect(lambda: self.lock("sign_out"))
        self.top.officer.password_asked.connect(self._ask_password)
        self.help.closed.connect(lambda: self.page.take_focus())
        self._adapt(force=True)
        self.turn_to(index)

    # who sits here

    @property
    def is_locked(self) -> bool:
        """True while nobody sits here: no page is there, only the way in."""
        return self.sign_in is not None

    def lock(self, action: str = "lock") -> None:
        """Nobody sits here any more ("lock" or "sign_out"): every visit stays as it is, nothing of it is left to see."""
        officers = self._desk.officers
        if officers.session is None or self.is_locked or not officers.is_asked:
            return
        self.visits.keep_typed()
        self._keep_columns()
        self.setProperty("lastSentence", "")
        login = self._seat.leave(action, self._index, self.visits.typed())
        self._undress()
        self._ask_who(login if action == "lock" else "")

    def _ask_who(self, last_login: str) -> None:
        from app.faces.counter.sign_in_page import SignInPage

        self._pages = {}
        self.sign_in = SignInPage(self._desk, last_login)
        self.sign_in.signed_in.connect(self._signed_in)
        self.setCentralWidget(self.sign_in)
        self.sign_in.take_focus()

    def _signed_in(self) -> None:
        self._undress()
        self.sign_in = None
        self._open()

    def _undress(self) -> None:
        old = self.takeCentralWidget()
        if old is not None:
            old.hide()
            old.deleteLater()

    def _ask_password(self) -> None:
        from app.faces.counter.settings_page import SettingsPage

        self.turn_to(SETTINGS_PAGE)
        page = self.page
        if isinstance(page, SettingsPage):
            page.ask_password()

    def _begin_signing_in(self) -> None:
        QTimer.singleShot(0, self, lambda: self.lock("sign_out"))

    # pages

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._pages[self._index]

    @property
    def visits(self) -> VisitsPage:
        """The page of the visits."""
        self._page(0)
        return self._visits

    def turn_to(self, index: int) -> None:
        """Show a page of the rail."""
        if self.is_locked:
            return
        page = self._page(index)
        self._index = index
        self._stack.setCurrentWidget(page)
        self.rail.set_page(index)
        self.results.hide()
        self.help.hide()
        page.refresh()
        page.take_focus()

    def open_dossier(self, key: str) -> None:
        """Show one dossier in the queue."""
        self.top.clear_search()
        self._desk.pin(key)
        self.turn_to(QUEUE_PAGE)
        self.page.show_dossier(key)

    def _page(self, index: int) -> Page:
        if index not in self._pages:
            page = self._make_page(index)
            self._pages[index] = page
            self._stack.addWidget(page)
            self._adapt_page(page)
        return self._pages[index]

    def _make_page(self, index: int) -> Page:
        # Imported when first shown: the start of the program does not pay for pages nobody opened yet.
        if index == 0:
            visits = self._visits = VisitsPage(self._desk, self._work)
            visits.open_asked.connect(self.open_dossier)
            kept = self._settings.value("counter/columns") if self._settings is not None else None
            if isinstance(kept, list):
                visits.set_column_sizes([int(size) for size in kept if str(size).isdigit()])
            return visits
        if index == QUEUE_PAGE:
            from app.faces.counter.queue_page import QueuePage

            return QueuePage(self._desk)
        if index == SETTINGS_PAGE:
            from app.faces.counter.settings_page import SettingsPage

            page = SettingsPage(self._desk)
            page.look_chosen.connect(self._change_look)
            page.sign_in_begun.connect(self._begin_signing_in)
            return page
        from app.faces.counter.door_page import DOSSIERS, REPORTS, RESULTS, DoorPage

        return DoorPage({1: DOSSIERS, 2: RESULTS, 4: REPORTS}[index], self.turn_to)

    def _change_look(self, variant: str, scale: float) -> None:
        """Another text size or colours: the window is built anew, the visits are as they were."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        current = self.visits.current
        self.visits.keep_typed()
        self._keep_columns()
        # Gone before the new style comes: dressing what nobody will see takes longest.
        self._undress()
        QTimer.singleShot(0, self, lambda: self._dress(app, current, Variant(variant), scale))

    def _dress(self, app: QApplication, current: str, variant: Variant, scale: float) -> None:
        theme.apply(app, variant, scale)
        if self._settings is not None:
            self._settings.setValue("counter/variant", variant.value)
            self._settings.setValue("counter/text_scale", scale)
        self._build(SETTINGS_PAGE)
        if current:
            self.visits.turn_to(current)
            self.page.take_focus()

    # changes in the world

    def _changed(self, visit_id: str) -> None:
        if self._is_closed:
            return  # the desk goes on after its window
        if self.sign_in is not None:
            self.sign_in.refresh()
            return
        if visit_id:
            self.visits.visit_changed(visit_id)
            return
        self.status.refresh()
        self.page.refresh()

    def _card_read(self, text: str) -> None:
        if self.sign_in is not None:
            self.sign_in.say("Hãy đăng nhập rồi đưa thẻ vào đầu đọc lần nữa.")
            return
        if self.page is not self.visits:
            self.turn_to(0)
        self.results.hide()
        self.visits.take_card(text)

    def _receipt_read(self, code: str) -> None:
        if self.sign_in is not None:
            self.sign_in.say("Hãy đăng nhập rồi quét giấy hẹn lần nữa.")
            return

        def took(rows: tuple[QueueRow, ...]) -> None:
            row = next((r for r in rows if r.code == code), None)
            if row is not None:
                self.open_dossier(row.key)
            else:
                self.top.focus_search()
                self.top.box.line.setText(code)
                self._search(code)

        self._desk.find(code, took)

    def _search(self, words: str) -> None:
        def took(rows: tuple[QueueRow, ...]) -> None:
            # Typed on meanwhile, or gone elsewhere: these are no longer wanted.
            if self.top.box.line.text() == words and self.top.box.line.hasFocus():
                self.results.show_found(rows, self.top.box)

        if words.strip() and self.top.box.line.hasFocus():
            self._desk.find(words, took)
        else:
            self.results.hide()

    # keys

    def act(self, action: Action) -> None:
        """Do what a key asks on this page, or what it means everywhere."""
        if self.is_locked:
            return
        if action is Action.LOCK:
            self.lock()
        elif action is Action.HELP:
            if self.help.isVisible():
                self.help.close_panel()
            else:
                self._open_help()
        elif action is Action.ESCAPE:
            self._escape()
        elif action in (Action.NEW_VISIT, Action.NEXT_VISIT, Action.PREVIOUS_VISIT):
            if self.page is not self.visits:
                self.turn_to(0)
            self.visits.act(action)
        elif not self.page.act(action):
            everywhere: dict[Action, Callable[[], None]] = {
                Action.SEARCH: self.top.focus_search,
                Action.REFRESH: self._desk.sync_now,
            }
            everywhere.get(action, lambda: None)()

    def _escape(self) -> None:
        if self.help.isVisible():
            self.help.close_panel()
        elif self.top.box.line.hasFocus():
            self.top.clear_search()
            self.results.hide()
            self.page.take_focus()
        else:
            self.page.act(Action.ESCAPE)

    def _open_help(self) -> None:
        shown = self.visits.page if self.page is self.visits else self.page
        self.help.setGeometry(self._help_place())
        self.help.open_for(shown.title, shown.help_keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.isAutoRepeat():
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.act(Action.COPY)
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.act(Action.ENTER)
        elif plain and key == Qt.Key.Key_Escape:
            self.act(Action.ESCAPE)
        else:
            super().keyPressEvent(event)

    # room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_locked:
            return
        self._adapt()
        if self.help.isVisible():
            self.help.setGeometry(self._help_place())

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._is_closed and not self.is_locked:
            self.visits.keep_typed()
            self._keep_columns()
        self._is_closed = True
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self.reader)
        super().closeEvent(event)

    def _keep_columns(self) -> None:
        if self._settings is not None and 0 in self._pages:
            self._settings.setValue("counter/columns", self.visits.column_sizes)

    def _help_place(self) -> QRect:
        inside = self._inside
        width = min(self.help.wanted_width, inside.width())
        top, foot = self.top.height(), self.status.height()
        return QRect(inside.width() - width, top, width, inside.height() - top - foot)

    def _adapt(self, force: bool = False) -> None:
        width = self.width() / theme.current().scale
        now = (width < NARROW, width < TIGHT)
        if now == self._is_narrow and not force:
            return
        self._is_narrow = now
        self.top.set_narrow(*now)
        self.rail.set_narrow(now[0])
        self.status.set_narrow(*now)
        for page in self._pages.values():
            self._adapt_page(page)

    def _adapt_page(self, page: Page) -> None:
        page.set_narrow(*self._is_narrow)


def open_window(desk: Desk, work: Work, settings: QSettings | None = None) -> CounterWindow:
    """The counter window, dressed as the officer last chose; the caller shows it and runs the application.

    `work` runs jobs away from this thread (see `app.qt.images.Work`); `settings` keeps text size, colours
    and column widths, and may be left out.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication must exist before a window")
    variant, scale = Variant.LIGHT, 1.0
    if settings is not None:
        kept = str(settings.value("counter/variant", Variant.LIGHT.value))
        variant = Variant(kept) if kept in set(Variant) else Variant.LIGHT
        try:
            scale = float(str(settings.value("counter/text_scale", 1.0)))
        except ValueError:
            scale = 1.0
    theme.apply(app, variant, scale)
    return CounterWindow(desk, work, settings)
