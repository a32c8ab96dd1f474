"""The stylesheet's text: @tokens are colours, every px is a design pixel at 100 % text."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"@(\w+)")
_PX = re.compile(r"(\d+)px")


def fill(template: str, colors: Mapping[str, str], scale: float) -> str:
    """The stylesheet with its tokens filled in and its sizes scaled; KeyError names an unknown token."""
    colored = _TOKEN.sub(lambda m: colors[m[1]], template)
    return _PX.sub(lambda m: f"{round(int(m[1]) * scale)}px", colored)


QSS = """
QMainWindow, #window { background: @surface; }
QToolTip { background: @text; color: @panel; border: 0; padding: 6px 8px; font-size: 12px; }

/* type */
QLabel { color: @text; background: transparent; font-size: 14px; }
QLabel[role="code"] { font-size: 44px; font-weight: 700; }
QLabel[role="door"] { font-size: 32px; font-weight: 700; }
QLabel[role="title"], QLabel[role="figure"] { font-size: 20px; font-weight: 600; }
QLabel[role="panel"] { font-size: 16px; font-weight: 600; }
QLabel[role="strong"] { font-size: 14px; font-weight: 600; }
QLabel[role="value"] { font-size: 14px; font-weight: 500; }
QLabel[role="section"] { font-size: 13px; font-weight: 600; }
QLabel[role="row"] { font-size: 13px; font-weight: 500; }
QLabel[role="small"] { font-size: 13px; }
QLabel[role="label"] { font-size: 12px; color: @text_muted; }
QLabel[role="state"] { font-size: 12px; font-weight: 500; }
QLabel[role="chip"], QLabel[role="tiny"] { font-size: 11px; font-weight: 500; }
QLabel[tone="text"] { color: @text; }
QLabel[tone="muted"] { color: @text_muted; }
QLabel[tone="primary"] { color: @primary; }
QLabel[tone="on_primary"] { color: @on_primary; }
QLabel[tone="verified"] { color: @verified; }
QLabel[tone="attention"] { color: @attention; }
QLabel[tone="info"] { color: @info; }
QLabel[tone="stop"] { color: @stop; }

/* surfaces */
QFrame[surface="surface"] { background: @surface; border: 0; }
QFrame[surface="panel"] { background: @panel; border: 0; }
QFrame[surface="sunken"] { background: @sunken; border: 0; }
QFrame[surface="primary"] { background: @primary; border: 0; }
QFrame[surface="primary"] #keyChip { background: @primary_hover; border-color: @primary_hover; color: @on_primary; }
QFrame[surface="card"] { background: @panel; border: 1px solid @line; border-radius: 12px; }
QFrame[surface="verified"] { background: @verified_soft; border: 1px solid @verified_soft; border-radius: 12px; }
QFrame[surface="info"] { background: @info_soft; border: 1px solid @info_soft; border-radius: 12px; }
QFrame[surface="attention"] { background: @attention_soft; border: 1px solid @attention_soft; border-radius: 12px; }
QFrame[surface="popover"] { background: @panel; border: 1px solid @edge; border-radius: 12px; }
QFrame[rule="h"] { background: @line; border: 0; min-height: 1px; max-height: 1px; }
QFrame[rule="v"] { background: @line; border: 0; min-width: 1px; max-width: 1px; }
#disc { border-radius: 20px; background: @verified; }
#disc[tone="info"] { background: @info; }
#avatar { border-radius: 18px; background: @primary_soft; color: @primary; font-size: 14px; font-weight: 600; }
#seal { border-radius: 8px; background: @primary; }

/* chips and keys */
#chip { background: @sunken; border: 0; border-radius: 10px; }
#chip[tone="verified"] { background: @verified_soft; }
#chip[tone="info"] { background: @info_soft; }
#chip[tone="attention"] { background: @attention_soft; }
FieldCard[state="locked"] #chip, FieldCard[state="doubtful"] #chip { background: @panel; }
#keyChip { background: @surface; border: 1px solid @line; border-radius: 4px; padding: 0 5px; color: @text_muted;
  font-size: 11px; font-weight: 500; min-height: 18px; max-height: 18px; }
QPushButton[kind="primary"] #keyChip { background: @primary_hover; border-color: @primary_hover; color: @on_primary; }

/* buttons */
QPushButton { background: @panel; border: 1px solid @edge; border-radius: 8px; padding: 0; color: @text;
  font-size: 14px; font-weight: 500; }
