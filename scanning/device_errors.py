"""What can go wrong between a scanner and us; `str(error)` is the Vietnamese sentence shown to the user.

Whatever happens to a device, the pages it had already given are kept: the sentences of errors that come
in the middle of a stack say so.
"""

from scanning.errors import ScanError

_KEPT = "các trang đã quét vẫn còn"


class DeviceError(ScanError):
    """Root of what a scanner, its program or its line does wrong."""


class NoScanner(DeviceError):
    def __init__(self) -> None:
        super().__init__("Không thấy máy quét nào nối với máy tính này; hãy bật máy quét và cắm lại dây.")


class ScannerMissing(DeviceError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Không liên lạc được với máy quét “{name}”; hãy kiểm tra nguồn, dây hoặc địa chỉ mạng của máy."
        )


class ScannerBusy(DeviceError):
    def __init__(self) -> None:
        super().__init__("Máy quét đang bận việc khác; hãy đợi máy xong rồi quét lại.")


class FeederEmpty(DeviceError):
    def __init__(self) -> None:
        super().__init__("Khay nạp không có giấy; hãy đặt giấy vào khay rồi quét lại.")


class PaperJam(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Máy quét bị kẹt giấy, {_KEPT}; hãy gỡ tờ bị kẹt rồi quét tiếp từ tờ đó.")


class CoverOpen(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Nắp máy quét đang mở, {_KEPT}; hãy đóng nắp rồi quét tiếp.")


class AccessDenied(DeviceError):
    def __init__(self) -> None:
        super().__init__(
            "Máy quét không cho tài khoản này dùng; hãy nhờ quản trị thêm tài khoản vào nhóm “scanner” "
            "hoặc bỏ khoá của máy quét."
        )


class ConnectionLost(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Mất liên lạc với máy quét giữa chừng, {_KEPT}; hãy kiểm tra dây rồi quét tiếp.")


class ScannerOutOfMemory(DeviceError):
    def __init__(self) -> None:
        super().__init__(
            f"Máy quét hết bộ nhớ, {_KEPT}; hãy tắt bật lại máy hoặc quét ở độ phân giải thấp hơn."
        )


class StoppedAtDevice(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Việc quét đã bị dừng ở chính máy quét, {_KEPT}; hãy quét tiếp khi sẵn sàng.")


class SettingRefused(DeviceError):
    def __init__(self) -> None:
        super().__init__("Máy quét không nhận cách quét đã chọn; hãy chọn 300 dpi, khổ A4 rồi quét lại.")


class BrokenPage(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Máy quét gửi một trang bị thiếu hoặc hỏng, {_KEPT}; hãy quét lại trang này.")


class PageTooLarge(DeviceError):
    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"Máy quét gửi một trang nặng hơn {limit_bytes // 1_000_000} MB nên không nhận, {_KEPT}; "
            "hãy quét lại trang này ở 300 dpi."
        )


class ScanTimedOut(DeviceError):
    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"Máy quét không trả trang nào trong {timeout_s:.0f} giây nên đã dừng, {_KEPT}; "
            "hãy xem máy có báo lỗi không rồi quét tiếp."
        )


class JobLost(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Máy quét đã bỏ lần quét này giữa chừng, {_KEPT}; hãy quét tiếp các tờ còn lại.")


class NotAScanner(DeviceError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nơi trả lời ở “{name}” không nói như một máy quét; hãy kiểm tra lại địa chỉ của máy quét."
        )


class UntrustedCertificate(DeviceError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"Chứng thư của máy quét “{name}” không được tin cậy nên không quét; "
            "hãy nhờ quản trị đối chiếu và ghi dấu vân tay chứng thư của máy vào cấu hình."
        )


class DeviceFailed(DeviceError):
    """The device gave up without a reason that we know; `detail` is its own short code."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"Máy quét báo lỗi ({detail}), {_KEPT}; hãy tắt bật lại máy quét rồi quét tiếp, "
            "nếu còn lỗi hãy báo quản trị."
        )


class ScanProgramMissing(DeviceError):
    def __init__(self) -> None:
        super().__init__(
            "Máy tính chưa cài chương trình quét của SANE; hãy chạy: sudo apt install sane-utils sane-airscan"
        )


class OnlyOnWindows(DeviceError):
    def __init__(self) -> None:
        super().__init__(
            "Cách quét WIA chỉ dùng được trên Windows; trên máy này hãy chọn nguồn quét SANE hoặc eSCL."
        )


class NoNetwork(DeviceError):
    def __init__(self) -> None:
        super().__init__(
            "Không tìm được máy quét qua mạng vì máy tính chưa nối mạng đó; hãy kiểm tra mạng "
            "hoặc nhập thẳng địa chỉ của máy quét."
        )


class FilesSetAside(DeviceError):
    """Some files of a folder could not be read; `reasons` are their sentences."""

    def __init__(self, folder: str, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(
            f"{len(reasons)} tệp không đọc được đã để riêng trong thư mục “{folder}”, {_KEPT}; "
            f"lý do đầu tiên: {reasons[0]}"
        )


class NoCamera(DeviceError):
    def __init__(self) -> None:
        super().__init__("Không thấy camera nào ở máy tính này; hãy cắm lại dây camera rồi thử lại.")


class CameraBusy(DeviceError):
    def __init__(self) -> None:
        super().__init__(
            "Có camera nhưng không mở được, có lẽ chương trình khác đang dùng; hãy đóng chương trình đó "
            "(gọi video, trình duyệt) rồi thử lại."
        )


class CameraLost(DeviceError):
    def __init__(self) -> None:
        super().__init__(f"Camera ngừng gửi hình giữa chừng, {_KEPT}; hãy cắm lại dây rồi chụp tiếp.")


class CameraDark(DeviceError):
    def __init__(self) -> None:
        super().__init__("Camera chỉ gửi hình đen; hãy mở nắp che ống kính hoặc bật đèn rồi chụp lại.")


class CameraTimedOut(DeviceError):
    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"Sau {timeout_s:.0f} giây vẫn chưa có hình nào đủ nét và yên để chụp; "
            "hãy đặt cả tờ giấy vào khung, giữ yên rồi chụp lại."
        )
