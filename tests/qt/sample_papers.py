"""Pages and slips to look at, drawn here: invented people on paper that looks like paper."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QImage,
    QImageWriter,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

import resources

WIDTH, HEIGHT = 1240, 1754
#: Where the registration number and the name stand on the declaration: left, top, right, bottom.
NUMBER_BOX = (440, 985, 630, 1029)
NAME_BOX = (315, 660, 590, 700)

_LINES = (
    ("Họ, chữ đệm, tên người yêu cầu:", "NGUYỄN THỊ PHƯƠNG THẢO NGUYÊN"),
    ("Ngày, tháng, năm sinh:", "17/05/1988"),
    ("Nơi cư trú:", "Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7, phường Tân Lập"),
    ("Số định danh cá nhân:", "066188004127"),
    ("Quan hệ với người được cấp:", "Vợ"),
    ("Họ, chữ đệm, tên:", "Y BHĂM NIÊ KĐĂM"),
    ("Ngày, tháng, năm sinh:", "02/09/1985"),
    ("Dân tộc:", "Ê-đê"),
    ("Nơi cư trú:", "Buôn Alê A, phường Ea Kao, tỉnh Đắk Lắk"),
    ("Đã đăng ký tại:", "UBND xã Ea Tu, thị xã Buôn Ma Thuột"),
    ("Ngày 14 tháng 5 năm 1992     Số:", "275/1992"),
    ("Số lượng bản sao yêu cầu cấp:", "02"),
)


@cache
def _register_serif() -> None:
    """Once: thousands of registrations of one face were seen to end the program."""
    for name in ("Regular", "Bold", "Italic"):
        QFontDatabase.addApplicationFont(str(resources.path("fonts", f"LiberationSerif-{name}.ttf")))


def _serif(size: float, bold: bool = False, italic: bool = False) -> QFont:
    _register_serif()
    font = QFont("Liberation Serif")
    font.setPixelSize(round(size))
    font.setBold(bold)
    font.setItalic(italic)
    return font


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def _sheet() -> tuple[QImage, QPainter]:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor("#fdfdfb"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return image, painter


@cache
def declaration() -> bytes:
    """The declaration as scanned, PNG."""
    image, painter = _sheet()
    ink, pen = QColor("#222222"), QColor("#1c2f7c")
    painter.setPen(ink)
    painter.setFont(_serif(30, bold=True))
    middle = int(Qt.AlignmentFlag.AlignCenter)
    painter.drawText(QRectF(0, 90, WIDTH, 40), middle, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    painter.drawText(QRectF(0, 132, WIDTH, 40), middle, "Độc lập - Tự do - Hạnh phúc")
    painter.drawLine(450, 176, 790, 176)
    painter.setFont(_serif(34, bold=True))
    painter.drawText(QRectF(0, 230, WIDTH, 44), middle, "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH")
    top = 340
    for label, value in _LINES:
        painter.setFont(_serif(28))
        painter.setPen(ink)
        width = painter.fontMetrics().horizontalAdvance(label)
        painter.drawText(110, top + 32, label)
        painter.setPen(pen)
        painter.drawText(130 + width, top + 30, value)
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(120 + width, top + 38, 1130, top + 38)
        top += 65
    painter.setFont(_serif(26, italic=True))
    painter.setPen(ink)
    painter.drawText(640, top + 90, "Buôn Ma Thuột, ngày 23 tháng 11 năm 2026")
    painter.setFont(_serif(28, bold=True))
    painter.drawText(790, top + 140, "Người yêu cầu")
    painter.setFont(_serif(26))
    painter.drawText(690, top + 330, "Nguyễn Thị Phương Thảo Nguyên")
    painter.end()
    return _png(image)


@cache
def blank() -> bytes:
    """A page with nothing on it."""
    image, painter = _sheet()
    painter.end()
    return _png(image)


@cache
def other_paper(title: str, seed: int) -> bytes:
    """Another page: a title and lines of words."""
    image, painter = _sheet()
    painter.setPen(QColor("#222222"))
    painter.setFont(_serif(34, bold=True))
    painter.drawText(QRectF(0, 120, WIDTH, 50), int(Qt.AlignmentFlag.AlignCenter), title.upper())
    painter.setFont(_serif(26))
    words = "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật"
    for line in range(10 + seed):
        painter.drawText(110, 260 + line * 48, words)
    painter.setPen(QPen(QColor("#c2303c"), 5))
    painter.drawEllipse(800, 1250, 190, 190)
    painter.end()
    return _png(image)


@cache
def slip(code: str) -> bytes:
    """A receipt as stored, one A5 page of PDF."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QSizeF(148, 210), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(150)
    painter = QPainter(writer)
    painter.setFont(_serif(20, bold=True))
    middle = int(Qt.AlignmentFlag.AlignCenter)
    provisional = code.startswith("TN")
    painter.drawText(QRectF(0, 60, 874, 30), middle, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    painter.drawText(QRectF(0, 90, 874, 30), middle, "Độc lập - Tự do - Hạnh phúc")
    painter.setFont(_serif(26, bold=True))
    head = "BIÊN NHẬN TẠM" if provisional else "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
    painter.drawText(QRectF(0, 180, 874, 40), middle, head)
    painter.setFont(_serif(19))
    for line, words in enumerate(
        (
            f"Mã hồ sơ: {code}",
            "Tiếp nhận hồ sơ của: Nguyễn Thị Phương Thảo Nguyên",
            "Nội dung yêu cầu giải quyết: Cấp bản sao trích lục hộ tịch",
            "Số lượng hồ sơ: 01 bộ",
            "Thời gian trả: trước 17 giờ 00, ngày 25/11/2026",
            "Nhận kết quả tại: Trung tâm Phục vụ hành chính công",
        )
    ):
        painter.drawText(70, 280 + line * 34, words)
    painter.end()
    buffer.close()
    return bytes(data.data())
