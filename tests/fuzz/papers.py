"""Sound files of every kind that a counter is handed, and some made with ill will; all small, all seeded."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pikepdf
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from scanning.documents import pages_from
from scanning.layers import layers_of
from scanning.pages import DigitisedPage, PageText, TextLine, Word
from scanning.pdf import searchable_pdf

_WIDTH, _HEIGHT = 240, 330
_POINTS = (120.0, 165.0)


@cache
def papers() -> dict[str, bytes]:
    """Name with suffix → bytes."""
    return {**_pictures(), **_documents(), **_spiteful()}


def letter(mode: str = "RGB", size: tuple[int, int] = (_WIDTH, _HEIGHT)) -> Image.Image:
    """A white sheet with lines of strokes, some grain and a red seal."""
    dice = np.random.default_rng(7)
    sheet = Image.new("RGB", size, (250, 249, 246))
    draw = ImageDraw.Draw(sheet)
    for row in range(30, size[1] - 30, 14):
        for column in range(20, size[0] - 20, 9):
            if dice.random() < 0.8:
                draw.line((column, row, column + 6, row + int(dice.integers(2, 9))), (20, 20, 30), 2)
    draw.ellipse((size[0] // 2, size[1] // 2, size[0] // 2 + 60, size[1] // 2 + 60), outline=(200, 20, 30))
    grain = dice.integers(-3, 4, (size[1], size[0], 1))
    noisy = np.clip(np.asarray(sheet, np.int16) + grain, 0, 255).astype(np.uint8)
    return Image.fromarray(noisy).convert(mode)


def _packed(picture: Image.Image, form: str, **how: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **how)
    return target.getvalue()


def _pictures() -> dict[str, bytes]:
    plain = letter()
    deep = Image.fromarray(np.asarray(letter("L")).astype(np.uint16) * 257)
    turned = Image.Exif()
    turned[0x0112] = 8
    clear = letter("RGBA")
    clear.putalpha(letter("L"))
    pages = [letter("1") for _ in range(3)]
    return {
        "plain.jpg": _packed(plain, "JPEG", dpi=(300, 300)),
        "progressive.jpg": _packed(plain, "JPEG", progressive=True),
        "cmyk.jpg": _packed(letter("CMYK"), "JPEG"),
        "turned.jpeg": _packed(plain, "JPEG", exif=turned),
        "plain.png": _packed(plain, "PNG", dpi=(200, 200)),
        "palette.png": _packed(plain.quantize(16), "PNG", transparency=3),
        "clear.png": _packed(clear, "PNG"),
        "deep.png": _packed(deep, "PNG"),
        "bits.png": _packed(letter("1"), "PNG"),
        "grey-alpha.png": _packed(clear.convert("LA"), "PNG"),
        "moving.png": _packed(plain, "PNG", save_all=True, append_images=[letter(), letter()]),
        "plain.tif": _packed(plain, "TIFF", dpi=(300, 300)),
        "stack-group4.tiff": _packed(
            pages[0], "TIFF", compression="group4", save_all=True, append_images=pages[1:]
        ),
        "lzw.tif": _packed(plain, "TIFF", compression="tiff_lzw"),
        "deflate.tif": _packed(letter("L"), "TIFF", compression="tiff_adobe_deflate"),
        "jpeg.tif": _packed(plain, "TIFF", compression="jpeg"),
        "deep.tif": _packed(deep, "TIFF"),
        "float.tif": _packed(letter("F"), "TIFF"),
        "plain.bmp": _packed(plain, "BMP"),
        "palette.bmp": _packed(plain.quantize(16), "BMP"),
        "plain.webp": _packed(plain, "WEBP"),
        "exact.webp": _packed(clear, "WEBP", lossless=True),
        "moving.webp": _packed(plain, "WEBP", save_all=True, append_images=[letter()]),
    }


def _saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    target = io.BytesIO()
    pdf.save(target, **how)
    return target.getvalue()


def born_digital(pages: int = 1) -> bytes:
    """A PDF that says its own words."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=_POINTS, invariant=True)
    for number in range(pages):
        for row in range(8):
            canvas.setFont("Helvetica", 7)
            canvas.drawString(8, 150 - 15 * row, f"To khai trang {number + 1} dong {row + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _archive() -> bytes:
    picture = np.asarray(letter())
    jpeg = _packed(letter(), "JPEG")
    words = PageText((TextLine((Word("Tờ", 0.9, (20, 30, 60, 44)), Word("khai", 0.9, (66, 30, 120, 44)))),))
    page = DigitisedPage(jpeg, _WIDTH, _HEIGHT, 150, 0, 0.0, False, (), words, layers=layers_of(picture, 150))
    return searchable_pdf([page, page], "to-khai")


def _picture_pdf(data: bytes, **facts: Any) -> bytes:
    """One page that is one packed picture."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=_POINTS)
        image = pdf.make_stream(data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, **facts)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=image))
        page.obj.Contents = pdf.make_stream(b"q %d 0 0 %d 0 0 cm /P Do Q" % tuple(map(int, _POINTS)))
        return _saved(pdf)


def _jbig2() -> bytes:
    """Page information and one generic region in MMR coding (ISO 14492), as PDF embeds it."""
    target = io.BytesIO()
    letter("1").save(target, "TIFF", compression="group4", tiffinfo={278: _HEIGHT})
    with Image.open(target) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        start, length = tags[273][0], tags[279][0]
    coded = target.getvalue()[start : start + length]
    facts = struct.pack(">IIIIBH", _WIDTH, _HEIGHT, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", _WIDTH, _HEIGHT, 0, 0, 0, 1) + coded
    head = struct.pack(">IBBBI", 0, 48, 0, 1, len(facts))
    return head + facts + struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region


def _forms(levels: int, fan: int, contents: bytes = b"/X Do") -> bytes:
    """Forms within forms: the innermost is drawn `fan` to the power of `levels` times."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=_POINTS)
        facts: dict[str, Any] = {
            "Type": pikepdf.Name.XObject,
            "Subtype": pikepdf.Name.Form,
            "BBox": [0, 0, *map(int, _POINTS)],
        }
        inner = pdf.make_stream(b"0 0 10 10 re f", **facts)
        for _ in range(levels):
            resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
            inner = pdf.make_stream(b"/X Do " * fan, Resources=resources, **facts)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        page.obj.Contents = pdf.make_stream(contents)
        return _saved(pdf)


def _boxed(box: list[float], **facts: Any) -> bytes:
    with pikepdf.open(io.BytesIO(born_digital())) as pdf:
        pdf.pages[0].obj.MediaBox = box
        for key, value in facts.items():
            pdf.pages[0].obj["/" + key] = value
        return _saved(pdf)


def _locked(**how: Any) -> bytes:
    with pikepdf.open(io.BytesIO(born_digital())) as pdf:
        return _saved(pdf, encryption=pikepdf.Encryption(owner="chu", **how))


def _documents() -> dict[str, bytes]:
    group4 = io.BytesIO()
    letter("1").save(group4, "TIFF", compression="group4", tiffinfo={278: _HEIGHT})
    facts: dict[str, Any] = {"Width": _WIDTH, "Height": _HEIGHT}
    return {
        "archive.pdf": _archive(),
        "born.pdf": born_digital(),
        "many.pdf": born_digital(12),
        "locked-aes.pdf": _locked(user="khoa", R=6),
        "locked-rc4.pdf": _locked(user="khoa", R=4, aes=False, metadata=False),
        "owner-only.pdf": _locked(user=""),
        "forms.pdf": _forms(3, 3),
        "jpeg.pdf": _packed(letter(), "PDF"),
        "jpx.pdf": _picture_pdf(_packed(letter(), "JPEG2000"), Filter=pikepdf.Name.JPXDecode, **facts),
        "jbig2.pdf": _picture_pdf(
            _jbig2(),
            Filter=pikepdf.Name.JBIG2Decode,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=1,
            **facts,
        ),
    }


def png_of_zeros(width: int, height: int, kind: int = 2, channels: int = 3) -> bytes:
    """A few kilobytes that unpack to a whole picture of zeros."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    packer = zlib.compressobj(1)
    row = bytes(1 + width * channels)
    body = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _looped(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        return _saved(opened)


def _own_form(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_indirect(
        pdf.make_stream(b"/X Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 99, 99])
    )
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")


def _flate_bomb(megabytes: int) -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=_POINTS)
        page.obj.Contents = pdf.make_stream(b"0 0 1 1 re f\n" * (megabytes * 1_000_000 // 13))
        return _saved(pdf, compress_streams=True)


def _tree_of_itself() -> bytes:
    """A page tree whose only child is the tree."""
    content = born_digital()
    kids = content.index(b"/Kids [")
    number = content[: content.rindex(b" obj", 0, kids)].split()[-2]
    end = content.index(b"]", kids)
    inside = b"/Kids [ %s 0 R" % number
    return content[:kids] + inside.ljust(end - kids) + content[end:]


def _spiteful() -> dict[str, bytes]:
    tiff = bytearray(_packed(letter("1"), "TIFF"))
    (start,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, start)
    struct.pack_into("<I", tiff, start + 2 + 12 * count, start)
    nan = float("1e38")
    return {
        "bomb-rgb.png": png_of_zeros(9_000, 9_000),
        "bomb-rgba.png": png_of_zeros(12_000, 12_000, 6, 4),
        "bomb-over.png": png_of_zeros(13_000, 12_000, 0, 1),
        "strip.png": png_of_zeros(60_000, 2, 0, 1),
        "loop.tif": bytes(tiff),
        "forms-bomb.pdf": _forms(9, 10),
        "flate-bomb.pdf": _flate_bomb(60),
        "own-form.pdf": _looped(born_digital(), _own_form),
        "own-tree.pdf": _tree_of_itself(),
        "huge-box.pdf": _boxed([0, 0, 2_000_000, 2_000_000]),
        "endless-box.pdf": _boxed([0, 0, nan, nan]),
        "zero-box.pdf": _boxed([0, 0, 0, 0]),
        "thread-box.pdf": _boxed([0, 0, 1_000_000, 0.01]),
        "inside-out-box.pdf": _boxed([100, 100, -50, -80], Rotate=45),
        "huge-unit.pdf": _boxed([0, 0, 200, 280], UserUnit=75_000),
        "picture-lies.pdf": _picture_pdf(
            b"\x00" * 40,
            Width=2_000_000,
            Height=2_000_000,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
        ),
        "no-pages.pdf": _saved(pikepdf.new()),
    }


def check_sound() -> None:
    """Every file that is meant to be sound is: else its mutations would test nothing."""
    for name, content in {**_pictures(), **_documents()}.items():
        if not name.startswith("locked"):
            assert list(pages_from(content, name)), name
