from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from printing.errors import PrintError
from printing.spool import CupsPrinter, PdfFolder, SpoolTarget

CODE = "H15.50.05.13-261120-0031"


def _command(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_folder_keeps_the_file_under_its_code(tmp_path: Path) -> None:
    target: SpoolTarget = PdfFolder(tmp_path / "phiếu")
    assert target.is_usable()
    assert target.submit(b"%PDF first", CODE) == str(tmp_path / "phiếu" / f"{CODE}.pdf")
    target.submit(b"%PDF second", CODE)
    assert [path.name for path in (tmp_path / "phiếu").iterdir()] == [f"{CODE}.pdf"]
    assert (tmp_path / "phiếu" / f"{CODE}.pdf").read_bytes() == b"%PDF second"


@pytest.mark.parametrize("name", ["", "../x", "Nguyễn Văn A", ".hidden", "a/b"])
def test_jobs_are_named_by_codes_only(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="dossier code"):
        PdfFolder(tmp_path).submit(b"%PDF", name)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_a_file_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    target = PdfFolder(tmp_path / "file")
    assert not target.is_usable()
    with pytest.raises(PrintError, match="chọn thư mục khác"):
        target.submit(b"%PDF", CODE)


def test_failed_write_leaves_the_old_file_and_no_scrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = PdfFolder(tmp_path)
    target.submit(b"%PDF old", CODE)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PrintError, match="dung lượng đĩa"):
        target.submit(b"%PDF new", CODE)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(f"{CODE}.pdf", b"%PDF old")]


def test_machine_without_cups_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    usability = CupsPrinter("quay3").is_usable()
    assert not usability
    assert "CUPS" in usability.reason
    with pytest.raises(PrintError, match="CUPS"):
        CupsPrinter("quay3").submit(b"%PDF", CODE)


@pytest.mark.skipif(os.name != "posix", reason="shell scripts stand in for the system's commands")
def test_printer_gets_the_bytes_and_an_impersonal_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    _command(tmp_path, "lpstat", 'echo "$2 accepting requests since Fri"')
    _command(
        tmp_path,
        "lp",
        f'echo "$@" > {tmp_path}/arguments; cat > {tmp_path}/sent; echo "request id is quay3-41 (1 file(s))"',
    )
    printer: SpoolTarget = CupsPrinter("quay3")
    assert printer.is_usable()
    assert printer.submit(b"%PDF bytes", CODE) == "quay3-41"
    assert (tmp_path / "sent").read_bytes() == b"%PDF bytes"
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments[:6] == ["-d", "quay3", "-t", CODE, "-o", "media=A5"]
    assert arguments[6:] == ["-"]  # through the pipe: no file of it anywhere


@pytest.mark.skipif(os.name != "posix", reason="shell scripts stand in for the system's commands")
def test_printer_that_refuses_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    _command(tmp_path, "lpstat", 'echo "lpstat: Invalid destination" >&2; exit 1')
    _command(tmp_path, "lp", "exit 1")
    with pytest.raises(PrintError, match="chọn máy in khác"):
        CupsPrinter("quay9").submit(b"%PDF", CODE)
    _command(tmp_path, "lpstat", 'echo "$2 accepting requests since Fri"')
    with pytest.raises(PrintError, match="kiểm tra máy in"):
        CupsPrinter("quay9").submit(b"%PDF", CODE)


def test_what_a_killed_process_left_half_written_is_cleared(tmp_path: Path) -> None:
    left, fresh = tmp_path / ".tmpabc.part", tmp_path / ".tmpxyz.part"
    left.write_bytes(b"%PDF-1.7 half a receipt")
    os.utime(left, (0, 0))
    fresh.write_bytes(b"another process is just writing")
    PdfFolder(tmp_path).submit(b"%PDF-1.7", "H15.24.3-261122-0001")
    assert (left.exists(), fresh.exists()) == (False, True)
