"""The portal's own service: answers of LayThuTuc (formats 6.4), one record, a list, or the whole answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.catalogue.errors import CatalogueError
from app.catalogue.reading import RawRecord

_CHANNELS = {"1": "DIRECT", "2": "ONLINE", "3": "POSTAL"}
_UNDERSTOOD = frozenset(
    {
        "ID",
        "MATTHC",
        "TENTTHC",
        "MACOQUANCONGBO",
        "LINHVUCTHUCHIEN",
        "TRINHTUTHUCHIEN",
        "CACHTHUCTHUCHIEN",
        "DOITUONGTHUCHIEN",
        "THANHPHANHOSO",
        "KETQUATHUCHIEN",
        "CANCUPHAPLY",
        "COQUANTHUCHIEN",
        "YEUCAU",
        "TRANGTHAI",
        "NGAYHIEULUC",
        "NGAYHETHIEULUC",
    }
)


class PortalRecord:
    """Recognised by its key MATTHC."""

    name = "bản ghi LayThuTuc của Cổng Dịch vụ công quốc gia"

    def recognises(self, path: Path, head: bytes) -> bool:
        """True for JSON that names MATTHC."""
        del path
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) and b'"MATTHC"' in head

    def records(self, path: Path) -> Iterator[RawRecord]:
        """One table for each record, wherever the answer wraps them."""
        try:
            answer = json.loads(path.read_bytes().decode("utf-8-sig"))
        except (ValueError, RecursionError) as broken:
            raise CatalogueError(
                f"“{path.name}” không phải JSON trọn vẹn; danh mục đang dùng vẫn nguyên."
            ) from broken
        for number, record in enumerate(_records(answer), 1):
            yield RawRecord(f"bản ghi {number}", _table(record))


def _records(answer: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(answer, Mapping) and "MATTHC" in answer:
        yield answer
    elif isinstance(answer, Mapping):
        for inner in answer.values():
            if isinstance(inner, Mapping | list):
                yield from _records(inner)
    elif isinstance(answer, list):
        for inner in answer:
            yield from _records(inner)


def _table(record: Mapping[str, Any]) -> dict[str, Any]:
    sectors = _maps(record.get("LINHVUCTHUCHIEN"))
    table: dict[str, Any] = {
        "code": record.get("MATTHC"),
        "name": record.get("TENTTHC"),
        "source_id": record.get("ID"),
        "category": {"code": sectors[0].get("MALINHVUC"), "name": sectors[0].get("TENLINHVUC")}
        if sectors
        else None,
        "promulgating_agency": record.get("MACOQUANCONGBO"),
        "executing_agency": _names(record.get("COQUANTHUCHIEN")),
        "subject_types": record.get("DOITUONGTHUCHIEN"),
        "requirements": record.get("YEUCAU"),
        "state": record.get("TRANGTHAI"),
        "effective_from": record.get("NGAYHIEULUC"),
        "effective_to": record.get("NGAYHETHIEULUC"),
        "channels": [channel for way in _maps(record.get("CACHTHUCTHUCHIEN")) for channel in _channels(way)],
        "checklist_raw": [_group(group) for group in _maps(record.get("THANHPHANHOSO"))],
        "results": [
            {"code": result.get("MAKETQUA"), "name": result.get("TENKETQUA")}
            for result in _maps(record.get("KETQUATHUCHIEN"))
        ],
        "steps_raw": [
            {"name": way.get("TRUONGHOP"), "text": _lines(way.get("TRINHTU"))}
            for way in _maps(record.get("TRINHTUTHUCHIEN"))
        ],
        "legal_basis": record.get("CANCUPHAPLY"),
    }
    if len(sectors) > 1:
        table["LINHVUCTHUCHIEN"] = sectors[1:]
    return table | {key: value for key, value in record.items() if key not in _UNDERSTOOD}


def _channels(way: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    told = str(way.get("KENH", ""))
    # A channel with several times is several entries: which of them holds, the source says in words only.
    for time in _maps(way.get("THOIGIAN")) or [{}]:
        yield {
            "method": _CHANNELS.get(told, told),
            "processing": {"qty": time.get("THOIGIANGIAIQUYET"), "unit": time.get("DONVITINH")},
            "note": time.get("MOTA"),
            "fees": [
                {
                    "type": fee.get("MAPHILEPHI"),
                    "value_vnd": fee.get("SOTIEN"),
                    "currency": fee.get("DONVI"),
                    "text": fee.get("MOTA"),
                }
                for fee in _maps(time.get("PHILEPHI"))
            ],
        }


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    items = []
    for paper in _maps(group.get("GIAYTO")):
        item: dict[str, Any] = {
            "code": paper.get("MAGIAYTO"),
            "name": paper.get("TENGIAYTO"),
            "attachments": [{"fileName": paper["TENMAUDON"], "filePath": paper.get("URL")}]
            if paper.get("TENMAUDON")
            else [],
        }
        for key, theirs in (("original_qty", "SOBANCHINH"), ("copy_qty", "SOBANSAO")):
            if theirs in paper:
                item[key] = paper[theirs]
        items.append(item)
    return {"group": group.get("TRUONGHOP"), "items": items}


def _maps(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _names(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(str(next(iter(v.values()), "")) if isinstance(v, Mapping) else str(v) for v in value)
    return value


def _lines(value: Any) -> Any:
    if isinstance(value, list):
        return "\n".join(
            " ".join(str(part) for part in v.values() if part) if isinstance(v, Mapping) else str(v)
            for v in value
        )
    return value
