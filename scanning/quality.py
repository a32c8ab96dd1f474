"""A few honest verdicts on a page while the paper still lies on the glass."""

import cv2
import numpy as np

from scanning.pages import PageVerdict, Pixels, Severity

_LOWEST_DPI = 150
_DARK_PAPER = 110
_BLURRED_FROM = 0.74
_BLURRED = PageVerdict(
    "blurred", Severity.WARNING, "Trang bị mờ; hãy lau kính, giữ yên máy hoặc giấy rồi quét lại."
)
_TOO_DARK = PageVerdict(
    "too_dark", Severity.WARNING, "Trang quá tối; hãy tăng sáng hoặc chụp ở nơi sáng hơn."
)
_BLANK = PageVerdict("blank", Severity.INFO, "Trang trắng; nếu không cần giữ thì xác nhận để bỏ trang này.")
_LOW_RESOLUTION = PageVerdict(
    "low_resolution", Severity.WARNING, "Độ phân giải thấp; hãy quét lại ở 300 dpi để đọc chữ cho đúng."
)


def is_blank(grey: Pixels, dpi: int) -> bool:
    """Whether an evenly lit page bears no more ink than dust and the shadow of its edges."""
    margin = round(dpi * 0.3)
    inner = grey[margin:-margin, margin:-margin] if min(grey.shape) > 3 * margin else grey
    soft = cv2.GaussianBlur(inner, (0, 0), max(0.8, dpi / 200))
    return float(np.mean(soft < 150)) < 0.00025


def verdicts_on(
    picture: Pixels, grey: Pixels, dpi: int, ink_dpi: int, *, blank: bool
) -> tuple[PageVerdict, ...]:
    """What should be said about the page; nothing where it is good."""
    if blank:
        return (_BLANK,)
    found: list[PageVerdict] = []
    if dpi < _LOWEST_DPI:
        found.append(_LOW_RESOLUTION)
    if float(np.percentile(picture[::4, ::4], 75)) < _DARK_PAPER:
        found.append(_TOO_DARK)
    if blurring(grey, ink_dpi) > _BLURRED_FROM:
        found.append(_BLURRED)
    return tuple(found)


def blurring(grey: Pixels, dpi: int) -> float:
    """0..1: how much of its edges a page keeps when blurred once more; a page already blurred loses little."""
    softer = cv2.GaussianBlur(grey, (0, 0), 1.6 * dpi / 300)
    before = np.abs(np.diff(grey.astype(np.int16), axis=1))
    after = np.abs(np.diff(softer.astype(np.int16), axis=1))
    edges = before > 18
    if int(edges.sum()) < 500:
        return 0.0
    return float(np.percentile(after, 99) / max(1.0, np.percentile(before, 99)))
