"""The camera: films made here are read by a real VideoCapture; what is still and sharp is captured by itself."""

import hashlib
import platform
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import resources
from scanning.cleanup import clean
from scanning.device_errors import CameraBusy, CameraDark, CameraLost, CameraTimedOut, NoCamera
from scanning.drivers.camera import CameraSettings, CameraSource, LiveFrame, sharpness_of
from scanning.errors import Cancelled
from scanning.pages import Pixels
from scanning.sources import ScanRequest

WIDTH, HEIGHT = 1280, 960


def desk() -> Pixels:
    dice = np.random.default_rng(1)
    return np.clip(dice.normal(62, 4, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)


def sheet(text: str) -> Pixels:
    image = Image.new("RGB", (560, 792), (244, 244, 240))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(resources.path("fonts", "BeVietnamPro-Regular.ttf")), 22)
    for line in range(22):
        draw.text((40, 40 + line * 32), f"{text} {line} " * 3, (30, 30, 34), font)
    return np.asarray(image)


def view(
    paper: Pixels | None, at: tuple[int, int] = (340, 80), blur: float = 0.0, light: float = 1.0
) -> Pixels:
    picture = desk()
    if paper is not None:
        left, top = at
        part = picture[max(0, top) : top + paper.shape[0], max(0, left) : left + paper.shape[1]]
        part[:] = paper[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]]
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur).astype(np.uint8)
    return (picture * light).astype(np.uint8)


def film(path: Path, frames: Sequence[Pixels]) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15.0, (WIDTH, HEIGHT))
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, 95)
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def watched(source: CameraSource) -> list[LiveFrame]:
    """All frames until the film is over."""
    seen = []
    with pytest.raises(CameraLost):
        for frame in source.frames():
            seen.append(frame)
    return seen


