from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from datetime import datetime
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from printing.errors import SlipError
from printing.fonts import BOLD, BOLD_ITALIC, ITALIC, REGULAR, register_faces
from printing.layouts import form01
from printing.layouts.text import written_number
from printing.slips import ReceiptSlip, ReturnBy, SlipComponent, SlipDossier
from tests.printing.slips import PAPERS, VIETNAM, receipt

_MARKS = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS = "bcdđghklmnpqrstvx" + "".join(
    unicodedata.normalize("NFC", vowel + mark) for vowel in "aăâeêioôơuưy" for mark in _MARKS
)
ALPHABET = LETTERS + LETTERS.upper()


def _text(pdf: bytes, *options: str) -> str:
    # poppler, so that the text is read by another program than the one that rasters below
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def _words(pdf: bytes) -> str:
    return " ".join(_text(pdf, "-layout").split())


def _pages(pdf: bytes) -> list[str]:
    return _text(pdf, "-layout").split("\f")[:-1]


def _raster(pdf: bytes, page: int = 0, dpi: int = 300) -> Any:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return np.asarray(document[page].render(scale=dpi / 72).to_pil().convert("L"))
    finally:
        document.close()


def _ink(raster: Any, left: float, top: float, right: float, bottom: float, dpi: int = 300) -> float:
    """Share of dark pixels in a box given in millimetres."""
    a, b, c, d = (round(value / 25.4 * dpi) for value in (left, top, right, bottom))
    return float((raster[b:d, a:c] < 128).mean())


def _papers(count: int, words: str = "Giấy tờ") -> tuple[SlipComponent, ...]:
    return tuple(SlipComponent(f"{words} thứ {number}", originals=1) for number in range(1, count + 1))


def test_every_field_is_on_the_paper() -> None:
    words = _words(form01.render(receipt()))
    for expected in (
        "UBND PHƯỜNG TÂN AN",
        "TRUNG TÂM PHỤC VỤ",
        "HÀNH CHÍNH CÔNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 1847/TNHS",
        "Tân An, ngày 20 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H15.50.05.13-261120-0031",
        "Bộ phận tiếp nhận: Quầy số 3, Bộ phận Một cửa",
        "Tiếp nhận hồ sơ của: Ông Đặng Huỳnh Ngọc Trường Giang",
        "Hình thức nộp: trực tiếp, theo văn bản ủy quyền",
        "Địa chỉ: Số 27 đường Lê Thị Hồng Gấm, phường Tân An, tỉnh Đắk Lắk",
        "Số điện thoại: 0905 000 147 Email: dang.truonggiang@example.vn",
        "Số định danh cá nhân/Căn cước/Hộ chiếu: 066091002853",
        "Chủ hồ sơ: Bà Công Huyền Tôn Nữ Thị Phương Thảo",
        "Địa chỉ: Tổ dân phố 7, phường Tân An, tỉnh Đắk Lắk",
        "Nội dung yêu cầu giải quyết: Đăng ký lại khai sinh (mã thủ tục 1.004884)",
        "1 Tờ khai đăng ký lại khai sinh (theo mẫu) 01",
        "5 Bằng tốt nghiệp trung cấp sư phạm 01",
        "2. Số lượng hồ sơ: 01 (một) bộ.",
        "3. Thời gian giải quyết hồ sơ theo quy định: 05 ngày làm việc.",
        "4. Thời gian nhận hồ sơ: 14 giờ 26 phút, ngày 20 tháng 11 năm 2026.",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 30 tháng 11 năm 2026.",
        "6. Đăng ký nhận kết quả tại: Quầy số 3 Địa chỉ trên, qua bưu chính Trực tuyến",
        "Vào Sổ theo dõi hồ sơ, quyển số: 01/2026; số thứ tự: 1847.",
        "Tra cứu hồ sơ tại dichvucong.gov.vn bằng mã hồ sơ nêu trên; điện thoại hỗ trợ: 0262 000 0147.",
        "NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Đặng Huỳnh Ngọc Trường Giang Lương Thị Hải Đường",
    ):
        assert expected in words
    assert "00 " not in re.sub(r"(0905 |giờ 00|0262 )\S*( \S*)?", "", words)


