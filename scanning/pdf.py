"""Makes a searchable PDF/A-2b: the page's picture with its words beneath, invisible and selectable."""

import io
import unicodedata
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from xml.sax.saxutils import escape

import pikepdf
from PIL import ImageCms
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from scanning.pages import DigitisedPage, PageLayers, PageText

_FONT = "MotCuaText"
_INVISIBLE = 3
_PRODUCER = "Một Cửa"
# Every schema declared where its properties stand: some validators look nowhere else.
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{program}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{program}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is laid beneath a page's words."""

    jpeg: bytes
    size: tuple[int, int]
    layers: PageLayers | None


def searchable_pdf(pages: Iterable[DigitisedPage], title: str) -> bytes:
    """All pages in one PDF/A-2b file; raises ValueError for none.

    Of a page that is given only once nothing but its picture is held, and that no longer than until it is packed.
    Conformance is claimed after building to the rules; no validator is at hand at run time.
    """
    _register_font()
    target = io.BytesIO()
    # initialFontName: the default would leave an unembedded Helvetica behind.
    canvas = Canvas(target, initialFontName=_FONT, pageCompression=1, pdfVersion=(1, 7))
    pictures: deque[_Picture] = deque()
    for page in pages:
        scale = 72 / page.dpi
        width, height = page.width * scale, page.height * scale
        canvas.setPageSize((width, height))
        _write_invisibly(canvas, page.text, scale, height)
        canvas.showPage()
        pictures.append(_Picture(page.jpeg, (page.width, page.height), page.layers))
        del page
    if not pictures:
        raise ValueError("a PDF needs at least one page")
    canvas.save()
    return _as_archive(target.getvalue(), pictures, unicodedata.normalize("NFC", title))


@cache
def _register_font() -> None:
    path = files("resources") / "fonts" / "LiberationSerif-Regular.ttf"
    pdfmetrics.registerFont(TTFont(_FONT, str(path)))


def _write_invisibly(canvas: Canvas, text: PageText, scale: float, height: float) -> None:
    """Each word at its place, stretched to its box, so that a selection covers what the eye sees."""
    for line in text.lines:
        tops, bottoms = [word.box[1] for word in line.words], [word.box[3] for word in line.words]
        # One size and one base for a line keeps readers from splitting it into several.
        size = max(2.0, (max(bottoms) - min(tops)) * scale * 0.8)
        base = height - max(bottoms) * scale + size * 0.22
        block = canvas.beginText()
        block.setTextRenderMode(_INVISIBLE)
        block.setFont(_FONT, size)
        for word, following in zip_longest(line.words, line.words[1:]):
            # A word reaches to the next one: across a gap, programs would see columns where a form has none.
            end = max(word.box[2], following.box[0]) if following else word.box[2]
            letters = _printable(word.text) + (" " if following else "")
            natural = pdfmetrics.stringWidth(letters, _FONT, size)
            block.setHorizScale(100 * (end - word.box[0]) * scale / natural if natural else 100)
            block.setTextOrigin(word.box[0] * scale, base)
            block.textOut(letters)
        canvas.drawText(block)


def _printable(text: str) -> str:
    """NFC, without letters that the font lacks: PDF/A forbids the empty box even where nobody sees it."""
    glyphs = pdfmetrics.getFont(_FONT).face.charToGlyph
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if ord(letter) in glyphs)


@cache
def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _lay_picture(pdf: pikepdf.Pdf, leaf: pikepdf.Page, picture: _Picture) -> None:
    """The pictures go in byte for byte: not decoded, not packed a second time."""
    layers = picture.layers
    if layers is None:
        drawn = [_jpeg_image(pdf, picture.jpeg, picture.size)]
    else:
        colours = _jpeg_image(pdf, layers.ink, layers.ink_size)
        colours.Mask = _mask(pdf, layers)
        drawn = [_jpeg_image(pdf, layers.paper, layers.paper_size), colours]
    _, _, width, height = (float(edge) for edge in leaf.mediabox)
    names = [leaf.add_resource(image, pikepdf.Name.XObject) for image in drawn]
    operators = "\n".join(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm {name} Do Q" for name in names)
    leaf.contents_add(operators.encode(), prepend=True)
    if "/Trans" in leaf:
        del leaf["/Trans"]


def _jpeg_image(pdf: pikepdf.Pdf, jpeg: bytes, size: tuple[int, int]) -> pikepdf.Stream:
    return pdf.make_stream(
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )


def _mask(pdf: pikepdf.Pdf, layers: PageLayers) -> pikepdf.Stream:
    """A stencil, not a soft mask: PDF/A-2 allows it without calling the page transparent."""
    width, height = layers.mask_size
    return pdf.make_stream(
        layers.mask,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ImageMask=True,
        BitsPerComponent=1,
        Filter=pikepdf.Name.CCITTFaxDecode,
        DecodeParms=pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=False),
    )


def _lawful_map(cmap: bytes) -> bytes:
    """A character map in sections of at most 100, as the CMap rules ask, without a letter numbered zero."""
    head, rest = cmap.split(b" beginbfchar", 1)
    body, tail = rest.split(b"endbfchar", 1)
    pairs = [pair for pair in body.strip().splitlines() if not pair.endswith(b"<0000>")]
    sections = [
        b"%d beginbfchar\n%s\nendbfchar\n" % (len(part), b"\n".join(part))
        for part in (pairs[start : start + 100] for start in range(0, len(pairs), 100))
    ]
    return head[: head.rindex(b"\n") + 1] + b"".join(sections) + tail.lstrip()


def _as_archive(plain: bytes, pictures: deque[_Picture], title: str) -> bytes:
    """Lays the pictures beneath and adds what PDF/A-2b asks: output intent, XMP that agrees with the info."""
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        for leaf in pdf.pages:
            _lay_picture(pdf, leaf, pictures.popleft())
            for font in leaf.Resources.get("/Font", {}).values():
                font.ToUnicode.write(_lawful_map(font.ToUnicode.read_bytes()))
        profile = pdf.make_stream(_srgb(), N=3, Alternate=pikepdf.Name.DeviceRGB)
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String("sRGB IEC61966-2.1"),
            Info=pikepdf.String("sRGB IEC61966-2.1"),
            DestOutputProfile=profile,
        )
        pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
        pdf.Root.Lang = pikepdf.String("vi-VN")
        now = datetime.now(UTC).replace(microsecond=0)
        for key in list(pdf.docinfo.keys()):
            del pdf.docinfo[key]
        pdf.Root.Metadata = pdf.make_stream(
            _XMP.format(title=escape(title), program=_PRODUCER, at=now.isoformat()).encode(),
            Type=pikepdf.Name.Metadata,
            Subtype=pikepdf.Name.XML,
        )
        stamp = now.strftime("D:%Y%m%d%H%M%S+00'00'")
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Creator"] = _PRODUCER
        pdf.docinfo["/Producer"] = _PRODUCER
        pdf.docinfo["/CreationDate"] = stamp
        pdf.docinfo["/ModDate"] = stamp
        packed = io.BytesIO()
        pdf.save(packed, linearize=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return packed.getvalue()
