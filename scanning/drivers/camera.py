"""A document camera or webcam as a source: live frames with advice, and a capture of its own once all is still."""

import hashlib
import math
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.device_errors import CameraBusy, CameraDark, CameraLost, CameraTimedOut, NoCamera
from scanning.errors import Cancelled, ScanError
from scanning.framing import paper_corners
from scanning.pages import Pixels, ScannedPage
from scanning.sources import ScanRequest

_PREVIEW_SIDE = 640
_JUDGED_SIDE = 1000
_JPEG_QUALITY = 95
_ASKED_SIZE = (4096, 3072)
"""More than office cameras have: the driver then gives its largest picture."""
_BLACK = 20
_BLACK_FRAMES = 25
_DIM_PAPER = 55
_MOVED_SHARE = 0.012
_MOVED_LEVEL = 6.0
_OTHER_PAPER_LEVEL = 9.0
_EDGE_SHARE = 0.008

_DARK = "Quá tối; hãy bật đèn hoặc đưa giấy ra chỗ sáng."
_NO_PAPER = "Đưa cả tờ giấy vào khung, trên nền sẫm màu hơn giấy."
_CUT_OFF = "Mép giấy ra ngoài khung; hãy nâng camera hoặc kéo giấy vào giữa."
_MOVING = "Giữ yên."
_NOT_SHARP = "Chưa nét; hãy giữ yên, chờ camera lấy nét."
_GOOD = "Tốt, giữ yên để chụp."
_TAKEN = "Đã chụp; hãy lật trang hoặc thay tờ khác."


@dataclass(frozen=True, slots=True, eq=False)
class LiveFrame:
    """One frame for the preview, judged."""

    picture: Pixels
    """RGB, its longer side at most 640 pixels."""
    corners: NDArray[np.float32] | None
    """Of the paper, in pixels of `picture`, from the top left clockwise."""
    sharpness: float
    """0..1: the steepest edges against the whole contrast; about 0.5 on a sharp page."""
    is_steady: bool
    advice: str
    captured: ScannedPage | None = field(default=None, repr=False)
    """On the frame that ends a still moment: the sharpest full frame of that moment."""


@dataclass(frozen=True, slots=True)
class CameraSettings:
    still_frames: int = 6
    """So many good frames in a row make a capture; the sharpest of them is kept."""
    lowest_sharpness: float = 0.2
    timeout_s: float = 60.0
    """Of one page in `scan`."""


