"""A watched folder: files that are still coming, broken ones, ones that will not go, and a stop at any moment."""

import io
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from scanning.device_errors import FilesSetAside
from scanning.drivers.arrival import Arrival
from scanning.drivers.folder import After, FolderSource
from scanning.errors import Cancelled, EmptyFolder, ScanError
from scanning.sources import ScanRequest

QUIET_S = 0.1


def packed(tone: int = 200, form: str = "JPEG", side: int = 120) -> bytes:
    target = io.BytesIO()
    Image.effect_noise((side, side), tone / 4).convert("RGB").save(target, form)
    return target.getvalue()


def source(folder: Path, after: After | str = After.MOVE) -> FolderSource:
    return FolderSource(folder, after=after, arrival=Arrival(QUIET_S, patience_s=0.4, step_s=0.02))


def names(feeder: FolderSource, request: ScanRequest | None = None) -> list[str]:
    return [page.name for page in feeder.scan(request or ScanRequest())]


def in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_taken_papers_lie_where_this_account_alone_can_see_them(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(packed())
    taken = tmp_path / "da-lay"
    taken.mkdir(mode=0o755)
    assert names(source(tmp_path)) == ["1.jpg"]
    assert [path.name for path in taken.iterdir()] == ["1.jpg"]
    if os.name == "posix":
        assert stat.S_IMODE(taken.stat().st_mode) == 0o700
    assert sorted(path.name for path in tmp_path.iterdir()) == ["da-lay"]


def test_a_paper_is_deleted_only_when_the_next_is_asked_for(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.jpg").write_bytes(packed())
    pages = source(tmp_path, "delete").scan(ScanRequest())
    assert next(pages).name == "1.jpg"
    assert (tmp_path / "1.jpg").exists()
    assert next(pages).name == "2.jpg"
    assert [path.name for path in tmp_path.iterdir()] == ["2.jpg"]
    assert next(pages, None) is None
    assert list(tmp_path.iterdir()) == []


def test_kept_papers_stay_and_come_again(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(packed())
    assert names(source(tmp_path, After.KEEP)) == names(source(tmp_path, After.KEEP)) == ["1.jpg"]
    assert [path.name for path in tmp_path.iterdir()] == ["1.jpg"]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="burn"):
        FolderSource(tmp_path, after="burn")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "PDF", "BMP", "WEBP"])
