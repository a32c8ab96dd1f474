"""A table in the declaration gets and loses rows by button, and by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.widgets.field_form import FieldForm
from app.workflow.views import FieldState, FieldView, RowsView, SectionView


def field(name: str) -> FieldView:
    return FieldView(
        name=name,
        label="Họ tên",
        value="",
        shown="",
        state=FieldState.EMPTY,
        kind="text",
        choices=(),
        source=None,
        confidence=None,
        is_required=False,
        is_wide=True,
        crop=None,
        is_handwritten=False,
        is_to_type=False,
        suggestion=None,
        problem=None,
    )


def form_with(
    qtbot: QtBot, count: int, least: int = 0, most: int = 3
) -> tuple[FieldForm, list[tuple[str, int]]]:
    form = FieldForm()
    qtbot.addWidget(form)
    form.resize(440, 600)
    rows = RowsView("members", count, least, most)
    sections = [
        SectionView(f"Thành viên {n}", (field(f"members.{n}.name"),), rows if n == count else None)
        for n in range(1, count + 1)
    ] or [SectionView("Thành viên", (), rows)]
    form.show_sections(tuple(sections))
    form.show()
    asked: list[tuple[str, int]] = []
    form.rows_asked.connect(lambda group, wanted: asked.append((group, wanted)))
    return form, asked


def buttons(form: FieldForm) -> list[tuple[bool, bool]]:
    return [(s.more.isVisible(), s.fewer.isVisible()) for s in form._sections]


def test_an_empty_table_can_be_begun(qtbot: QtBot) -> None:
    form, asked = form_with(qtbot, 0)
    assert buttons(form) == [(True, False)]
    form._sections[0].more.setFocus()
    QTest.keyClick(form._sections[0].more, Qt.Key.Key_Space)
    assert asked == [("members", 1)]


def test_only_the_last_row_grows_or_goes(qtbot: QtBot) -> None:
    form, asked = form_with(qtbot, 2)
    assert buttons(form) == [(False, False), (True, True)]
    form._sections[1].fewer.click()
    assert asked == [("members", 1)]


def test_a_full_table_does_not_grow_and_a_needed_row_stays(qtbot: QtBot) -> None:
    form, _ = form_with(qtbot, 3)
    assert buttons(form)[-1] == (False, True)
    form, _ = form_with(qtbot, 1, least=1)
    assert buttons(form) == [(True, False)]