def test_sheet_is_a5_with_embedded_faces_and_impersonal_metadata() -> None:
    slip = receipt()
    pdf = form01.render(slip)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        assert [round(float(value) / 72 * 25.4, 1) for value in document.pages[0].mediabox] == [
            0,
            0,
            148,
            210,
        ]
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        assert len(fonts) == 3
        for font in fonts:
            assert "LiberationSerif" in str(font.BaseFont)
            assert "/FontFile2" in font.FontDescriptor
            assert "/ToUnicode" in font
        assert str(document.Root.Lang) == "vi-VN"
        facts = {name: str(value) for name, value in document.docinfo.items()}
    assert facts["/Title"] == f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {slip.code}"
    assert facts["/Author"] == "Trung tâm phục vụ hành chính công"
    for personal in (slip.applicant_name, slip.owner_name, slip.personal_id, slip.phone, slip.officer_name):
        assert not any(personal in value for value in facts.values())


def test_same_slip_gives_the_same_bytes() -> None:
    assert form01.render(receipt()) == form01.render(receipt())
    assert form01.render(receipt()) != form01.render(receipt(number="1848/TNHS"))


def test_nothing_is_smaller_than_nine_points() -> None:
    long = "Công Huyền Tôn Nữ Thị Phương Thảo " * 4
    for slip in (receipt(), receipt(applicant_name=long, owner_name=long, applicant_signer=long)):
        with pikepdf.open(io.BytesIO(form01.render(slip))) as document:
            sizes = [
                float(str(instruction.operands[1]))
                for page in document.pages
                for instruction in pikepdf.parse_content_stream(page)
                if str(instruction.operator) == "Tf"
            ]
        assert min(sizes) >= 9


@pytest.mark.parametrize(
    ("code", "is_provisional"),
    [("H15.50.05.13-261120-0031", False), ("TN-Q03-01JD7Z6W9TK3M5N7P9R1S3T5V7", True)],
)
def test_qr_holds_the_code_and_nothing_else(code: str, is_provisional: bool) -> None:
    raster = _raster(form01.render(receipt(code=code, is_provisional=is_provisional)))
    (found,) = zxingcpp.read_barcodes(raster)
    assert found.text == code
    corner = found.position.top_left
    other = found.position.bottom_right
    millimetres = [value / 300 * 25.4 for value in (corner.x, corner.y, other.x, other.y)]
    assert millimetres == pytest.approx([120, 46.5, 139, 65.5], abs=0.4)
    assert _ink(raster, 117.5, 46.5, 119.9, 65.5) == 0


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_vietnamese_letter_is_drawn_and_read_back(form: Any) -> None:
    assert len(set(ALPHABET)) == 2 * (17 + 72)
    words = [ALPHABET[start : start + 20] for start in range(0, len(ALPHABET), 20)]
    papers = tuple(SlipComponent(unicodedata.normalize(form, word)) for word in words)
    slip = receipt(components=papers, request=unicodedata.normalize(form, " ".join(words)), due=None)
    pdf = form01.render(slip)
    text = _text(pdf, "-raw")
    assert unicodedata.is_normalized("NFC", text)
    for word in words:
        assert text.count(word) >= 2
    assert pdf == form01.render(
        receipt(components=tuple(map(SlipComponent, words)), request=" ".join(words), due=None)
    )


def test_faces_have_every_letter_of_the_counter() -> None:
    """Vietnamese, and what names in Ê-đê, Gia-rai and Mnông need beyond it."""
    register_faces()
    for name in (REGULAR, BOLD, ITALIC, BOLD_ITALIC):
        glyphs = pdfmetrics.getFont(name).face.charToGlyph
        missing = [letter for letter in ALPHABET + "ŭŏĭčĕñŬŎĬČĔÑ’–…" if ord(letter) not in glyphs]
        assert missing == [], name


