"""Prints invented citizen cards: a front with the QR code and a back with the machine-readable zone."""

import io
from importlib.resources import files

import segno
from PIL import Image, ImageDraw, ImageFont

from scanning.samples.faces import serif
from scanning.samples.paper import PAGE_DPI, PrintedSheet
from scanning.samples.people import SAMPLE_REQUESTER, SamplePerson

# ISO/IEC 7810 ID-1.
CARD_WIDTH_MM, CARD_HEIGHT_MM = 85.6, 53.98
_QR_WIDTH_MM = 17.5


def print_card_front(person: SamplePerson = SAMPLE_REQUESTER, *, dpi: int = PAGE_DPI) -> PrintedSheet:
    """The front of a card after the fashion of 2021, QR code at its true size."""
    scale = dpi / 25.4
    size = (round(CARD_WIDTH_MM * scale), round(CARD_HEIGHT_MM * scale))
    image = Image.new("RGB", size, (226, 238, 231))
    draw = ImageDraw.Draw(image)
    for band in range(0, size[1], max(2, dpi // 60)):
        draw.line((0, band, size[0], band + size[1] // 6), (214, 230, 222), 1)
    lines: list[str] = []

    def put(x_mm: float, y_mm: float, text: str, height_mm: float, style: str = "Regular") -> None:
        draw.text((x_mm * scale, y_mm * scale), text, (28, 34, 40), serif(round(height_mm * scale), style))
        lines.append(text)

    put(20, 2.6, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 2.5, "Bold")
    put(28, 5.8, "Độc lập - Tự do - Hạnh phúc", 2.5, "Bold")
    put(26, 11.5, "CĂN CƯỚC CÔNG DÂN", 3.2, "Bold")
    put(26, 17.6, f"Số / No.: {person.personal_id}", 3.6, "Bold")
    put(26, 22.4, "Họ và tên / Full name:", 2.4)
    put(26, 25.3, person.full_name.upper(), 3.0, "Bold")
    put(26, 29.4, f"Ngày sinh / Date of birth: {person.birth_text}", 2.6)
    put(26, 33.1, f"Giới tính / Sex: {person.sex_word}   Quốc tịch / Nationality: Việt Nam", 2.4)
    put(26, 36.8, "Nơi thường trú / Place of residence:", 2.4)
    residence = person.residence.split(", ")
    put(26, 39.8, ", ".join(residence[:2]), 2.6)
    put(26, 42.8, ", ".join(residence[2:]), 2.6)
    draw.rectangle((4 * scale, 19 * scale, 22 * scale, 43 * scale), fill=(196, 208, 204))
    draw.ellipse((9 * scale, 23 * scale, 17 * scale, 32 * scale), fill=(150, 160, 160))
    draw.pieslice((6 * scale, 33 * scale, 20 * scale, 54 * scale), 180, 360, fill=(150, 160, 160))
    code = _qr_image(person.qr_payload(), round(_QR_WIDTH_MM * scale))
    image.paste(code, (round(65.8 * scale), round(7.6 * scale)))
    truth = {
        "personal_id": person.personal_id,
        "full_name": person.full_name,
        "birth_date": person.birth_text,
        "sex": person.sex_word,
        "nationality": "Việt Nam",
        "address": person.residence,
    }
    return PrintedSheet("citizen_card", image, "\n".join(lines) + "\n", truth)


def _qr_image(payload: str, width_px: int) -> Image.Image:
    made = segno.make(payload, error="m", boost_error=False, encoding="utf-8")
    target = io.BytesIO()
    made.save(target, kind="png", scale=8, border=2)
    return Image.open(target).convert("RGB").resize((width_px, width_px), Image.Resampling.LANCZOS)


def print_card_back(person: SamplePerson = SAMPLE_REQUESTER, *, dpi: int = PAGE_DPI) -> PrintedSheet:
    """The back of a card: three lines of 30 machine-readable characters at the foot."""
    scale = dpi / 25.4
    size = (round(CARD_WIDTH_MM * scale), round(CARD_HEIGHT_MM * scale))
    image = Image.new("RGB", size, (232, 238, 230))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((34 * scale, 8 * scale, 47 * scale, 18 * scale), 8, fill=(208, 180, 110))
    path = files("scanning.samples") / "fonts" / "LiberationMono-Regular.ttf"
    # 2.54 mm a character: ten to the inch, as ICAO 9303 asks.
    font = ImageFont.truetype(str(path), round(2.54 * scale / 0.6 * 0.98))
    printed = (
        (4, 2.4, "Đặc điểm nhận dạng / Personal identification:", 2.0),
        (50, 2.4, f"Ngày, tháng, năm / Date, month, year: {person.issued:%d/%m/%Y}", 1.7),
        (4, 5.2, "Nốt ruồi dưới mắt trái", 2.2),
        (50, 21.0, "CỤC TRƯỞNG CỤC CẢNH SÁT", 2.0),
        (50, 23.6, "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", 1.5),
    )
    for x, y, text, height in printed:
        draw.text((x * scale, y * scale), text, (28, 34, 40), serif(round(height * scale)))
    lines = person.mrz_lines()
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            draw.text(((4.2 + column * 2.56) * scale, (34 + row * 5.6) * scale), letter, (20, 20, 22), font)
    truth = {"issued": person.issued.strftime("%d/%m/%Y")}
    text = "\n".join([text for _, _, text, _ in printed] + list(lines)) + "\n"
    return PrintedSheet("citizen_card_back", image, text, truth)


def card_on_page(card: PrintedSheet) -> PrintedSheet:
    """The card as it lies on the glass of an A4 scanner, at its true size (300 dpi)."""
    page = Image.new("RGB", (2480, 3508), (250, 250, 249))
    page.paste(card.image, (720, 420))
    return PrintedSheet(card.kind, page, card.text, card.fields)
