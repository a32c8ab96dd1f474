"""Born-digital pages say their own words, at their own places; scans are read anew, whatever lies beneath them."""

import io
import unicodedata
from collections.abc import Callable
from importlib.resources import files

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from scanning.documents import pages_from
from scanning.pages import Box, PageText, ScannedPage, Word
from scanning.pipeline import digitise

_FONT = "OwnTextTest"
_SIZE = (300.0, 400.0)
_LINES = ("ỦY BAN NHÂN DÂN PHƯỜNG TÂN LẬP", "Họ, chữ đệm, tên: Nguyễn Thị Hạnh", "Số định danh: 066188004127")


def drawn(draw: Callable[[Canvas], None]) -> bytes:
    pdfmetrics.registerFont(TTFont(_FONT, str(files("resources") / "fonts" / "LiberationSerif-Regular.ttf")))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=_SIZE, initialFontName=_FONT, initialFontSize=11, invariant=True)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def with_lines(canvas: Canvas) -> None:
    for number, line in enumerate(_LINES):
        canvas.drawString(40, 340 - 40 * number, line)


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(target)
    return target.getvalue()


def only_page(pdf: bytes) -> ScannedPage:
    (page,) = pages_from(pdf, "a.pdf")
    return page


def words(text: PageText | None) -> list[Word]:
    assert text is not None
    return [word for line in text.lines for word in line.words]


def dark_share_in(page: ScannedPage, boxes: list[Box]) -> float:
    """How much of the page's ink lies in the boxes."""
    dark = page.pixels.min(axis=2) < 128
    inside = np.zeros_like(dark)
    for left, top, right, bottom in boxes:
        inside[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = True
    return float(np.count_nonzero(dark & inside) / np.count_nonzero(dark))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, [20, 60, 290, 390]])
def test_words_stand_where_their_ink_is(rotation: int, crop: list[int] | None) -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = rotation
        if crop:
            pdf.pages[0].obj.CropBox = crop

    page = only_page(changed(drawn(with_lines), turn))
    read = words(page.own_text)
    assert {word.text for word in read} == {word for line in _LINES for word in line.split()}
    assert dark_share_in(page, [word.box for word in read]) > 0.99
    height, width = page.pixels.shape[:2]
    for left, top, right, bottom in (word.box for word in read):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert page.pixels[top:bottom, left:right].min() < 128


def test_letters_with_loose_marks_come_composed() -> None:
    loose = unicodedata.normalize("NFD", "Nguyễn Thị Phượng, phường Tân Lập, Đắk Lắk")
    read = words(only_page(drawn(lambda canvas: canvas.drawString(20, 200, loose))).own_text)
    text = " ".join(word.text for word in read)
    assert text == unicodedata.normalize("NFC", text)
    assert text == "Nguyễn Thị Phượng, phường Tân Lập, Đắk Lắk"


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["ỦY BAN NHÂN DÂN", "PHƯỜNG TÂN LẬP", "Số: 12/GM"]
    right = ["CỘNG HÒA XÃ HỘI", "CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do"]

    def columns(canvas: Canvas) -> None:
        for x, column in ((15, left), (165, right)):
            for row, line in enumerate(column):
                canvas.drawString(x, 350 - 16 * row, line)

    text = only_page(drawn(columns)).own_text
    assert text is not None
    assert [line.text for line in text.lines] == left + right


def scan() -> Image.Image:
    sheet = Image.new("RGB", (1250, 1667), "white")
    ImageDraw.Draw(sheet).rectangle((200, 300, 900, 340), "black")
    return sheet


@pytest.mark.parametrize("strips", [1, 6])
@pytest.mark.parametrize("mode", [0, 3])
def test_a_scan_with_somebodys_recognition_is_read_anew(strips: int, mode: int) -> None:
    def layered(canvas: Canvas) -> None:
        block = canvas.beginText(40, 340)
        block.setTextRenderMode(mode)
        for line in _LINES:
            block.textLine(line)
        canvas.drawText(block)
        sheet = scan()
        height = sheet.height // strips
        for number in range(strips):
            part = sheet.crop((0, number * height, sheet.width, (number + 1) * height))
            share = _SIZE[1] / strips
            canvas.drawImage(ImageReader(part), 0, _SIZE[1] - (number + 1) * share, _SIZE[0], share)

    assert only_page(drawn(layered)).own_text is None


def test_a_scan_within_a_form_is_a_scan() -> None:
    def layered(canvas: Canvas) -> None:
        canvas.beginForm("sheet", 0, 0, 30, 40)
        canvas.drawImage(ImageReader(scan()), 0, 0, 30, 40)
        canvas.endForm()
        with_lines(canvas)
        canvas.scale(10, 10)
        canvas.doForm("sheet")

    assert only_page(drawn(layered)).own_text is None


def test_unseen_words_do_not_count_and_a_small_picture_does_no_harm() -> None:
    def unseen(canvas: Canvas) -> None:
        block = canvas.beginText(40, 340)
        block.setTextRenderMode(3)
        for line in _LINES:
            block.textLine(line)
        canvas.drawText(block)

    assert only_page(drawn(unseen)).own_text is None

    def seal(canvas: Canvas) -> None:
        with_lines(canvas)
        canvas.drawImage(ImageReader(scan()), 150, 50, 90, 120)

    assert len(words(only_page(drawn(seal)).own_text)) == sum(len(line.split()) for line in _LINES)


def test_a_few_letters_are_not_a_text() -> None:
    assert only_page(drawn(lambda canvas: canvas.drawString(40, 300, "Trang 1/2"))).own_text is None


def test_a_signed_file_is_its_own_archive_byte_for_byte(tmp_path) -> None:  # type: ignore[no-untyped-def]
    def sign(pdf: pikepdf.Pdf) -> None:
        """The shape of a signature (ISO 32000-1, 12.8); its bytes are not what is tested here."""
        signature = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Sig,
                Filter=pikepdf.Name("/Adobe.PPKLite"),
                SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
                ByteRange=[0, 100, 2148, 100],
                Contents=pikepdf.String(b"\x30" * 512),
            )
        )
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T=pikepdf.String("ChuKy"),
                V=signature,
                Rect=[0, 0, 0, 0],
                P=pdf.pages[0].obj,
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)

    content = changed(drawn(with_lines), sign)
    (tmp_path / "da-ky.pdf").write_bytes(content)
    digitised = digitise(tmp_path / "da-ky.pdf")
    assert digitised.pdf == content
    assert "Nguyễn Thị Hạnh" in digitised.text
    assert digitised.pages[0].is_born_digital