def test_seven_short_papers_fit_on_one_sheet_and_eight_do_not() -> None:
    assert len(_pages(form01.render(receipt(components=_papers(7))))) == 1
    pages = _pages(form01.render(receipt(components=_papers(8))))
    assert len(pages) == 2
    assert "NGƯỜI NỘP HỒ SƠ" in pages[1]
    assert "6. Đăng ký nhận kết quả tại" in pages[1]


def test_provisional_receipt_of_five_papers_fits_on_one_sheet() -> None:
    slip = receipt(
        is_provisional=True, code="TN-Q03-01JD7Z6W9TK3M5N7P9R1S3T5V7", due=None, register_serial=""
    )
    (page,) = _pages(form01.render(slip))
    words = " ".join(page.split())
    assert "Số biên nhận tạm: TN-Q03-01JD7Z6W9TK3M5N7P9R1S3T5V7" in words
    assert "Mã hồ sơ:" not in words
    assert "Đây là số tạm; mã hồ sơ chính thức sẽ được cấp và báo sau." in words
    assert "bằng số biên nhận tạm nêu trên" in words
    assert re.search(r"5\. Thời gian trả kết quả giải quyết hồ sơ: \.{20,}", words)


def test_one_receipt_for_several_dossiers_lists_them() -> None:
    due = datetime(2026, 11, 30, 17, 0, tzinfo=VIETNAM)
    dossiers = (
        SlipDossier("H15.50.05.13-261120-0031", "Đăng ký khai sinh", "1.001193", due, "0 đ"),
        SlipDossier("TN-Q03-261120-504RNH", "Đăng ký thường trú", "1.004222", due, "20.000 đ", True),
    )
    words = _words(form01.render(receipt(dossiers=dossiers, dossier_sets=2)))
    assert "Mã hồ sơ (1/2, kèm danh sách): H15.50.05.13-261120-0031" in words
    assert "02 (hai) bộ, theo danh sách" in words
    assert words.count("(số tạm)") == 2
    assert "báo sau" in words
    assert "theo từng hồ sơ trong danh sách; hồ sơ cuối cùng 17 giờ 00 phút" in words
    assert "bằng mã hồ sơ trong danh sách" in words
    assert len(_pages(form01.render(receipt(dossiers=dossiers * 20, dossier_sets=40)))) >= 3


def test_thirty_papers_flow_over_sheets_with_repeated_head() -> None:
    papers = tuple(
        SlipComponent(
            f"Giấy tờ thứ {number}, bản chụp của cơ quan có thẩm quyền cấp cho người nộp", copies=number
        )
        for number in range(1, 31)
    )
    pages = _pages(form01.render(receipt(components=papers)))
    assert len(pages) == 3
    for page in pages:
        assert page.count("Tên giấy tờ") == 1
    assert "NGƯỜI NỘP HỒ SƠ" in pages[-1]
    assert all("NGƯỜI NỘP HỒ SƠ" not in page for page in pages[:-1])
    assert [page.split()[0] for page in pages[1:]] == ["2", "3"]
    everything = " ".join(pages)
    for number in range(1, 31):
        assert everything.count(f"Giấy tờ thứ {number},") == 1
    assert all("GIẤY TIẾP NHẬN" not in page for page in pages[1:])


def test_name_longer_than_a_sheet_is_printed_whole() -> None:
    name = " ".join(f"từ{number}" for number in range(1, 501))
    pages = _pages(form01.render(receipt(components=(SlipComponent(name, originals=1),))))
    everything = " ".join(pages)
    assert set(re.findall(r"từ\d+", everything)) == {f"từ{number}" for number in range(1, 501)}


def test_long_names_wrap_and_stay_clear_of_the_qr() -> None:
    long = "Công Huyền Tôn Nữ Thị Phương Thảo " * 3
    pdf = form01.render(receipt(applicant_name=long, address=long, owner_name=long))
    assert _words(pdf).count("Công Huyền Tôn Nữ") >= 7
    raster = _raster(pdf)
    assert _ink(raster, 117.5, 46.5, 119.9, 65.5) == 0
    (found,) = zxingcpp.read_barcodes(raster)
    assert found.text == receipt().code


