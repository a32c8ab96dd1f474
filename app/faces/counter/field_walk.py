"""The right column at work: the focus goes from one doubtful or missing field to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.faces.counter.bench import Bench
from app.widgets.field_form import FieldForm
from app.widgets.question_bar import QuestionBar
from app.workflow.views import FieldState, FieldView


class FieldWalk(QObject):
    """Keeps, takes and unlocks values; every answer of the desk is shown where the field stands."""

    changed = Signal()
    field_shown = Signal()

    def __init__(self, bench: Bench, form: FieldForm, question: QuestionBar) -> None:
        super().__init__(form)
        self._bench, self._form, self._question = bench, form, question
        #: The current field was chosen by hand, not by the walk.
        self._is_chosen = False
        form.field_chosen.connect(self.choose)
        form.entered.connect(self.enter)
        form.suggestion_taken.connect(self.take_suggestion)
        form.unlock_asked.connect(self.unlock)
        form.rows_asked.connect(self.set_rows)

    def begin(self) -> None:
        """Where no field is current: come back to the last one, or begin with the first doubtful one.

        A field that the walk had come to, and that paper or register has settled since, is left.
        """
        current, card = self._bench.field(self._form.current), self._form.card(self._form.current)
        if current is not None and card is not None:
            is_typing = card.editor is not None and card.editor.is_changed
            if self._is_chosen or is_typing or current in self._bench.view.doubtful:
                return
            had_focus = card.has_keyboard
            self._form.set_current("")
            self._bench.place.field = ""
            if had_focus:
                QTimer.singleShot(0, self, self._form.focus_current)
        wanted = self._bench.field(self._bench.place.field) or next(iter(self._bench.view.doubtful), None)
        if wanted is not None:
            self._make_current(wanted)

    def choose(self, name: str) -> None:
        """Another field was clicked or reached by Tab; what was typed in the last one is kept."""
        if name == self._form.current or self._bench.field(name) is None:
            return
        self.keep_typed()
        field = self._bench.field(name)
        if field is not None:
            self._make_current(field)
            self._is_chosen = True
        self.changed.emit()
        self._form.focus_current()

    def keep_typed(self) -> str | None:
        """Hand in what stands typed in the current field. None: nothing was, or it was taken."""
        card = self._form.card(self._form.current)
        if card is None or card.editor is None or not card.editor.is_changed:
            return None
        problem = self._bench.desk.enter(self._bench.visit, card.view.name, card.editor.text)
        if problem is None:
            card.forget_edit()
        else:
            card.set_message(problem)
        self._bench.load()
        return problem

    def go_to(self, name: str) -> None:
        """Bring the officer to a field."""
        field = self._bench.field(name)
        if field is None:
            return
        self.field_shown.emit()
        if name != self._form.current:
            self._make_current(field)
            self.changed.emit()
        self._form.focus_current()

    def enter_current(self) -> None:
        """Enter on the current field."""
        card = self._form.card(self._form.current)
        if card is not None and card.editor is not None:
            self.enter(card.view.name, card.editor.text, card.editor.is_changed)

    def enter(self, name: str, text: str, is_changed: bool) -> None:
        """Keep or take a field's value, then go to the next one; a question or a mistake stays in place."""
        card, field = self._form.card(name), self._bench.field(name)
        if card is None or field is None:
            return
        answer: str | None = None
        if is_changed:
            answer = self._bench.desk.enter(self._bench.visit, name, text)
        elif field.state is not FieldState.EMPTY or field.is_required or field.is_to_type:
            answer = self._bench.desk.confirm(self._bench.visit, name)
        if answer is not None:
            card.set_message(answer)
            self._form.reveal_current()
            return
        card.forget_edit()
        self._go_on(name)

    def take_suggestion(self, name: str) -> None:
        """Take what another source says, then go to the next field."""
        card, field = self._form.card(name), self._bench.field(name)
        if card is None or field is None or field.suggestion is None:
            return
        card.forget_edit()
        self._bench.desk.take_suggestion(self._bench.visit, name)
        self._go_on(name)

    def set_rows(self, group: str, count: int) -> None:
        """A table gets or loses its last row; a new row is where the officer types next."""
        self.keep_typed()
        self._bench.desk.set_rows(self._bench.visit, group, count)
        self.changed.emit()
        new = next(
            (
                f.name
                for s in self._bench.view.sections
                for f in s.fields
                if f.name.startswith(f"{group}.{count}.")
            ),
            None,
        )
        if new is not None:
            self.go_to(new)

    def unlock(self) -> None:
        """Ask why the current green field is to be unlocked; without one, lead to the first."""
        field = self._bench.field(self._form.current)
        if field is None or field.state is not FieldState.LOCKED:
            fields = [f for s in self._bench.view.sections for f in s.fields]
            first = next((f for f in fields if f.state is FieldState.LOCKED), None)
            if first is not None:
                self.go_to(first.name)
                self._question.say("Chọn ô màu xanh cần mở khóa bằng phím Tab, rồi nhấn F7.", "info")
            return
        name = field.name

        def answered(reason: str) -> None:
            self._bench.desk.unlock(self._bench.visit, name, reason)
            self._form.set_current("")
            self._bench.place.field = name
            self.changed.emit()
            self._form.focus_current()

        self._question.ask_line(
            f"Vì sao mở khóa ô “{field.label}”? Lý do được ghi vào nhật ký hồ sơ.",
            "Ví dụ: vừa đổi nơi ở",
            "Mở khóa",
            answered,
        )

    def _go_on(self, name: str) -> None:
        view = self._bench.load()
        order = [f.name for s in view.sections for f in s.fields]
        here = order.index(name) if name in order else -1
        left = [f for f in view.doubtful if f.name != name]
        following = next((f for f in left if order.index(f.name) > here), left[0] if left else None)
        self._form.set_current("")
        self._bench.place.field = ""
        if following is not None:
            self._make_current(following)
        self.changed.emit()
        if self._form.current:
            self._form.focus_current()
        else:
            self._form.setFocus()

    def _make_current(self, field: FieldView) -> None:
        self._form.set_current(field.name)
        self._is_chosen = False
        place = self._bench.place
        place.field = field.name
        if field.crop is not None:
            place.component, place.page = field.crop.component, field.crop.page
