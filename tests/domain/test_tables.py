"""Declarations with rows, sums and fields that depend on others."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.errors import DomainError
from app.domain.forms import Form

LAYOUT: dict[str, Any] = {
    "name": "household",
    "title": "Tờ khai thử",
    "applicant": {"full_name": "name"},
    "sections": [
        {
            "title": "Người khai",
            "fields": [
                {"name": "name", "label": "Họ tên"},
                {"name": "kind", "label": "Loại", "kind": "choice"},
                {"name": "other", "label": "Loại khác", "when": {"kind": "khác"}},
                {"name": "total", "label": "Tổng thu nhập", "kind": "sum", "sum_of": "members.income"},
            ],
        },
        {
            "title": "Thành viên",
            "repeat": "members",
            "fields": [
                {"name": "name", "label": "Họ tên"},
                {"name": "works", "label": "Có việc làm", "kind": "choice"},
                {"name": "income", "label": "Thu nhập", "kind": "number", "when": {"works": "có"}},
            ],
        },
    ],
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "other"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "kind": {"enum": ["thường", "khác"]},
        "other": {"type": "string"},
        "total": {"type": "string"},
        "members": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "works": {"enum": ["có", "không"]},
                    "income": {"type": "string", "pattern": "^[0-9]+$"},
                },
            },
        },
    },
}
FORM = Form.from_tables(LAYOUT, {**SCHEMA, "required": ["name"]})


def test_rows_grow_and_shrink_within_bounds() -> None:
    assert [s.title for s in FORM.sections] == ["Người khai", "Thành viên 1"]
    grown = FORM.with_rows({"members": 9})
    assert [s.row for s in grown.sections] == [0, 1, 2, 3]
    assert grown.field("members.3.name").label == "Họ tên"
    assert FORM.with_rows({"members": 0}).sections == FORM.sections
    with pytest.raises(DomainError, match="không có bảng"):
        FORM.group("dogs")


def test_a_field_is_asked_only_where_it_matters() -> None:
    assert not FORM.field("other").is_asked({"kind": "thường"})
    assert FORM.field("other").is_asked({"kind": "khác"})
    # Within a row the condition means that row's own field.
    cell = FORM.with_rows({"members": 2}).field("members.2.income")
    assert cell.is_asked({"members.2.works": "có", "members.1.works": "không"})
    assert not cell.is_asked({"members.1.works": "có"})


def test_rows_add_up() -> None:
    grown = FORM.with_rows({"members": 3})
    values = {"members.1.income": "300", "members.2.income": "", "members.3.income": "50"}
    assert grown.summed(grown.field("total"), values) == "350"
    assert grown.summed(grown.field("total"), {}) == ""


def test_a_finished_table_is_checked_as_its_schema_says() -> None:
    grown = FORM.with_rows({"members": 2})
    values = {"name": "Nguyễn Thị Mẫu", "members.1.name": "Lê Văn Thử", "members.2.name": "Lê Thị Thử"}
    grown.validate(values)
    assert grown.nested(values)["members"] == [{"name": "Lê Văn Thử"}, {"name": "Lê Thị Thử"}]
    with pytest.raises(DomainError, match=r"Họ tên.*còn trống"):
        grown.validate({**values, "members.2.name": ""})
    with pytest.raises(DomainError, match="Thu nhập"):
        grown.validate({**values, "members.1.works": "có", "members.1.income": "nhiều"})


def test_layout_and_schema_must_agree() -> None:
    broken = {**SCHEMA, "properties": {**SCHEMA["properties"], "shoe": {}}}
    with pytest.raises(ValueError, match="differ"):
        Form.from_tables(LAYOUT, broken)
