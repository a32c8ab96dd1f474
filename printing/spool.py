"""Ways to paper: a folder of PDFs, or a printer of the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from printing.errors import PrintError

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_LP_TIMEOUT_S = 30
_ABANDONED_S = 60.0


@dataclass(frozen=True)
class Usability:
    """Whether a target can take a job now, and in Vietnamese why not; true in conditions."""

    is_usable: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.is_usable


class SpoolTarget(Protocol):
    """Something that takes a finished PDF."""

    def is_usable(self) -> Usability:
        """Whether a job would be taken now."""

    def submit(self, pdf: bytes, name: str) -> str:
        """Hand a PDF over; answers the job's reference.

        ``name`` is the dossier code, never a person's name. Raises PrintError.
        """


class PdfFolder:
    """Keeps each PDF as ``<name>.pdf``; the file is whole and durable, or not there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def is_usable(self) -> Usability:
        """Whether files can be written into the folder; it is made where it is missing."""
        try:
            _make_folder_durably(self._directory)
        except OSError:
            return Usability(False, "Không tạo được thư mục lưu phiếu; hãy chọn thư mục khác trong Cài đặt.")
        if not os.access(self._directory, os.W_OK):
            return Usability(
                False, "Không ghi được vào thư mục lưu phiếu; hãy chọn thư mục khác trong Cài đặt."
            )
        return Usability(True)

    def submit(self, pdf: bytes, name: str) -> str:
        """Write the file; answers its path. An older file of that name is replaced."""
        _check_name(name)
        usability = self.is_usable()
        if not usability:
            raise PrintError(usability.reason)
        target = self._directory / f"{name}.pdf"
        try:
            self._clear_half_written()
            _write_durably(target, pdf)
        except OSError as error:
            raise PrintError(
                "Không ghi được tệp phiếu. Hồ sơ vẫn được lưu; hãy kiểm tra dung lượng đĩa rồi in lại."
            ) from error
        return str(target)

    def _clear_half_written(self) -> None:
        """What a killed process left: a citizen's receipt must not lie about under a name that nobody looks at."""
        for part in self._directory.glob(".*.part"):
            if time.time() - part.stat().st_mtime > _ABANDONED_S:
                part.unlink(missing_ok=True)


class CupsPrinter:
    """A printer of the system, through the ``lp`` command."""

    def __init__(self, name: str) -> None:
        self._name = name

    def is_usable(self) -> Usability:
        """Whether the printing service knows the printer and it takes jobs."""
        if shutil.which("lp") is None or shutil.which("lpstat") is None:
            return Usability(False, "Máy này chưa cài dịch vụ in (CUPS); hãy báo cán bộ kỹ thuật.")
        try:
            answer = _run(["lpstat", "-a", self._name])
        except subprocess.TimeoutExpired:
            return Usability(False, "Dịch vụ in không trả lời; hãy khởi động lại dịch vụ in.")
        if answer.returncode != 0 or "not accepting" in answer.stdout:
            return Usability(
                False,
                f"Máy in {self._name} không có hoặc không nhận lệnh; hãy chọn máy in khác trong Cài đặt.",
            )
        return Usability(True)

    def submit(self, pdf: bytes, name: str) -> str:
        """Queue the job; answers the queue's job id."""
        _check_name(name)
        usability = self.is_usable()
        if not usability:
            raise PrintError(usability.reason)
        # Through a pipe: no copy of a citizen's receipt is left behind, whatever happens to this process.
        command = ["lp", "-d", self._name, "-t", name, "-o", "media=A5", "-"]
        try:
            answer = _run(command, pdf)
        except subprocess.TimeoutExpired as error:
            raise PrintError(
                "Dịch vụ in không trả lời. Hồ sơ vẫn được lưu; hãy khởi động lại dịch vụ in rồi in lại."
            ) from error
        match = re.search(r"\S+-\d+", answer.stdout)
        if answer.returncode != 0 or match is None:
            raise PrintError(
                f"Máy in {self._name} không nhận lệnh in. Hồ sơ vẫn được lưu; hãy kiểm tra máy in rồi in lại."
            )
        return match.group()


@dataclass(frozen=True)
class _Answer:
    returncode: int
    stdout: str


def _run(command: list[str], given: bytes = b"") -> _Answer:
    # The C locale, because the answers are read by machine.
    environment = os.environ | {"LC_ALL": "C"}
    done = subprocess.run(
        command, input=given, capture_output=True, timeout=_LP_TIMEOUT_S, env=environment, check=False
    )
    return _Answer(done.returncode, done.stdout.decode("utf-8", "replace"))


def _check_name(name: str) -> None:
    if not _SAFE_NAME.fullmatch(name):
        raise ValueError("a job is named by its dossier code")


def _make_folder_durably(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder_durably(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere folders cannot be synced, and need not be
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_durably(target: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
