"""Forms 02 to 06 on paper: every fact is there, nothing is cut, faces are embedded, sheets are A5."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from printing.errors import SlipError
from printing.layouts import form02, form03, form04, form05, form06
from tests.printing.outcome_slips import (
    APOLOGY,
    CONTACT,
    CONTROL,
    DOSSIER,
    EFFECT,
    REASON,
    REFUSAL,
    STOP,
    SUPPLEMENT,
    head,
)

Render = Callable[[Any, int], bytes]
FORMS: dict[str, tuple[Render, Any]] = {
    "02": (form02.render, SUPPLEMENT),
    "03": (form03.render, REFUSAL),
    "04": (form04.render, APOLOGY),
    "05": (form05.render, STOP),
    "06": (form06.render, CONTROL),
}
COMMON = (
    "UBND PHƯỜNG TÂN AN",
    "TRUNG TÂM PHỤC VỤ",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 0126/HDHS",
    "Tân An, ngày 23 tháng 11 năm 2026",
    "Mã hồ sơ: H15.50.05.13-261120-0031",
    "Công Huyền Tôn Nữ Thị Phương Thảo",
    "Nội dung yêu cầu giải quyết: Đăng ký lại khai sinh",
    "Mã thủ tục: 1.004884; lĩnh vực: Hộ tịch",
    "Địa chỉ: Tổ dân phố 7, phường Tân An, tỉnh Đắk Lắk",
    "Số điện thoại: 0905 000 358",
    "Email: phuongthao.tonnu@example.vn",
)
OWN = {
    "02": (
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Bổ sung chữ ký của người ủy quyền ở trang 2",
        f"Lý do: {REASON}.",
        EFFECT,
        "liên hệ với Lương Thị Hải Đường, công chức tại quầy số 3, số điện thoại 0262 000 0147 để được hướng dẫn./.",
        "NGƯỜI HƯỚNG DẪN",
    ),
    "03": (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Số định danh cá nhân/Căn cước/Hộ chiếu: 066188002853",
        "Thời gian nộp: 14 giờ 26 phút, ngày 20 tháng 11 năm 2026",
        "Lý do từ chối: Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan này.",
        "NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ",
    ),
    "04": (
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN",
        "THỜI GIAN GIẢI QUYẾT HỒ SƠ",
        "Kính gửi: Công Huyền Tôn Nữ Thị Phương Thảo",
        "hẹn trả kết quả lúc 17 giờ 00 phút, ngày 30 tháng 11 năm 2026",
        "Lý do: Phải xác minh tại nơi đăng ký cũ.",
        "trả kết quả lúc 17 giờ 00 phút, ngày 07 tháng 12 năm 2026",
        "THỦ TRƯỞNG CƠ QUAN",
    ),
    "05": (
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Thời gian nhận hồ sơ: 14 giờ 26 phút, ngày 20 tháng 11 năm 2026",
        "Căn cứ: Điều 9 của quy chế.",
        "Lý do dừng: Không bổ sung được giấy tờ.",
        "Phí, lệ phí và giấy tờ đã nộp: Trả lại toàn bộ giấy tờ; chưa thu phí.",
        "THỦ TRƯỞNG CƠ QUAN",
    ),
    "06": (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Kèm theo hồ sơ của: Công Huyền Tôn Nữ Thị Phương Thảo",
        "Hẹn trả kết quả: 17 giờ 00 phút, ngày 30 tháng 11 năm 2026",
        "Cơ quan giải quyết: Công chức Tư pháp - Hộ tịch",
        "Giao: Lương Thị Hải Đường",
        "Nhận: Lê Văn Nhận, Tư pháp -",
        "Kèm 05 giấy tờ",
    ),
}


def _words(pdf: bytes, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


def _pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


@pytest.mark.parametrize("form", FORMS)
def test_every_fact_is_on_the_paper(form: str) -> None:
    render, slip = FORMS[form]
    words = _words(render(slip, 1), "-layout") + " " + _words(render(slip, 1))
    for expected in (*COMMON, *OWN[form]):
        assert expected in words, expected


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_one_a5_sheet_with_embedded_faces_and_always_the_same(form: str) -> None:
    render, slip = FORMS[form]
    pdf = render(slip, 1)
    assert pdf == render(slip, 1)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        assert [round(float(v) / 72 * 25.4, 1) for v in document.pages[0].mediabox] == [0, 0, 148, 210]
        for font in document.pages[0].Resources.Font.values():
            assert "LiberationSerif" in str(font.BaseFont)
            assert "/FontFile2" in font.FontDescriptor
        assert DOSSIER.applicant not in " ".join(str(v) for v in document.docinfo.values())


@pytest.mark.parametrize("form", FORMS)
def test_the_qr_bears_the_code_and_nothing_else(form: str) -> None:
    render, slip = FORMS[form]
    done = subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-"], input=render(slip, 1), capture_output=True, check=True
    )
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(done.stdout)))
    assert found.text == "H15.50.05.13-261120-0031"


@pytest.mark.parametrize("form", FORMS)
def test_a_reprint_says_so(form: str) -> None:
    render, slip = FORMS[form]
    assert "BẢN SAO" not in _words(render(slip, 1))
    assert "BẢN SAO lần 3" in _words(render(slip, 3))


def test_thirty_papers_flow_over_sheets_and_the_end_is_signed_beside_words() -> None:
    papers = tuple((f"Giấy tờ thứ {n} của hồ sơ", f"Nộp lại bản thứ {n} cho rõ") for n in range(1, 31))
    pdf = form02.render(replace(SUPPLEMENT, papers=papers), 1)
    words = _words(pdf, "-layout")
    assert _pages(pdf) >= 2
    assert words.count("Tên giấy tờ") >= 2
    for number in range(1, 31):
        assert f"Giấy tờ thứ {number} của hồ sơ" in words
        assert f"Nộp lại bản thứ {number} cho rõ" in words
    last = subprocess.run(
        ["pdftotext", "-f", str(_pages(pdf)), "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert "NGƯỜI HƯỚNG DẪN" in last
    assert "để được hướng dẫn" in " ".join(last.split())


@pytest.mark.parametrize("form", FORMS)
def test_long_names_and_texts_are_whole(form: str) -> None:
    render, slip = FORMS[form]
    long = " ".join(f"chữ{n}" for n in range(260))
    facts = replace(DOSSIER, applicant="Nguyễn " * 20 + "Cuối", address="Thôn " * 60 + "Hết", request=long)
    changes: dict[str, Any] = {"dossier": facts}
    if hasattr(slip, "reason"):
        changes["reason"] = long.replace("chữ", "lẽ")
    if form == "02":
        changes["papers"] = ((long.replace("chữ", "giấy"), long.replace("chữ", "việc")),)
    words = _words(render(replace(slip, **changes), 1))
    for prefix, is_there in (
        ("chữ", True),
        ("lẽ", "reason" in changes),
        ("giấy", form == "02"),
        ("việc", form == "02"),
    ):
        missing = [n for n in range(260) if is_there and f"{prefix}{n}" not in words]
        assert not missing, (prefix, missing[:5])
    assert "Cuối" in words
    assert "Hết" in words


def test_a_control_sheet_of_many_steps_goes_on_and_leaves_rows_to_write_on() -> None:
    steps = tuple(replace(CONTROL.steps[1], note=f"Lần {n}") for n in range(1, 25))
    pdf = form06.render(replace(CONTROL, steps=steps), 1)
    words = _words(pdf, "-layout")
    assert _pages(pdf) > 2
    assert all(f"Lần {n}" in words for n in range(1, 25))
    assert words.count("Giao: ....") == 3


def test_what_is_not_known_leaves_dots_to_write_on() -> None:
    pdf = form05.render(replace(STOP, basis="", returned=""), 1)
    words = _words(pdf)
    assert "Căn cứ: ........" in words
    assert "giấy tờ đã nộp: ........" in words


def test_without_a_telephone_the_sentence_still_reads() -> None:
    words = _words(form02.render(replace(SUPPLEMENT, contact=replace(CONTACT, phone="")), 1))
    assert "công chức tại quầy số 3 để được hướng dẫn./." in words


def test_a_provisional_number_is_named_as_one() -> None:
    slip = replace(SUPPLEMENT, head=head("Phiếu", code="TN-Q03-261128-7MJXNG", is_provisional=True))
    assert "Số biên nhận tạm: TN-Q03-261128-7MJXNG" in _words(form02.render(slip, 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda: head("Phiếu", code="../x"),
        lambda: head(),
        lambda: head("Phiếu", agency_lines=("a", "b", "c")),
        lambda: replace(DOSSIER, applicant=" "),
        lambda: replace(DOSSIER, address="a\x07b"),
        lambda: replace(SUPPLEMENT, papers=(("a", "b\x00"),)),
    ],
)
def test_what_cannot_be_printed_truthfully_is_refused(change: Callable[[], object]) -> None:
    with pytest.raises(SlipError):
        change()