def test_a_file_that_is_still_growing_is_read_whole(tmp_path: Path, form: str) -> None:
    content = packed(form=form, side=400)
    path = tmp_path / f"a.{form.lower()}"
    path.write_bytes(content[: len(content) // 2])

    def finish() -> None:
        # Stops for longer than the quiet time: only the missing end tells that it is not whole.
        time.sleep(2 * QUIET_S)
        with path.open("ab") as handle:
            handle.write(content[len(content) // 2 :])

    writer = in_background(finish)
    pages = list(source(tmp_path).scan(ScanRequest()))
    writer.join()
    assert [page.original for page in pages] == [content]


def test_an_empty_file_is_waited_for_and_then_passed_over(tmp_path: Path) -> None:
    (tmp_path / "0.jpg").touch()
    (tmp_path / "1.jpg").write_bytes(packed())
    assert names(source(tmp_path)) == ["1.jpg"]
    assert (tmp_path / "0.jpg").exists()


@pytest.mark.parametrize(
    "name", ["a.jpg.part", "a.crdownload", "~a.jpg", ".a.jpg", "a.jpg~", "a.txt", "a.tmp"]
)
def test_files_that_are_not_yet_papers_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(packed())
    with pytest.raises(EmptyFolder):
        names(source(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_link_to_a_file_elsewhere_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "private.jpg").write_bytes(packed())
    (folder / "a.jpg").symlink_to(tmp_path / "private.jpg")
    with pytest.raises(EmptyFolder):
        names(source(folder))


def test_broken_files_are_set_aside_with_their_sentence_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(packed())
    (tmp_path / "2.jpg").write_bytes(packed()[:600])
    (tmp_path / "3.pdf").write_bytes(b"%PDF-1.4 nothing\n%%EOF\n")
    (tmp_path / "4.png").write_bytes(packed(form="PNG"))
    given = []
    with pytest.raises(FilesSetAside, match="2 tệp không đọc được") as caught:
        for page in source(tmp_path).scan(ScanRequest()):
            given.append(page.name)
    assert given == ["1.jpg", "4.png"]
    assert len(caught.value.reasons) == 2
    aside = tmp_path / "khong-doc-duoc"
    assert sorted(p.name for p in aside.iterdir()) == ["2.jpg", "2.jpg.ly-do.txt", "3.pdf", "3.pdf.ly-do.txt"]
    assert (aside / "2.jpg.ly-do.txt").read_text("utf-8").strip() == caught.value.reasons[0]
    with pytest.raises(EmptyFolder):
        names(source(tmp_path))


def test_a_file_that_could_not_be_moved_is_not_given_twice(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(packed())
    (tmp_path / "2.jpg").write_bytes(packed(tone=90))
    blocked = tmp_path / "da-lay"
    blocked.write_text("a file where the folder should be")
    feeder = source(tmp_path)
    assert names(feeder) == ["1.jpg", "2.jpg"]
    assert (tmp_path / "1.jpg").exists()
    assert names(source(tmp_path)) == []  # another start of the program
    blocked.unlink()
    assert names(source(tmp_path)) == []
    assert sorted(p.name for p in blocked.iterdir()) == ["1.jpg", "2.jpg"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["da-lay"]


def test_a_new_paper_under_an_old_name_is_given_though_the_old_one_could_not_go(tmp_path: Path) -> None:
    blocked = tmp_path / "da-lay"
    blocked.write_text("")
    (tmp_path / "1.jpg").write_bytes(packed())
    assert names(source(tmp_path)) == ["1.jpg"]
    (tmp_path / "1.jpg").write_bytes(packed(tone=120))
    assert names(source(tmp_path)) == ["1.jpg"]


def test_a_paper_that_was_replaced_while_it_was_read_is_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(packed())
    pages = source(tmp_path, After.DELETE).scan(ScanRequest())
    next(pages)
    (tmp_path / "1.jpg").write_bytes(packed(tone=120) + b"more")
    assert next(pages, None) is None
    assert names(source(tmp_path, After.DELETE)) == ["1.jpg"]


def test_a_torn_ledger_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / ".da-lay.json").write_text('{"1.jpg', encoding="utf-8")
    (tmp_path / "1.jpg").write_bytes(packed())
    assert names(source(tmp_path)) == ["1.jpg"]


@pytest.mark.parametrize("after", list(After))
def test_a_watch_gives_each_paper_as_it_comes_and_stops_when_told(tmp_path: Path, after: After) -> None:
    (tmp_path / "1.jpg").write_bytes(packed())
    stop = threading.Event()
    troubles: list[ScanError] = []
    pages = source(tmp_path, after).watch(ScanRequest(cancelled=stop.is_set), troubles.append, poll_s=0.02)
    assert next(pages).name == "1.jpg"

    def later() -> None:
        (tmp_path / "2.jpg").write_bytes(packed()[:500])
        part = tmp_path / "3.jpg.part"
        part.write_bytes(packed(tone=100))
        part.rename(tmp_path / "3.jpg")

    writer = in_background(later)
    assert next(pages).name == "3.jpg"
    writer.join()
    stop.set()
    with pytest.raises(Cancelled):
        next(pages)
    assert len(troubles) == 1
    assert "2.jpg" in str(troubles[0])
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert left == ({"1.jpg", "2.jpg", "3.jpg"} if after is After.KEEP else set())


def test_a_wait_for_a_file_can_be_broken_off(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(packed()[:500])
    asked = iter([False, False, True])
    feeder = FolderSource(tmp_path, after=After.MOVE, arrival=Arrival(patience_s=600))
    with pytest.raises(Cancelled):
        next(feeder.scan(ScanRequest(cancelled=lambda: next(asked))))
    assert (tmp_path / "1.jpg").exists()
