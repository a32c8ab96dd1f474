"""Pictures, the queue's order, searching: what needs no window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from app.faces.counter.outcome import print_words, sync_words
from app.faces.counter.queue_table import QueueModel, in_order, shared_part
from app.faces.counter.scan_target import pages_of, scan_target, short_name
from app.qt.images import draw_slip, read_page
from app.widgets.field_card import chip_of
from app.workflow.views import ComponentState, FieldState, LineView
from tests.qt import sample_papers
from tests.qt.sample_desk import NOW, accepted, full_visit, queue_rows, sections


def test_a_page_is_halved_until_it_is_small(dressed: QApplication) -> None:
    assert dressed is not None
    page = read_page(sample_papers.declaration())
    assert (page.width, page.height) == (sample_papers.WIDTH, sample_papers.HEIGHT)
    widths = [level.width() for level in page.levels]
    assert widths == [1240, 620, 310, 155]
    assert page.level_for(0.3).width() == 620
    assert page.level_for(1.0).width() == 1240
    assert page.small.width() == 120


def test_what_is_no_picture_says_so() -> None:
    with pytest.raises(ValueError, match="not a picture"):
        read_page(b"not a picture at all")
    with pytest.raises(ValueError, match="not a PDF"):
        draw_slip(b"not a pdf", 300)


def test_a_slip_is_drawn_at_the_asked_width(dressed: QApplication) -> None:
    assert dressed is not None
    image = draw_slip(sample_papers.slip("H15.24.3-261123-0047"), 376)
    assert image.width() == pytest.approx(376, abs=1)
    assert image.height() / image.width() == pytest.approx(210 / 148, abs=0.02)


def test_the_queue_begins_with_what_needs_the_officer() -> None:
    states = [row.state for row in in_order(queue_rows())]
    assert states[0] == "needs_officer"
    assert states[1] == "sending"
    assert states[-3:] == ["accepted"] * 3
    waiting = [row for row in in_order(queue_rows()) if row.state in ("sealed", "to_update")]
    assert waiting == sorted(waiting, key=lambda row: row.sealed_at)


def test_codes_are_shortened_only_where_they_all_share_the_agency() -> None:
    assert shared_part(["H15.24.3-261123-0041", "H15.24.3-261122-0044"]) == "H15.24.3-"
    assert shared_part(["H15.24.3-261123-0041", "H29.27.3-261123-0002"]) == ""
    assert shared_part([]) == ""


def test_the_table_shows_a_provisional_number_whole() -> None:
    model = QueueModel()
    rows = queue_rows()
    model.show_rows((*rows, replace(rows[0], key="t", code="TN-Q03-261123-7F3KQ2")), NOW)
    shown = {model.index(at, 0).data() for at in range(model.rowCount())}
    assert {"261123-0041", "TN-Q03-261123-7F3KQ2"} <= shown


def test_the_next_scan_is_for_the_chosen_paper_or_the_missing_one() -> None:
    view = full_visit("a")
    assert scan_target(view, "old") == "old"
    missing = replace(view.components[1], state=ComponentState.MISSING)
    view = replace(view, components=(view.components[0], missing, *view.components[2:]))
    assert scan_target(view, "card") == "mandate"  # a verified card needs no scan
    assert scan_target(replace(view, components=()), "") == ""


def test_pages_are_counted_and_the_arriving_one_comes_last() -> None:
    assert [(c.code, page) for c, page in pages_of(full_visit("a"))] == [
        ("declaration", 0),
        ("mandate", 0),
        ("mandate", -1),
        ("old", 0),
    ]
    assert short_name("Tờ khai cấp bản sao trích lục") == "Tờ khai"


def test_chips_say_where_a_value_comes_from() -> None:
    fields = {f.name: f for section in sections() for f in section.fields}
    assert chip_of(fields["name"]) == ("database", "CSDLQG dân cư", "verified")
    assert chip_of(fields["owner"]) == ("scan-line", "Đọc 96 %", "info")
    assert chip_of(fields["number"], is_long=True) == ("scan-line", "Đọc từ giấy 61 %", "attention")
    assert chip_of(fields["copies"])[2] == "muted"
    assert chip_of(fields["registered"]) == ("pencil", "Cần điền", "attention")
    assert chip_of(fields["note"])[1] == "Không bắt buộc"
    assert chip_of(replace(fields["owner"], state=FieldState.DOUBTFUL, confidence=None))[2] == "attention"


def test_printing_is_told_in_its_own_words() -> None:
    said = print_words("problem", "Máy in hết giấy: nạp giấy, bản in tự tiếp tục", None)
    assert said[1] == "attention"
    assert said[3].startswith("Máy in hết giấy")
    assert print_words("printed", "Đã in giấy hẹn, 1 tờ A5 · Quầy 03", None)[2:4] == (
        "Đã in giấy hẹn, 1 tờ A5",
        "Quầy 03",
    )


@pytest.mark.parametrize(
    ("code", "left", "surface", "words"),
    [
        ("H15.24.3-261123-0047", 36, "info", "còn 36 số"),
        ("H15.24.3-261123-0047", 9, "attention", "chỉ còn 9"),
        (None, 0, "info", "Mã số hồ sơ chính thức sẽ được nhắn"),
    ],
)
def test_offline_is_told_without_alarm(code: str | None, left: int, surface: str, words: str) -> None:
    offline = LineView(False, NOW, 1, 0, NOW)
    told = sync_words(accepted(code, codes_left=left), None, offline)
    assert told[0] == surface
    assert "Đã lưu an toàn trên máy này" in told[3]
    assert words in told[4]
    assert "stop" not in told