FIRST, SECOND = sheet("Trang một"), sheet("Bản khác hẳn của")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty desk, a sheet that slides in and lies still, out of focus at first; then another sheet."""
    frames = [view(None)] * 2
    frames += [view(FIRST, (x, 80)) for x in (-200, 100, 220)]
    frames += [view(FIRST, blur=4.0)] * 4
    frames += [view(FIRST, blur=0.9)] * 3 + [view(FIRST)] + [view(FIRST, blur=0.9)] * 2
    frames += [view(FIRST)] * 6
    frames += [view(None)] * 2 + [view(SECOND, (380, 90))] * 9
    return film(tmp_path_factory.mktemp("film") / "story.avi", frames)


@pytest.fixture(scope="module")
def frames(story: Path) -> list[LiveFrame]:
    return watched(CameraSource(story))


def test_each_still_sheet_is_captured_once_at_its_sharpest(frames: list[LiveFrame]) -> None:
    captured = [frame.captured for frame in frames if frame.captured]
    assert [page.name for page in captured] == ["anh-1.jpg", "anh-2.jpg"]
    first, second = captured
    # Of the six frames of the first still moment only one was sharp.
    assert sharpness_of(first.pixels) > 1.3 * sharpness_of(view(FIRST, blur=0.9))
    for page in captured:
        assert page.pixels.shape == (HEIGHT, WIDTH, 3)
        assert page.dpi is None
        assert hashlib.sha256(page.original).hexdigest() == page.sha256
        opened = cv2.imdecode(np.frombuffer(page.original, np.uint8), cv2.IMREAD_COLOR)
        assert opened is not None
        assert np.abs(opened[..., ::-1].astype(int) - page.pixels).mean() < 3
    assert np.abs(first.pixels.astype(int) - view(FIRST)).mean() < 4
    assert np.abs(second.pixels.astype(int) - view(SECOND, (380, 90))).mean() < 4


def test_the_preview_says_what_to_do(frames: list[LiveFrame]) -> None:
    advices = [frame.advice for frame in frames]
    assert "Đưa cả tờ giấy vào khung" in advices[1]
    assert "Mép giấy ra ngoài khung" in advices[2]
    assert advices[4] == "Giữ yên."
    assert "Chưa nét" in advices[7]
    assert "giữ yên để chụp" in advices[10]
    assert "Đã chụp" in advices[19]
    still = frames[18]
    assert still.is_steady
    assert max(still.picture.shape) == 640
    assert still.corners is not None
    expected = np.array([[340, 80], [900, 80], [900, 872], [340, 872]]) / 2
    assert np.abs(still.corners - expected).max() < 4
    assert not frames[3].is_steady


def test_a_captured_picture_goes_through_cleaning(story: Path) -> None:
    (page,) = CameraSource(story).scan(ScanRequest())
    cleaned = clean(page)
    height, width = cleaned.picture.shape[:2]
    assert abs(max(height, width) / min(height, width) - 792 / 560) < 0.03
    assert not cleaned.blank


def test_as_many_pages_as_asked_for(story: Path) -> None:
    assert list(CameraSource(story).scan(ScanRequest(most_pages=0))) == []
    pages = CameraSource(story).scan(ScanRequest(most_pages=3))
    assert [next(pages).name, next(pages).name] == ["anh-1.jpg", "anh-2.jpg"]
    with pytest.raises(CameraLost, match="các trang đã quét vẫn còn"):
        next(pages)


def test_a_dim_room_and_a_covered_lens(tmp_path: Path) -> None:
    dim = film(tmp_path / "dim.avi", [view(FIRST, light=0.2)] * 4)
    assert "Quá tối" in watched(CameraSource(dim))[-1].advice
    black = film(tmp_path / "black.avi", [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 30)
    with pytest.raises(CameraDark, match="nắp che ống kính"):
        list(CameraSource(black).frames())


def test_a_moving_sheet_is_never_captured(tmp_path: Path) -> None:
    moving = film(tmp_path / "moving.avi", [view(FIRST, (200 + 25 * n, 60 + 5 * n)) for n in range(14)])
    assert all(frame.captured is None for frame in watched(CameraSource(moving)))


def test_pictures_in_a_row_are_a_camera_too(tmp_path: Path) -> None:
    for number in range(8):
        Image.fromarray(view(FIRST)).save(tmp_path / f"{number:02d}.png")
    (page,) = CameraSource(str(tmp_path / "%02d.png")).scan(ScanRequest())
    assert np.array_equal(page.pixels, view(FIRST))


def test_a_stop_works_within_a_frame(story: Path) -> None:
    asked = iter([False, False, True])
    frames = CameraSource(story).frames(ScanRequest(cancelled=lambda: next(asked)))
    next(frames)
    next(frames)
    with pytest.raises(Cancelled):
        next(frames)


class Watched(cv2.VideoCapture):
    """A real capture that remembers whether it was given back."""

    opened: "list[Watched]" = []  # noqa: RUF012 - one list for the test

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        Watched.opened.append(self)


def test_the_camera_is_given_back(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", Watched)
    Watched.opened.clear()
    frames = CameraSource(story).frames()
    next(frames)
    assert Watched.opened[-1].isOpened()
    frames.close()  # type: ignore[attr-defined]
    assert not Watched.opened[-1].isOpened()
    list(CameraSource(story).scan(ScanRequest()))
    assert len(Watched.opened) == 2
    assert not any(camera.isOpened() for camera in Watched.opened)


def test_nothing_still_enough_in_time_is_said_so(story: Path) -> None:
    hasty = CameraSource(story, settings=CameraSettings(timeout_s=0.0))
    with pytest.raises(CameraTimedOut, match="giữ yên"):
        list(hasty.scan(ScanRequest()))


def test_missing_and_unusable_cameras(tmp_path: Path) -> None:
    missing = CameraSource(tmp_path / "none.avi")
    assert missing.is_usable() == (False, str(NoCamera()))
    with pytest.raises(NoCamera):
        next(missing.frames())
    (tmp_path / "text.avi").write_text("no film")
    with pytest.raises(CameraBusy, match="chương trình khác"):
        next(CameraSource(tmp_path / "text.avi").frames())
    assert CameraSource(tmp_path / "text.avi", label="Camera soi giấy").name == "Camera soi giấy"


@pytest.mark.skipif(platform.system() != "Linux", reason="only Linux tells without switching it on")
def test_no_camera_at_that_number() -> None:
    usable, why = CameraSource(97).is_usable()
    assert not usable
    assert "cắm lại dây camera" in why
    with pytest.raises(NoCamera):
        next(CameraSource(97).frames())
