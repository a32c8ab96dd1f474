"""How printing and sending of a sealed dossier are told: icon, tone, title, detail, progress."""

from __future__ import annotations

from app.widgets.band import BUSY
from app.workflow.views import AcceptedView, LineView, QueueRow

Words = tuple[str, str, str, str, float | None]
_FEW_CODES = 10


def print_words(state: str, sentence: str, progress: float | None) -> Words:
    """Of the printing card; what follows ' · ' in the sentence goes to the second line."""
    title, _, where = sentence.partition(" · ")
    match state:
        case "printing":
            return "printer", "info", title, where, progress if progress is not None else BUSY
        case "printed":
            return "circle-check", "verified", title, where, None
        case "problem":
            return "triangle-alert", "attention", "Chưa in được giấy hẹn", sentence, None
    return "printer", "text_muted", title, where, None


def sync_words(
    accepted: AcceptedView, row: QueueRow | None, line: LineView
) -> tuple[str, str, str, str, str, float | None]:
    """Of the sending card, its surface first."""
    if row is not None and row.state == "needs_officer":
        detail = row.reason or "Giấy hẹn đã in vẫn có giá trị; mở trong hàng chờ để xem."
        return "attention", "triangle-alert", "attention", "Hệ thống tỉnh chưa nhận hồ sơ này", detail, None
    if row is not None and row.state == "accepted":
        left = row.files - row.files_sent
        detail = f"Còn {left} tệp đang gửi tiếp ở phía sau; không cần chờ." if left > 0 else row.state_text
        return "verified", "cloud-check", "verified", "Hệ thống tỉnh đã nhận hồ sơ", detail, None
    if row is not None and row.state in ("sending", "to_update") and line.is_online:
        share = row.files_sent / row.files if row.files else None
        return (
            "info",
            "cloud-upload",
            "info",
            "Đang gửi tới hệ thống tỉnh, không cần chờ",
            row.state_text,
            share,
        )
    title = "Đã lưu an toàn trên máy này, sẽ tự gửi khi có mạng"
    if line.is_online:
        title = "Đã lưu an toàn trên máy này, sắp gửi tới hệ thống tỉnh"
    if accepted.code is None:
        detail = (
            "Máy đã hết số tỉnh cấp trước. Mã số hồ sơ chính thức sẽ được nhắn tới người nộp khi có mạng."
        )
        return "info", "hard-drive", "info", title, detail, None
    left_codes = accepted.codes_left
    if left_codes is None:
        return "info", "hard-drive", "info", title, "Giấy hẹn và mã hồ sơ có giá trị ngay.", None
    if left_codes < _FEW_CODES:
        detail = f"Giấy hẹn và mã hồ sơ có giá trị ngay. Số tỉnh cấp trước chỉ còn {left_codes}: cần có mạng để xin thêm."
        return "attention", "hard-drive", "attention", title, detail, None
    detail = f"Giấy hẹn và mã hồ sơ có giá trị ngay: số lấy từ dãy tỉnh đã cấp trước cho quầy, còn {left_codes} số."
    return "info", "hard-drive", "info", title, detail, None
