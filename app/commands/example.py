"""`motcua intake --example`: a complete, valid visit of an invented person with its papers as pictures."""

from __future__ import annotations

import json
from pathlib import Path

from app.domain.errors import DomainError
from app.workflow.counter import Counter
from scanning.drivers.sample import SamplePaper, printed_paper, save_paper
from scanning.samples.people import SAMPLE_REQUESTER

_PROCEDURE = "2.000635"


def write_example(counter: Counter, code: str, out: Path) -> Path:
    """Writes visit.json and its papers into `out`; gives back the path of visit.json."""
    if code != _PROCEDURE or code not in counter.procedures:
        raise DomainError(f"Chưa có hồ sơ mẫu cho thủ tục {code}; các thủ tục có mẫu: {_PROCEDURE}.")
    out.mkdir(parents=True, exist_ok=True)
    paper = printed_paper(SamplePaper.DECLARATION)
    save_paper(paper, out / "to-khai.jpg")
    person = SAMPLE_REQUESTER
    visit = {
        "procedure": code,
        "case": "relative",
        "channel": "direct",
        "copies": 2,
        "return_by": "counter",
        "applicant": {
            "personal_id": person.personal_id,
            "full_name": person.full_name,
            "birth_date": person.birth_date.isoformat(),
            "phone": "0912345678",
            "email": None,
        },
        "card_qr": person.qr_payload(),
        # What an officer would type beside the paper; the rest comes from the card and the register.
        "form": {name: value for name, value in paper.fields.items() if not name.startswith("requester_")},
        "components": [
            {"code": "000.00.00.G15-KQ003037", "originals": 1, "copies": 0, "paths": ["to-khai.jpg"]},
        ],
    }
    path = out / "visit.json"
    path.write_text(json.dumps(visit, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
