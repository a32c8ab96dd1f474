"""Finding a procedure as people type."""

from __future__ import annotations

import pytest

from app.catalogue.searching import CatalogueSearch
from app.catalogue.versions import IndexLine

NAMES = {
    "1.001193": "Thủ tục đăng ký khai sinh",
    "1.004884": "Thủ tục đăng ký lại khai sinh",
    "2.000528": "Thủ tục đăng ký khai sinh có yếu tố nước ngoài",
    "1.000894": "Thủ tục đăng ký kết hôn",
    "1.004873": "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
    "1.004222": "Đăng ký thường trú",
    "1.003197": "Xóa đăng ký thường trú",
    "2.000635": "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh",
    "1.010038": "Tách hộ",
    "1.900001": "Đăng ký biến động quyền sử dụng đất đối với trường hợp hợp thửa, tách thửa",
}
SEARCH = CatalogueSearch(
    (IndexLine(code, name, "", "", None, None, "0") for code, name in NAMES.items()),
    favoured=["1.001193", "2.000635"],
)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("khai sinh", "1.001193"),
        ("KHAI SINH", "1.001193"),
        ("khai sih", "1.001193"),
        ("khia sinh", "1.001193"),
        ("dang ki thuong tru", "1.004222"),
        ("xoa thuong tru", "1.003197"),
        ("trich luc", "2.000635"),
        ("xac nhan hon nhan", "1.004873"),
        ("ket hon", "1.000894"),
        ("tách hộ", "1.010038"),
        ("2.000635", "2.000635"),
        ("1.0042", "1.004222"),
        ("khai sinh nuoc ngoai", "2.000528"),
    ],
)
def test_what_was_meant_comes_first(asked: str, first: str) -> None:
    assert SEARCH.find(asked)[0].line.code == first


@pytest.mark.parametrize("asked", ["", "   ", "zzzzzz", "…", "9.999999", "\U0001f600"])
def test_nothing_is_found_where_nothing_fits(asked: str) -> None:
    assert SEARCH.find(asked) == ()


def test_only_so_many_as_asked() -> None:
    assert len(SEARCH.find("dang ky", limit=3)) == 3
