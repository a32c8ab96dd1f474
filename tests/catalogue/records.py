"""Raw records as the national database gives them, clean and dirty; texts are invented."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def raw(code: str = "1.900001", name: str = "Cấp giấy xác nhận thử nghiệm", **more: Any) -> dict[str, Any]:
    """A record without a doubt; keywords replace parts of it."""
    return {
        "code": code,
        "name": name,
        "source_id": "019d0000-0000-7000-8000-000000000001",
        "category": {"code": "G15-TP07", "name": "Hộ tịch"},
        "promulgating_agency": "Bộ Tư pháp",
        "executing_agency": "Ủy ban nhân dân cấp xã",
        "subject_types": ["Công dân Việt Nam"],
        "results": ["Giấy xác nhận"],
        "requirements": "Không",
        "channels": [
            {
                "method": "DIRECT",
                "fees": [{"type": "FEE", "value_vnd": 8000, "text": "8.000 đồng mỗi bản"}],
                "processing": {"qty": 3, "unit": "WORKING_DAY"},
                "note": "",
            }
        ],
        "processing_cases": [{"case_code": f"{code}.01", "qty": 3, "unit": "WORKING_DAY"}],
        "legal_basis": [{"code": "60/2014/QH13", "name": "Luật Hộ tịch"}],
        "checklist_raw": [
            {
                "group": "* Giấy tờ phải nộp:",
                "items": [paper("Tờ khai theo mẫu", "000.00.00.G15-KQ900001")],
            },
            {
                "group": "* Giấy tờ phải xuất trình:",
                "items": [paper("Giấy tờ tùy thân", "000.00.00.G15-KQ900002")],
            },
        ],
        "steps_raw": [{"name": "Bước 1", "text": "Nộp hồ sơ."}],
        "state": "ACTIVE",
        "source": {"url": "https://example.invalid/1"},
        **more,
    }


def paper(name: str, code: str, originals: object = 1, copies: object = 0, **more: Any) -> dict[str, Any]:
    """One item of a checklist."""
    return {
        "name": name,
        "code": code,
        "original_qty": originals,
        "copy_qty": copies,
        "has_electronic_form": False,
        "is_processing_result": False,
        "attachments": [],
        **more,
    }


def in_file(folder: Path, records: Sequence[Mapping[str, Any]], name: str = "export.jsonl") -> Path:
    """The records as JSON Lines."""
    path = folder / name
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path
