"""The archive file: readable by other programs and built to the rules of PDF/A-2b."""

import io
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from scanning.digitised import Digitised
from scanning.pages import DigitisedPage, PageText, TextLine, Word
from scanning.pdf import searchable_pdf
from scanning.pipeline import digitise
from scanning.samples.sheets import PrintedSheet, print_declaration
from tests.samples.corpus import character_error_rate, saved

ALL_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"


@pytest.fixture(scope="module")
def declaration() -> PrintedSheet:
    return print_declaration()


@pytest.fixture(scope="module")
def digitised(declaration: PrintedSheet, tmp_path_factory: pytest.TempPathFactory) -> Digitised:
    return digitise(saved(declaration, tmp_path_factory.mktemp("pdf"), "skew"))


def run(program: str, *arguments: str) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return subprocess.run([program, *arguments], capture_output=True, check=True, text=True).stdout


def page_saying(text: str) -> DigitisedPage:
    packed = io.BytesIO()
    Image.new("RGB", (1000, 400), "white").save(packed, "JPEG")
    lines = tuple(
        TextLine((Word(part, 0.9, (40, 40 + 60 * row, 960, 85 + 60 * row)),))
        for row, part in enumerate(text.split("\n"))
    )
    return DigitisedPage(packed.getvalue(), 1000, 400, 150, 0, 0.0, False, (), PageText(lines))


def test_other_programs_read_the_text(
    digitised: Digitised, declaration: PrintedSheet, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(digitised.pdf)
    text = run("pdftotext", str(tmp_path / "a.pdf"), "-")
    assert character_error_rate(text, declaration.text) <= 0.02
    assert text == unicodedata.normalize("NFC", text)


def test_every_vietnamese_letter_survives(tmp_path: Path) -> None:
    both = "\n".join((ALL_LETTERS[:37], ALL_LETTERS[37:], ALL_LETTERS[:37].upper(), ALL_LETTERS[37:].upper()))
    decomposed = unicodedata.normalize("NFD", both)
    (tmp_path / "a.pdf").write_bytes(searchable_pdf([page_saying(decomposed)], "chữ cái"))
    assert run("pdftotext", str(tmp_path / "a.pdf"), "-").split() == both.split()


def test_all_fonts_are_embedded_with_a_way_back_to_unicode(digitised: Digitised, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(digitised.pdf)
    fonts = run("pdffonts", str(tmp_path / "a.pdf")).splitlines()[2:]
    assert fonts
    for font in fonts:
        embedded, _, to_unicode = font.split()[-5:-2]
        assert (embedded, to_unicode) == ("yes", "yes"), font
        assert "Helvetica" not in font


def test_the_file_is_built_to_pdf_a_2b(digitised: Digitised) -> None:
    with pikepdf.open(io.BytesIO(digitised.pdf)) as pdf:
        assert not pdf.is_encrypted
        assert len(pdf.trailer.ID) == 2
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        profile = intent.DestOutputProfile.read_bytes()
        assert profile[36:40] == b"acsp"
        assert profile[16:20] == b"RGB "
        assert "/Filter" not in pdf.Root.Metadata
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
            assert metadata["dc:title"] == str(pdf.docinfo["/Title"])
            assert metadata["xmp:CreatorTool"] == str(pdf.docinfo["/Creator"])
            assert metadata["pdf:Producer"] == str(pdf.docinfo["/Producer"])
        forbidden = {"/JavaScript", "/Launch", "/EmbeddedFiles", "/AA", "/OpenAction", "/NeedAppearances"}
        assert not forbidden & set(pdf.Root.keys())
        for page in pdf.pages:
            assert "/Group" not in page
            for picture in page.Resources.XObject.values():
                assert picture.ColorSpace == "/DeviceRGB"
                assert picture.Filter == "/DCTDecode"
                assert "/SMask" not in picture
                assert not picture.get("/Interpolate", False)
            for font in page.Resources.Font.values():
                assert "/FontFile2" in font.FontDescriptor
                assert "/ToUnicode" in font
                count = int(font.LastChar) - int(font.FirstChar) + 1
                assert len(font.Widths) == count


def test_the_stored_layers_go_in_byte_for_byte(digitised: Digitised) -> None:
    layers = digitised.pages[0].layers
    assert layers is not None
    with pikepdf.open(io.BytesIO(digitised.pdf)) as pdf:
        pictures = {stream.read_raw_bytes(): stream for stream in pdf.pages[0].Resources.XObject.values()}
        assert set(pictures) == {layers.paper, layers.ink}
        assert pictures[layers.ink].Mask.read_raw_bytes() == layers.mask


def test_letters_that_the_font_lacks_leave_no_empty_box(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(searchable_pdf([page_saying("Số 漢 12")], "lạ"))
    assert "Số" in run("pdftotext", str(tmp_path / "a.pdf"), "-")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        content = b"".join(part.read_bytes() for part in pdf.pages[0].get("/Contents", []))
    assert b"BT" in content
