"""Files that hold pages, files that do not, and the one sentence each of these gets."""

import hashlib
import os
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from scanning import ocr
from scanning.device_errors import PaperJam
from scanning.documents import pages_in
from scanning.drivers.folder import FolderSource
from scanning.drivers.sample import SamplePaper, SampleSource
from scanning.errors import (
    EmptyFolder,
    EmptyPdf,
    EncryptedPdf,
    FileNotFound,
    LanguageMissing,
    NotEnoughMemory,
    NothingScanned,
    OcrTimedOut,
    ScanError,
    TesseractMissing,
    TooLarge,
    UnreadableImage,
    UnreadablePdf,
    UnsupportedFile,
)
from scanning.pdf import searchable_pdf
from scanning.pipeline import digitise
from scanning.sources import ScanRequest


def picture(width: int = 400, height: int = 560, grey: int = 250) -> Image.Image:
    return Image.new("RGB", (width, height), (grey, grey, grey))


def png_header_only(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def locked_pdf(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="chu", user="khoa"))
    return path


def pageless_pdf(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.save(path)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def truncated_jpeg(path: Path) -> Path:
    noise = np.random.default_rng(1).integers(0, 255, (500, 400, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    content = path.read_bytes()
    return written(path, content[: len(content) // 2])


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda d: written(d / "a.jpg", b"khong phai anh\n"), UnreadableImage),
        (lambda d: written(d / "a.pdf", b""), UnreadablePdf),
        (lambda d: written(d / "a.pdf", b"%PDF-1.7\nhong"), UnreadablePdf),
        (lambda d: pageless_pdf(d / "a.pdf"), EmptyPdf),
        (lambda d: locked_pdf(d / "a.pdf"), EncryptedPdf),
        (lambda d: written(d / "a.png", png_header_only(20_000, 20_000)), TooLarge),
        (lambda d: written(d / "a.png", png_header_only(13_000, 13_000)), TooLarge),
        (lambda d: written(d / "a.png", png_header_only(40, 40)), UnreadableImage),
        (lambda d: truncated_jpeg(d / "a.jpg"), UnreadableImage),
        (lambda d: written(d / "a.docx", b"PK"), UnsupportedFile),
        (lambda d: d / "khong-co.png", FileNotFound),
    ],
)
def test_bad_input_is_one_vietnamese_sentence(make, error: type[ScanError], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path: Path = make(tmp_path)
    with pytest.raises(error) as caught:
        digitise(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert "hãy" in sentence
    assert str(tmp_path) not in sentence


@pytest.mark.parametrize(
    "error",
    [FileNotFound("a.jpg"), OcrTimedOut(90.0), NothingScanned(), NotEnoughMemory("a.pdf"), PaperJam()],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_sentence_in_another_process(error: ScanError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, a moment ago
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_a_name_with_line_breaks_stays_on_one_line() -> None:
    assert str(FileNotFound("a\n\x1b[31m.jpg")).isprintable()


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmptyFolder, match=tmp_path.name):
        digitise(tmp_path)
    usable, why = FolderSource(tmp_path).is_usable()
    assert not usable
    assert "hãy chép" in why


def test_a_long_strip_is_read_without_harm(tmp_path: Path) -> None:
    picture(20_000, 300).save(tmp_path / "dai.png")
    digitised = digitise(tmp_path / "dai.png")
    assert digitised.pages[0].blank
    assert digitised.text == ""


def test_a_huge_but_lawful_picture_is_made_smaller(tmp_path: Path) -> None:
    Image.new("L", (7000, 9800), 255).save(tmp_path / "to.png", dpi=(600, 600))
    page = next(pages_in(tmp_path / "to.png"))
    assert page.pixels.shape[0] * page.pixels.shape[1] <= 40_000_000
    assert page.dpi is not None
    assert page.pixels.shape[0] / page.dpi == pytest.approx(9800 / 600, rel=0.01)


def test_a_huge_picture_is_made_smaller_without_seams_and_on_white(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, 6500, dtype=np.uint8)[:, None], (1, 6500))
    clear = np.dstack([ramp, np.where(ramp < 128, 255, 0).astype(np.uint8)])
    Image.fromarray(clear, "LA").save(tmp_path / "to.png", compress_level=1)
    page = next(pages_in(tmp_path / "to.png"))
    height, width = page.pixels.shape[:2]
    assert height == width
    assert 39_000_000 < height * width <= 40_000_000
    column = page.pixels[:, width // 2, 0].astype(int)
    expected = np.interp(np.arange(height) / height, [0, 1], [0, 255])
    seen = np.flatnonzero(expected < 120)
    assert np.abs(column[seen] - expected[seen]).max() <= 2
    assert column[expected > 135].min() == 255


def test_a_nonsense_resolution_is_no_resolution(tmp_path: Path) -> None:
    picture().save(tmp_path / "a.tif", dpi=(300, 300))
    content = bytearray((tmp_path / "a.tif").read_bytes())
    with Image.open(tmp_path / "a.tif") as tiff:
        place = content.index(struct.pack("<II", 300, 1))
        assert tiff.info["dpi"] == (300, 300)
    for told in (struct.pack("<II", 300, 0), struct.pack("<II", 0xFFFFFFFF, 1)):
        content[place : place + 8] = told
        (tmp_path / "a.tif").write_bytes(content)
        assert next(pages_in(tmp_path / "a.tif")).dpi is None


def test_a_folder_gives_tiff_pdf_and_images_in_counting_order(tmp_path: Path) -> None:
    picture(grey=10).save(tmp_path / "trang-10.png")
    frames = [picture(grey=60), picture(grey=90)]
    frames[0].save(tmp_path / "trang-2.tiff", save_all=True, append_images=frames[1:], dpi=(200, 200))
    picture(grey=120).save(tmp_path / "trang-3.pdf", resolution=72)
    (tmp_path / "ghi-chu.txt").write_text("không phải giấy", encoding="utf-8")
    pages = list(FolderSource(tmp_path).scan(ScanRequest()))
    assert [(page.name, page.number, int(page.pixels[5, 5, 0])) for page in pages] == [
        ("trang-2.tiff", 1, 60),
        ("trang-2.tiff", 2, 90),
        ("trang-3.pdf", 1, 120),
        ("trang-10.png", 1, 10),
    ]
    assert [page.dpi for page in pages] == [200, 200, 300, None]
    assert pages[0].sha256 == hashlib.sha256((tmp_path / "trang-2.tiff").read_bytes()).hexdigest()
    assert len(list(FolderSource(tmp_path).scan(ScanRequest(most_pages=2)))) == 2


def test_a_feeder_folder_gives_each_paper_once_and_keeps_what_was_not_taken(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        picture().save(tmp_path / name)
    feeder = FolderSource(tmp_path, takes_away=True)
    pages = feeder.scan(ScanRequest())
    assert next(pages).name == "1.png"
    assert (tmp_path / "1.png").exists()  # nobody has said yet that it is safe
    assert next(pages).name == "2.png"
    assert not (tmp_path / "1.png").exists()
    pages.close()  # type: ignore[attr-defined]
    assert [page.name for page in feeder.scan(ScanRequest())] == ["2.png"]
    with pytest.raises(EmptyFolder):
        list(feeder.scan(ScanRequest()))
    picture().save(tmp_path / "1.png")
    assert len(list(feeder.scan(ScanRequest()))) == 1
    assert {p.name for p in (tmp_path / "da-lay").iterdir()} == {"1.png", "1 (2).png", "2.png"}


def test_a_turned_phone_photo_and_a_transparent_png_come_upright_on_white(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(300, 200).save(tmp_path / "a.jpg", exif=exif)
    assert next(pages_in(tmp_path / "a.jpg")).pixels.shape == (300, 200, 3)
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "b.png")
    assert int(next(pages_in(tmp_path / "b.png")).pixels.min()) == 255


def test_the_sample_source_gives_the_same_pixels_for_the_same_seed() -> None:
    papers = (SamplePaper.DECLARATION, SamplePaper.CARD_FRONT)
    first = list(SampleSource(papers, seed=4).scan(ScanRequest()))
    again = list(SampleSource(papers, seed=4).scan(ScanRequest()))
    assert [page.sha256 for page in first] == [page.sha256 for page in again]
    assert len({page.sha256 for page in first}) == 2


def test_the_engine_tells_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usable, sentence = ocr.check()
    assert usable
    assert "vie" in sentence
    ink = np.full((200, 200), 255, np.uint8)
    with monkeypatch.context() as patch:
        patch.setenv("TESSDATA_PREFIX", str(tmp_path))
        assert ocr.check()[0] is False
        with pytest.raises(LanguageMissing, match="sudo apt install"):
            ocr.read_words(ink, 300)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert "sudo apt install tesseract-ocr tesseract-ocr-vie" in ocr.check()[1]
        with pytest.raises(TesseractMissing):
            ocr.read_words(ink, 300)
    assert "OMP_THREAD_LIMIT" not in os.environ


def test_a_pdf_needs_a_page() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        searchable_pdf([], "rỗng")
