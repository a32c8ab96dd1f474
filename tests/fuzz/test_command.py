"""`motcua digitise` on a folder of sound and broken files: the sound are done, the broken get a sentence each."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from PIL import Image

from app.cli import main
from tests.fuzz.mutations import cut_end, nothing_left
from tests.fuzz.papers import letter, papers

_SOUND = ("born.pdf", "bits.png")
_EMPTY = ("trắng.png", "trắng 2.tif", "trắng 3.webp", "trắng 4.bmp")


def _fill(folder: Path) -> tuple[list[Path], list[Path]]:
    """Thirty files, the last twenty-four of them bad."""
    sound, dice = papers(), Random(5)
    good, bad = [], []
    for name in _SOUND:
        good.append(folder / f"tot-{name}")
        good[-1].write_bytes(sound[name])
    for name in _EMPTY:
        good.append(folder / name)
        Image.new("L", (300, 400), 252).save(good[-1])
    broken = ["plain.jpg", "cmyk.jpg", "lzw.tif", "exact.webp", "plain.png", "jpx.pdf", "born.pdf"]
    contents = {f"cut-{name}": cut_end(sound[name][: len(sound[name]) * 2 // 3], dice) for name in broken}
    contents |= {f"zero-{name}": nothing_left(b"", dice) for name in broken}
    chosen = (
        "no-pages.pdf",
        "own-tree.pdf",
        "locked-aes.pdf",
        "locked-rc4.pdf",
        "bomb-over.png",
        "strip.png",
    )
    contents |= {name: sound[name] for name in chosen}
    contents |= {
        "jpeg.docx": b"PK",
        "chữ có dấu.jpg": b"<html></html>",
        "tên\nhai dòng.png": b"",
        "text.pdf": b"khong phai PDF",
    }
    for name, content in contents.items():
        bad.append(folder / name)
        bad[-1].write_bytes(content)
    return good, bad


def test_thirty_files_good_and_bad(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "giay"
    folder.mkdir()
    good, bad = _fill(folder)
    assert len(good) + len(bad) == 30
    before = {path: path.read_bytes() for path in (*good, *bad)}
    mixed = sorted((*good, *bad), key=lambda path: Random(path.name).random())
    status = main(["digitise", *map(str, mixed), "--out", str(tmp_path / "ra")])
    out, err = capfd.readouterr()
    assert status == 1
    told = [line for line in err.splitlines() if line.startswith("motcua: ")]
    assert len(told) == len(bad)
    assert all(line.endswith(".") and "hãy" in line for line in told)
    assert "Traceback" not in err
    assert len(out.splitlines()) == len(good)
    for path in good:
        assert (tmp_path / "ra" / f"{path.stem}.pdf").read_bytes().startswith(b"%PDF-")
        assert (tmp_path / "ra" / f"{path.stem}.json").exists()
    assert len(list((tmp_path / "ra").iterdir())) == 3 * len(good)
    assert {path: path.read_bytes() for path in before} == before


def test_a_picture_of_one_colour_and_no_size_told_is_done(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    letter("L", (3, 2)).save(tmp_path / "nhỏ.png")
    assert main(["digitise", str(tmp_path / "nhỏ.png"), "--out", str(tmp_path / "ra")]) == 0
    assert "1 trang" in capfd.readouterr().out
