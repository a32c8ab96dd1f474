"""Changes to a sealed dossier: mending what the province refused, and choosing where both sides changed it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.workflow.errors import WorkflowError
from offline_queue import edits
from offline_queue.edits import Choice, Conflict, EditRequest, Version
from offline_queue.transport import OnStore

_WORDS = {
    "applicant": "Người nộp",
    "owner": "Chủ hồ sơ",
    "full_name": "họ tên",
    "phone": "điện thoại",
    "email": "thư điện tử",
    "address": "địa chỉ",
    "birth_date": "ngày sinh",
    "personal_id": "số định danh",
    "copies": "Số bản",
    "due": "Ngày hẹn trả",
    "return_by": "Cách nhận kết quả",
    "components": "Thành phần hồ sơ",
    "form": "Tờ khai",
    "fee_vnd": "Lệ phí",
    "status": "Trạng thái",
    "events": "Các việc đã ghi",
}
_FIXED = (
    "key",
    "schema",
    "code",
    "receipt_number",
    "agency",
    "version",
    "status",
    "events",
    "linked",
    "due",  # another day is promised by an apology or a supplement, which have their rules
)


class Amendments:
    """Later versions of sealed dossiers, each with who made it and why."""

    def __init__(self, on_store: OnStore) -> None:
        self._on_store = on_store

    def amend(
        self, key: str, values: Mapping[str, Any], *, at: datetime, officer: str, reason: str
    ) -> Version:
        """Sets values by their path in the dossier ("applicant.phone"); the papers printed stay as they were.

        WorkflowError for a path that is not there or must not change, and for no reason given.
        """
        if not reason.strip():
            raise WorkflowError("Sửa hồ sơ đã tiếp nhận phải ghi lý do.")

        def change(body: Mapping[str, Any]) -> Mapping[str, Any]:
            changed = copy.deepcopy(dict(body))
            for path, value in values.items():
                _put(changed, path, value)
            return changed

        request = EditRequest(key, change, at, officer, reason.strip())
        return self._on_store(lambda store: edits.edit(store, request))

    def versions(self, key: str) -> tuple[Version, ...]:
        """All versions, oldest first."""
        return self._on_store(lambda store: edits.versions_of(store, key))

    def conflict(self, key: str) -> Conflict | None:
        """What the province changed while this station did too."""
        return self._on_store(lambda store: edits.conflict_of(store, key))

    def choose(self, key: str, choice: Choice, *, at: datetime, officer: str) -> Version:
        """Goes on with one of the two; the other stays among the versions."""
        return self._on_store(lambda store: edits.resolve(store, key, choice, at, officer))


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """Paths at which two versions differ, with both values; for the officer who chooses."""
    found: list[tuple[str, Any, Any]] = []

    def compare(path: str, one: Any, other: Any) -> None:
        if isinstance(one, dict) and isinstance(other, dict):
            for name in sorted({*one, *other}):
                compare(f"{path}.{name}" if path else name, one.get(name), other.get(name))
        elif one != other:
            found.append((path, one, other))

    compare("", edits.unnumbered(ours), edits.unnumbered(theirs))
    return tuple(found)


def conflict_lines(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The same in words: what, here, there; lists and tables are only named."""
    return tuple(
        (
            ", ".join(_WORDS.get(part, part.replace("_", " ")) for part in path.split(".")),
            _in_words(one),
            _in_words(other),
        )
        for path, one, other in differences(ours, theirs)
    )


def _in_words(value: Any) -> str:
    if value in (None, ""):
        return "để trống"
    return f"{len(value)} mục" if isinstance(value, list | dict) else str(value)


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    if not path or path.split(".")[0] in _FIXED:
        raise WorkflowError(f"Không sửa được mục “{path}” của hồ sơ đã tiếp nhận.")
    place: Any = body
    for name in way:
        place = place.get(name) if isinstance(place, dict) else None
    if not isinstance(place, dict) or (last not in place and way != ["form"]):
        raise WorkflowError(f"Hồ sơ không có mục “{path}”; hãy xem lại tên mục (motcua queue show --json).")
    place[last] = _like(place.get(last), value, path) if isinstance(value, str) else value


def _like(old: Any, text: str, path: str) -> Any:
    """A typed value in the type of the one before; an empty text clears it."""
    if isinstance(old, bool | dict | list):
        raise WorkflowError(f"Mục “{path}” không sửa được bằng một dòng chữ.")
    if isinstance(old, int):
        try:
            return int(text)
        except ValueError:
            raise WorkflowError(f"Mục “{path}” phải là một số.") from None
    return text or None
