"""The declaration on paper: every value stands on it, every letter is embedded, long ones flow."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from printing.declarations import DeclarationSlip, DeclaredLine, DeclaredPart
from printing.errors import SlipError
from printing.layouts import declaration

LONG = "Công Huyền Tôn Nữ Thị Phương Thảo Nguyên Bửu Ngọc H'Wiêng Niê Kđăm"


def slip(rows: int = 3, **changes: Any) -> DeclarationSlip:
    given: dict[str, object] = {
        "title": "Giấy đề nghị công nhận hộ nghèo",
        "addressee": "Ủy ban nhân dân phường Buôn Ma Thuột",
        "parts": (
            DeclaredPart(
                "Người yêu cầu",
                (
                    DeclaredLine("Họ, chữ đệm, tên", LONG),
                    DeclaredLine("Số định danh", "066188004127", is_wide=False),
                    DeclaredLine("Ngày sinh", "17/05/1988", is_wide=False),
                    DeclaredLine("Lý do", ""),
                ),
            ),
            DeclaredPart(
                "Thành viên",
                columns=("Họ tên", "Quan hệ"),
                rows=tuple((f"{LONG} {n}", "Con") for n in range(rows)),
                wide=frozenset({"Họ tên"}),
            ),
        ),
        "place": "Buôn Ma Thuột",
        "made_on": date(2026, 11, 28),
        "signer": LONG,
    }
    return DeclarationSlip(**{**given, **changes})


def text_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "to-khai.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    return " ".join(shown.split())


def test_everything_declared_stands_on_it(tmp_path: Path) -> None:
    text = text_of(declaration.render(slip()), tmp_path)
    for words in (
        "GIẤY ĐỀ NGHỊ CÔNG NHẬN HỘ NGHÈO",
        "066188004127",
        "17/05/1988",
        "Lý do: ....",
        "Tôi cam đoan",
    ):
        assert words in text
    assert "Kính gửi: Ủy ban nhân dân phường Buôn Ma Thuột" in text
    assert "ngày 28 tháng 11 năm 2026" in text


def test_many_rows_flow_over_pages_with_the_head_repeated(tmp_path: Path) -> None:
    pdf = declaration.render(slip(rows=60))
    text = text_of(pdf, tmp_path)
    assert text.count("Quan hệ") >= 3
    assert f"{60}" in text
    info = subprocess.run(
        ["pdfinfo", tmp_path / "to-khai.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "A4" in info


def test_all_faces_are_embedded(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(declaration.render(slip()))
    fonts = subprocess.run(
        ["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True
    ).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all("yes yes yes" in " ".join(row.split()) for row in rows), fonts


def test_the_same_slip_gives_the_same_bytes() -> None:
    assert declaration.render(slip()) == declaration.render(slip())


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"parts": ()}, {"parts": (DeclaredPart("x", columns=("a", "b"), rows=(("1",),)),)}],
)
def test_what_declares_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SlipError):
        slip(**changes)