class CameraSource:
    """`device` is the camera's number, or the address or path of a stream of pictures.

    The camera is open only while frames are asked for, and released when the iterator is closed.
    """

    def __init__(
        self, device: int | str | Path = 0, *, label: str = "", settings: CameraSettings | None = None
    ) -> None:
        self._device = device
        self._label = label
        self._settings = settings or CameraSettings()

    @property
    def name(self) -> str:
        return self._label or "Camera"

    def is_usable(self) -> tuple[bool, str]:
        """Looks whether the camera is there without switching it on, where the system allows that."""
        try:
            if not self._is_there():
                raise NoCamera
            if isinstance(self._device, int) and platform.system() != "Linux":
                self._opened().release()
        except ScanError as error:
            return False, str(error)
        return True, ""

    def scan(self, request: ScanRequest) -> Iterator[ScannedPage]:
        """So many pages as asked for (one, where no number is given), each captured by itself.

        Raises CameraTimedOut where none comes, besides all that `frames` raises.
        """
        wanted = 1 if request.most_pages is None else request.most_pages
        if wanted < 1:
            return
        deadline = time.monotonic() + self._settings.timeout_s
        given = 0
        for frame in self.frames(request):
            if frame.captured is not None:
                yield frame.captured
                given += 1
                deadline = time.monotonic() + self._settings.timeout_s
                if given == wanted:
                    return
            elif time.monotonic() > deadline:
                raise CameraTimedOut(self._settings.timeout_s)

    def frames(self, request: ScanRequest | None = None) -> Iterator[LiveFrame]:
        """Frame after frame until cancelled or closed.

        Raises NoCamera, CameraBusy, CameraLost, CameraDark and, once `request.cancelled` says so, Cancelled.
        """
        cancelled = (request or ScanRequest()).cancelled
        camera = self._opened()
        still = _Stillness(self._settings)
        black = 0
        try:
            while True:
                if cancelled():
                    raise Cancelled
                was_read, shown = camera.read()
                if not was_read or shown is None:
                    raise CameraLost
                picture = cv2.cvtColor(shown, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
                black = black + 1 if int(picture[::8, ::8].max()) <= _BLACK else 0
                if black >= _BLACK_FRAMES:
                    raise CameraDark
                yield still.judged(picture)
        finally:
            camera.release()

    def _is_there(self) -> bool:
        if isinstance(self._device, int):
            return platform.system() != "Linux" or Path(f"/dev/video{self._device}").exists()
        # An image sequence is named by a pattern, a stream by an address: only opening them tells.
        is_pattern = "%" in str(self._device) or "://" in str(self._device)
        return is_pattern or Path(self._device).exists()

    def _opened(self) -> cv2.VideoCapture:
        if not self._is_there():
            raise NoCamera
        device = self._device if isinstance(self._device, int) else str(self._device)
        camera = cv2.VideoCapture(device)
        if not camera.isOpened():
            camera.release()
            is_known = isinstance(device, str) or platform.system() == "Linux"
            raise CameraBusy if is_known else NoCamera
        if isinstance(device, int):
            # Only compressed do large pictures come through USB fast enough to be called live.
            camera.set(cv2.CAP_PROP_FOURCC, float(cv2.VideoWriter.fourcc(*"MJPG")))
            camera.set(cv2.CAP_PROP_FRAME_WIDTH, float(_ASKED_SIZE[0]))
            camera.set(cv2.CAP_PROP_FRAME_HEIGHT, float(_ASKED_SIZE[1]))
            camera.set(cv2.CAP_PROP_BUFFERSIZE, 1.0)
        return camera


class _Stillness:
    """Follows the frames: what moves, what is sharp, what has been captured already."""

    def __init__(self, settings: CameraSettings) -> None:
        self._settings = settings
        self._before: tuple[Pixels, NDArray[np.float32] | None] | None = None
        self._best: tuple[float, Pixels] | None = None
        self._good_frames = 0
        self._taken: Pixels | None = None
        self._captures = 0

    def judged(self, picture: Pixels) -> LiveFrame:
        scale = min(1.0, _PREVIEW_SIDE / max(picture.shape[:2]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
        grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (5, 5), 0).astype(
            np.uint8, copy=False
        )
        corners = paper_corners(small)
        is_steady = self._is_steady(grey, corners)
        self._before = grey, corners
        sharpness = sharpness_of(picture)
        if self._taken is not None and _difference(grey, self._taken) > _OTHER_PAPER_LEVEL:
            self._taken = None
        advice = self._advice(grey, corners, sharpness, is_steady=is_steady)
        captured = None
        if advice == _GOOD:
            captured = self._capture(picture, sharpness, grey)
            advice = _TAKEN if captured else advice
        else:
            self._best, self._good_frames = None, 0
        return LiveFrame(small, corners, sharpness, is_steady, advice, captured)

    def _advice(
        self, grey: Pixels, corners: NDArray[np.float32] | None, sharpness: float, *, is_steady: bool
    ) -> str:
        if float(np.percentile(grey, 95)) < _DIM_PAPER:
            return _DARK
        if self._taken is not None:
            return _TAKEN
        if corners is None:
            return _NO_PAPER
        edge = _EDGE_SHARE * max(grey.shape)
        far = np.array(grey.shape[::-1]) - 1 - edge
        if bool((corners < edge).any() or (corners > far).any()):
            return _CUT_OFF
        if not is_steady:
            return _MOVING
        return _GOOD if sharpness >= self._settings.lowest_sharpness else _NOT_SHARP

    def _is_steady(self, grey: Pixels, corners: NDArray[np.float32] | None) -> bool:
        if self._before is None:
            return False
        grey_before, corners_before = self._before
        if grey_before.shape != grey.shape or _difference(grey, grey_before) > _MOVED_LEVEL:
            return False
        if corners is None or corners_before is None:
            return corners is corners_before
        moved = float(np.linalg.norm(corners - corners_before, axis=1).max())
        return moved < _MOVED_SHARE * math.hypot(*grey.shape)

    def _capture(self, picture: Pixels, sharpness: float, grey: Pixels) -> ScannedPage | None:
        if self._best is None or sharpness > self._best[0]:
            self._best = sharpness, picture
        self._good_frames += 1
        if self._good_frames < self._settings.still_frames:
            return None
        sharpest = self._best[1]
        self._best, self._good_frames, self._taken = None, 0, grey
        self._captures += 1
        bgr = cv2.cvtColor(sharpest, cv2.COLOR_RGB2BGR)
        packed = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
        digest = hashlib.sha256(packed).hexdigest()
        return ScannedPage(sharpest, None, f"anh-{self._captures}.jpg", digest, 1, packed)


def sharpness_of(picture: Pixels) -> float:
    """0..1: how much of the picture's contrast its steepest edges cross within two pixels."""
    scale = min(1.0, _JUDGED_SIDE / max(picture.shape[:2]))
    # Every second pixel would alias: the middle at full size tells more than the whole made small.
    height, width = picture.shape[:2]
    half_h, half_w = round(height * scale / 2), round(width * scale / 2)
    part = picture[height // 2 - half_h : height // 2 + half_h, width // 2 - half_w : width // 2 + half_w, 1]
    calm = cv2.medianBlur(np.ascontiguousarray(part), 3)
    fine = np.abs(calm.astype(np.float32) - cv2.GaussianBlur(calm, (0, 0), 1.5).astype(np.float32))
    low, high = np.percentile(calm[::4, ::4], (0.5, 97))
    return float(np.percentile(fine, 99.5) / max(40.0, high - low))


def _difference(grey: Pixels, other: Pixels) -> float:
    """Mean change in grey levels, blind to a lamp that grows brighter as a whole."""
    if grey.shape != other.shape:
        return 255.0
    change = grey.astype(np.int16) - other.astype(np.int16)
    return float(np.mean(np.abs(change - np.median(change))))