def test_empty_fields_keep_their_rows_with_dots() -> None:
    slip = receipt(
        phone="", email="", address="", owner_name="", owner_address="", personal_id="", processing_time=""
    )
    text = _text(form01.render(slip), "-layout")
    for label in ("Số điện thoại", "Email", "Địa chỉ", "Chủ hồ sơ", "Căn cước/Hộ chiếu", "theo quy định"):
        assert re.search(re.escape(label) + r": \.{10,}", text), label
    assert "Bà" not in text.replace("Bài", "")
    assert len(_pages(form01.render(slip))) == 1


def test_markup_in_names_is_only_text() -> None:
    words = _words(form01.render(receipt(address="<b>Số 1 & 2</b> <img src='x'/>", components=())))
    assert "<b>Số 1 & 2</b> <img src='x'/>" in words


@pytest.mark.parametrize(("choice", "index"), [(way, index) for index, way in enumerate(ReturnBy)])
def test_only_the_chosen_box_is_crossed(choice: ReturnBy, index: int) -> None:
    raster = _raster(form01.render(receipt(return_by=choice)))
    inks = [_ink(raster, left + 0.5, 157.9, left + 2.4, 159.8) for left in (55.6, 76.0, 120.0)]
    assert [ink > 0.2 for ink in inks] == [position == index for position in range(3)], inks


def test_reprint_says_so_on_each_sheet() -> None:
    slip = receipt(components=_papers(12))
    assert "BẢN SAO" not in _words(form01.render(slip))
    pages = _pages(form01.render(slip, copy_number=3))
    assert len(pages) == 2
    assert all("BẢN SAO lần 3" in page for page in pages)
    with pytest.raises(ValueError, match="copy_number"):
        form01.render(slip, copy_number=0)


def test_long_agency_pushes_the_form_down() -> None:
    superior = "Ủy ban nhân dân phường Buôn Ma Thuột, tỉnh Đắk Lắk"
    raster = _raster(form01.render(receipt(superior_agency=superior)))
    (found,) = zxingcpp.read_barcodes(raster)
    assert found.position.top_left.y / 300 * 25.4 == pytest.approx(46.5 + 3.94, abs=0.4)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "01 (một)"),
        (5, "05 (năm)"),
        (10, "10 (mười)"),
        (15, "15 (mười lăm)"),
        (21, "21 (hai mươi mốt)"),
        (100, "100"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert written_number(number) == words


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"code": "../../etc"},
        {"code": "Nguyễn Văn A"},
        {"applicant_name": " "},
        {"request": ""},
        {"agency_lines": ()},
        {"agency_lines": ("a", "b", "c")},
        {"received_at": datetime(2026, 11, 20, 14, 26)},  # noqa: DTZ001 - naive on purpose
        {"due": datetime(2026, 11, 30)},  # noqa: DTZ001
        {"due": datetime(2026, 11, 1, tzinfo=VIETNAM)},
        {"dossier_sets": 0},
        {"address": "a\x00b"},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SlipError, match=next(iter(change))):
        receipt(**change)


@pytest.mark.parametrize("change", [{"name": " "}, {"originals": -1}, {"copies": 1000}])
def test_nonsense_papers_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SlipError):
        SlipComponent(**{"name": "Tờ khai", **change})


_TEXTS = st.text(st.sampled_from(ALPHABET + "  .,-'0123456789"), max_size=150)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    texts=st.tuples(_TEXTS, _TEXTS, _TEXTS, _TEXTS, _TEXTS, _TEXTS),
    names=st.lists(_TEXTS.filter(str.strip), max_size=14),
)
def test_any_slip_prints_with_one_pair_of_signatures(texts: tuple[str, ...], names: list[str]) -> None:
    slip: ReceiptSlip = receipt(
        address=texts[0],
        phone=texts[1][:20],
        email=texts[2].replace(" ", ""),
        owner_name=texts[3],
        officer_name=texts[4],
        lookup_url=texts[5],
        components=tuple(map(SlipComponent, names)) or PAPERS,
    )
    assert _text(form01.render(slip)).count("NGƯỜI TIẾP NHẬN HỒ SƠ") == 1