QPushButton:hover { background: @surface; border-color: @text_muted; }
QPushButton:pressed { background: @sunken; }
QPushButton:focus { border: 2px solid @info; }
QPushButton QLabel[role="button"] { font-size: 14px; font-weight: 500; color: @text; }
QPushButton[large="true"] QLabel[role="button"] { font-size: 16px; font-weight: 600; }
QPushButton[kind="primary"] { background: @primary; border-color: @primary; }
QPushButton[kind="primary"]:hover { background: @primary_hover; border-color: @primary_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid @info; }
QPushButton[kind="primary"] QLabel[role="button"] { color: @on_primary; font-weight: 600; }
QPushButton[kind="attention"] { background: @panel; border-color: @attention; }
QPushButton[kind="attention"]:focus { border: 2px solid @info; }
QPushButton[kind="attention"] QLabel[role="button"] { color: @attention; font-weight: 600; }
QPushButton[kind="quiet"] { background: @sunken; border-color: @line; }
QPushButton[kind="quiet"]:focus { border: 2px solid @info; }
QPushButton[kind="quiet"] QLabel[role="button"] { color: @text_muted; }
QPushButton[kind="flat"], QPushButton[kind="icon"] { background: transparent; border: 2px solid transparent; }
QPushButton[kind="flat"]:hover, QPushButton[kind="icon"]:hover { background: @sunken; }
QPushButton[kind="flat"]:focus, QPushButton[kind="icon"]:focus { border: 2px solid @info; }
QPushButton[kind="flat"] QLabel[role="button"] { font-size: 13px; color: @text_muted; }
QPushButton[kind="choice"][on="true"] { background: @primary_soft; border-color: @primary; }
QPushButton[kind="choice"][on="true"] QLabel[role="button"] { color: @primary; font-weight: 600; }

/* fields */
QLineEdit { background: @panel; border: 1px solid @edge; border-radius: 8px; padding: 0 11px; color: @text;
  font-size: 14px; min-height: 34px; selection-background-color: @info; selection-color: @on_primary; }
QLineEdit { placeholder-text-color: @text_muted; }
QLineEdit:focus { border: 2px solid @info; padding: 0 10px; }
QLineEdit[role="search"] { background: transparent; border: 0; padding: 0; min-height: 24px; font-size: 13px; }
QLineEdit[role="inCard"] { background: transparent; border: 0; border-radius: 0; padding: 0; min-height: 20px;
  font-weight: 500; }
QLineEdit[role="doubtful"] { font-size: 16px; font-weight: 600; min-height: 36px; border: 2px solid @edge;
  padding: 0 10px; }
QLineEdit[role="doubtful"]:focus { border: 2px solid @info; }
QComboBox { background: @panel; border: 1px solid @edge; border-radius: 8px; padding: 0 10px; color: @text;
  font-size: 14px; font-weight: 500; min-height: 34px; }
QComboBox:focus { border: 2px solid @info; padding: 0 9px; }
QComboBox[role="inCard"] { background: transparent; border: 0; padding: 0; min-height: 20px; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @edge; outline: 0; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 36px; color: @text; }
QComboBox QAbstractItemView::item:selected { background: @info_soft; color: @text; }
#searchBox { background: @surface; border: 1px solid @edge; border-radius: 8px; }
#searchBox[focused="true"] { border: 2px solid @info; }
FieldCard { background: @panel; border: 2px solid transparent; border-radius: 8px; }
FieldCard[state="read"], FieldCard[state="typed"], FieldCard[state="empty"] { border: 1px solid @edge; margin: 0; }
FieldCard[state="locked"] { background: @verified_soft; border: 1px solid @verified_soft; }
FieldCard[state="empty"][required="true"], FieldCard[written="true"] { border: 1px solid @attention; }
FieldCard[state="doubtful"] { background: @attention_soft; border: 1px solid @attention; }
FieldCard[current="true"][state="read"], FieldCard[current="true"][state="typed"],
FieldCard[current="true"][state="empty"] { border: 2px solid @info; }
FieldCard[current="true"][state="locked"] { border: 2px solid @verified; }
#crop { background: @panel; border: 1px solid @line; border-radius: 8px; }

/* progress */
QProgressBar { background: @line; border: 0; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: @info; border-radius: 2px; }

