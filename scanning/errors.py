"""What can go wrong between paper and text; `str(error)` is the Vietnamese sentence shown to the user."""

from typing import Any


class ScanError(Exception):
    """Root of all that scanning raises on purpose: says what happened and what to do next."""

    def __init__(self, sentence: str) -> None:
        # A file's name may hold line breaks and terminal codes; a sentence is one line.
        super().__init__("".join(letter if letter.isprintable() else " " for letter in sentence))

    def __reduce__(self) -> tuple[Any, ...]:
        # Between processes the finished sentence travels, not what it was made of.
        return _told_again, (type(self), self.args), self.__dict__


def _told_again(kind: type[ScanError], args: tuple[object, ...]) -> ScanError:
    return kind.__new__(kind, *args)


class FileNotFound(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Không tìm thấy tệp “{name}”; hãy kiểm tra lại đường dẫn.")


class EmptyFolder(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Thư mục “{name}” không có ảnh hoặc PDF nào để đọc; hãy chép giấy đã quét vào đó rồi thử lại."
        )


class UnsupportedFile(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Tệp “{name}” không phải loại đọc được; hãy dùng ảnh JPEG, PNG, TIFF, BMP, WebP hoặc PDF."
        )


class UnreadableImage(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Tệp “{name}” mang tên ảnh nhưng không đọc được như một ảnh (hỏng hoặc thiếu phần cuối); "
            "hãy quét lại trang này."
        )


class TooLarge(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Ảnh “{name}” quá lớn (trên 150 triệu điểm ảnh) nên không mở; hãy quét lại ở 300 dpi, từng trang một."
        )


class NotAPage(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Tệp “{name}” có trang dài hơn 100 lần bề rộng nên không phải giấy tờ; hãy quét lại trang này."
        )


class UnreadablePdf(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Tệp PDF “{name}” rỗng hoặc hỏng nên không mở được; hãy xin hoặc quét lại tệp này.")


class EmptyPdf(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Tệp PDF “{name}” không có trang nào; hãy xin hoặc quét lại tệp này.")


class EncryptedPdf(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Tệp PDF “{name}” có mật khẩu nên không đọc được; hãy lưu lại bản không mật khẩu.")


class PdfTooHeavy(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Tệp PDF “{name}” cần quá nhiều thời gian hoặc bộ nhớ để mở nên đã dừng; "
            "hãy in tệp ra giấy rồi quét, hoặc xin tệp khác."
        )


class NotEnoughMemory(ScanError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Máy không đủ bộ nhớ để mở tệp “{name}”; hãy đóng bớt chương trình khác rồi thử lại, "
            "hoặc quét lại ở 300 dpi."
        )


class NothingScanned(ScanError):
    def __init__(self) -> None:
        super().__init__("Chưa có trang nào được quét; hãy đặt giấy vào máy rồi quét lại.")


class TesseractMissing(ScanError):
    def __init__(self) -> None:
        super().__init__(
            "Máy chưa cài bộ nhận dạng chữ Tesseract; hãy chạy: sudo apt install tesseract-ocr tesseract-ocr-vie"
        )


class LanguageMissing(ScanError):
    def __init__(self, language: str) -> None:
        super().__init__(
            f"Tesseract chưa có dữ liệu “{language}” để đọc tiếng Việt; "
            "hãy chạy: sudo apt install tesseract-ocr tesseract-ocr-vie"
        )


class OcrFailed(ScanError):
    def __init__(self) -> None:
        super().__init__("Bộ nhận dạng chữ dừng giữa chừng ở trang này; ảnh quét vẫn còn, hãy thử đọc lại.")


class OcrTimedOut(ScanError):
    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"Đọc chữ quá {timeout_s:.0f} giây chưa xong nên đã dừng; ảnh quét vẫn còn, hãy thử lại hoặc nhập tay."
        )


class Cancelled(ScanError):
    def __init__(self) -> None:
        super().__init__("Đã dừng đọc giấy theo yêu cầu; ảnh gốc vẫn còn nguyên.")


class NotACard(ScanError):
    def __init__(self) -> None:
        super().__init__(
            "Mã vừa đọc không phải mã của thẻ căn cước; hãy đưa đúng mã QR hoặc ba dòng chữ ở mặt sau thẻ."
        )


class WrongCheckDigit(ScanError):
    def __init__(self) -> None:
        super().__init__(
            "Ba dòng chữ ở mặt sau thẻ đọc bị sai (số kiểm tra không khớp); hãy lau thẻ, chụp lại hoặc quét mã QR."
        )