/* top bar, rail, tabs, status bar */
#topBar { background: @panel; border: 0; border-bottom: 1px solid @line; }
#rail { background: @panel; border: 0; border-right: 1px solid @line; }
RailButton { background: @panel; border: 0; border-left: 4px solid transparent; border-radius: 0; }
RailButton:hover { background: @surface; border: 0; border-left: 4px solid transparent; }
RailButton:focus { border: 2px solid @info; }
RailButton:checked { background: @primary_soft; border: 0; border-left: 4px solid @primary; }
RailButton QLabel[role="rail"] { font-size: 12px; font-weight: 500; color: @text_muted; }
RailButton QLabel[role="railKey"] { font-size: 11px; color: @text_muted; }
RailButton[on="true"] QLabel { color: @primary; }
RailButton[on="true"] QLabel[role="rail"] { font-weight: 600; }
#tabs { background: @sunken; border: 0; border-bottom: 1px solid @line; }
TabButton { background: transparent; border: 2px solid transparent; border-top-left-radius: 8px; border-top-right-radius: 8px;
  border-bottom-left-radius: 0; border-bottom-right-radius: 0; }
TabButton:hover { background: @surface; border-color: transparent; }
TabButton:focus { border: 2px solid @info; }
TabButton[on="true"] { background: @panel; border: 1px solid @line; border-bottom: 0; }
TabButton[on="true"]:focus { border: 2px solid @info; border-bottom: 0; }
TabButton QLabel[role="tab"] { font-size: 13px; color: @text_muted; }
TabButton[on="true"] QLabel[role="tab"] { color: @text; font-weight: 600; }
#statusBar { background: @sunken; border: 0; border-top: 1px solid @line; }
StatusItem { background: transparent; border: 2px solid transparent; border-radius: 0; }
StatusItem:hover { background: @surface; border-color: transparent; }
StatusItem:focus { border: 2px solid @info; }
StatusItem QLabel { font-size: 12px; color: @text_muted; }
StatusItem QLabel[role="word"] { font-weight: 600; color: @text; }
#actionBar { background: @surface; border: 0; border-top: 1px solid @line; }
#columnHead { background: @surface; border: 0; border-bottom: 1px solid @line; }
#facts { background: @surface; border: 0; border-top: 1px solid @line; }
#question { background: @attention_soft; border: 0; border-top: 1px solid @attention; }
#question[tone="info"] { background: @info_soft; border-top: 1px solid @info; }
#pageNote { background: @attention_soft; border: 0; border-bottom: 1px solid @attention; }
#pageNote[tone="info"] { background: @info_soft; border-bottom: 1px solid @info; }
#helpPanel { background: @panel; border: 0; border-left: 1px solid @edge; }

/* stepper, components */
#stepDisc { background: @panel; border: 2px solid @line; border-radius: 12px; color: @text_muted; font-size: 12px;
  font-weight: 600; }
#stepDisc[step="done"] { background: @verified; border-color: @verified; }
#stepDisc[step="now"] { background: @primary; border-color: @primary; color: @on_primary; }
#stepLine { background: @line; border: 0; min-height: 2px; max-height: 2px; }
#stepLine[step="done"] { background: @verified; }
ComponentRow { background: @panel; border: 0; border-left: 4px solid transparent; border-radius: 0; }
ComponentRow:hover { background: @surface; border: 0; border-left: 4px solid transparent; }
ComponentRow:checked { background: @primary_soft; border: 0; border-left: 4px solid @primary; }
ComponentRow:focus { border: 2px solid @info; border-left: 4px solid @info; }

/* lists, tables, scrolling */
QAbstractItemView { background: @panel; border: 0; outline: 0; font-size: 13px; }
QListView { background: transparent; }
QTableView { background: @panel; border: 0; gridline-color: @line; }
QHeaderView { background: @panel; border: 0; }
QHeaderView::section { background: @panel; color: @text_muted; border: 0; border-bottom: 1px solid @line; padding: 0 8px;
  font-size: 12px; font-weight: 500; }
QGraphicsView { background: @sunken; border: 0; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QSplitter::handle { background: @line; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: @text_muted; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: @panel; border: 1px solid @edge; border-radius: 8px; padding: 4px; }
QMenu::item { min-height: 36px; padding: 0 24px 0 12px; color: @text; font-size: 14px; }
QMenu::item:selected { background: @info_soft; color: @text; }
QMenu::item:disabled { color: @text_muted; background: transparent; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
"""
