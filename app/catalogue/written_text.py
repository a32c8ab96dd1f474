"""Procedures as people publish them in words: text files with the headings of the national database's own page.

Labels as "Mã thủ tục:", "Thành phần hồ sơ" stand at the beginning of a line, with or without a colon, numbering or
Markdown marks. What stands under none of them is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.catalogue.errors import CatalogueError
from app.catalogue.folding import folded
from app.catalogue.reading import RawRecord

_SUFFIXES = (".txt", ".md")
#: Folded heading -> where it goes; longer ones first, so that "phí, lệ phí" is not taken for "phí".
_LABELS = {
    "ma thu tuc hanh chinh": "code",
    "ma thu tuc": "code",
    "ten thu tuc hanh chinh": "name",
    "ten thu tuc": "name",
    "so quyet dinh": "decision",
    "cap thuc hien": "level",
    "loai thu tuc": "kind",
    "linh vuc": "sector",
    "trinh tu thuc hien": "steps",
    "cach thuc thuc hien": "channels",
    "thanh phan, so luong ho so": "papers",
    "thanh phan ho so": "papers",
    "thoi han giai quyet": "time",
    "phi, le phi": "fee",
    "le phi": "fee",
    "doi tuong thuc hien": "subjects",
    "co quan thuc hien": "agency",
    "co quan co tham quyen": "authority",
    "co quan ban hanh": "publisher",
    "dia chi tiep nhan hs": "address",
    "dia chi tiep nhan ho so": "address",
    "co quan duoc uy quyen": "delegate",
    "co quan phoi hop": "partners",
    "ket qua thuc hien": "results",
    "can cu phap ly": "law",
    "yeu cau, dieu kien thuc hien": "requirements",
    "yeu cau, dieu kien": "requirements",
    "tu khoa": "keywords",
    "mo ta": "description",
    "trang thai": "state",
}
_ORDERED = sorted(_LABELS, key=len, reverse=True)
_MARKS = re.compile(r"^(?:[#*>\s]|\d{1,2}[.)]\s)*")
_COUNTS = re.compile(r"\(?\s*bản\s+(chính|sao)\s*:?\s*(\d+)\s*\)?[;,.]?", re.IGNORECASE)
_TIME = re.compile(r"(\d+(?:[.,]\d+)?)\s*\(?[^\d()]{0,12}\)?\s*(ngày làm việc|ngày|tháng|giờ)", re.IGNORECASE)
_MONEY = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)\s*(đồng|vnđ|vnd|đ)\b", re.IGNORECASE)
_CHANNELS = {"truc tiep": "DIRECT", "truc tuyen": "ONLINE", "buu chinh": "POSTAL"}
_UNITS = {"ngày làm việc": "WORKING_DAY", "ngày": "DAY", "tháng": "MONTH", "giờ": "HOUR"}


class WrittenText:
    """Recognised by the label of the procedure's code or name; a folder holds one file for each procedure."""

    name = "văn bản theo mẫu trang của Cơ sở dữ liệu quốc gia"

    def recognises(self, path: Path, head: bytes) -> bool:
        """True for a folder of text files, and for text with such labels."""
        if path.is_dir():
            return any(_files(path))
        words = folded(head.decode("utf-8", "replace"))
        return "ma thu tuc" in words or "ten thu tuc" in words

    def records(self, path: Path) -> Iterator[RawRecord]:
        """One for each file; in one file a new one begins at each label of a code."""
        for source in _files(path) if path.is_dir() else (path,):
            try:
                text = source.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError:
                yield RawRecord(source.name, {"unread": "không phải UTF-8"})
                continue
            except OSError as lost:
                raise CatalogueError(
                    f"Không đọc được “{source.name}”; danh mục đang dùng vẫn nguyên."
                ) from lost
            parts = _parts(text)
            for number, part in enumerate(parts, 1):
                where = source.name if len(parts) == 1 else f"{source.name}, thủ tục {number}"
                yield RawRecord(where, _table(part, source.stem))


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.suffix.lower() in _SUFFIXES and p.is_file())


def _parts(text: str) -> list[str]:
    """Cut where a code is named again; what stands before the first belongs to it (often the name)."""
    lines, cuts = text.splitlines(), []
    for number, line in enumerate(lines):
        label = _label(line)
        if label is not None and _LABELS[label[0]] == "code":
            cuts.append(number)
    if len(cuts) < 2:
        return [text]
    bounds = [0, *cuts[1:], len(lines)]
    return ["\n".join(lines[a:b]) for a, b in pairwise(bounds)]


def _label(line: str) -> tuple[str, str] | None:
    """The label at the beginning of a line, and what follows it on the line."""
    bare = _MARKS.sub("", line).rstrip()
    words = folded(bare)
    for label in _ORDERED:
        if words.startswith(label):
            rest = bare[len(label) :].lstrip("*").strip()
            if not rest or rest.startswith(":"):
                return label, rest.lstrip(":").strip(" *")
    return None


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    current = "before"
    for line in text.splitlines():
        found = _label(line)
        if found is not None:
            current = _LABELS[found[0]]
            sections.setdefault(current, [])
            if found[1]:
                sections[current].append(found[1])
        elif line.strip():
            sections.setdefault(current, []).append(line.strip())
    return sections


def _table(text: str, stem: str) -> dict[str, Any]:
    found = _sections(text)

    def words(name: str) -> str:
        return "\n".join(found.get(name, ()))

    before = found.pop("before", [])
    name = words("name") or (_MARKS.sub("", before[0]).strip() if before else "")
    return {
        # A file named after its code, which then need not stand in it.
        "code": words("code") or (stem if re.fullmatch(r"\d\.\d{6}.*", stem) else ""),
        "name": name,
        "category": {"name": words("sector")} if "sector" in found else None,
        "promulgating_agency": words("publisher"),
        "executing_agency": words("agency") or words("authority"),
        "subject_types": [
            part.strip(" -+•") for line in found.get("subjects", ()) for part in re.split(r"[;,]", line)
        ],
        "requirements": words("requirements"),
        "state": words("state"),
        "channels": list(_channels(found)),
        "checklist_raw": list(_groups(found.get("papers", []))),
        "results": [line.strip(" -+•") for line in found.get("results", ())],
        "steps_raw": [{"name": "", "text": words("steps")}] if "steps" in found else [],
        "legal_basis": [line.strip(" -+•") for line in found.get("law", ())],
        **{
            key: words(key)
            for key in (
                "decision",
                "level",
                "kind",
                "address",
                "delegate",
                "partners",
                "keywords",
                "description",
            )
            if words(key)
        },
        **({"before": "\n".join(before[1:] if not words("name") else before)} if len(before) > 1 else {}),
    }


def _channels(found: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    blocks: list[tuple[str, list[str]]] = []
    for line in found.get("channels", ()):
        words = folded(line)
        method = next((m for key, m in _CHANNELS.items() if key in words[:40]), None)
        if method is not None:
            blocks.append((method, [line]))
        elif blocks:
            blocks[-1][1].append(line)
        else:
            blocks.append(("", [line]))
    shared = [*found.get("time", ()), *found.get("fee", ())]
    for method, lines in blocks or ([("", shared)] if shared else []):
        text = " ".join([*lines, *(shared if lines is not shared else ())])
        time, money = _TIME.search(text), _MONEY.search(text)
        yield {
            "method": method,
            "processing": {
                "qty": time[1].replace(",", ".") if time else None,
                "unit": _UNITS[time[2].lower()] if time else None,
            },
            "fees": [{"type": "FEE", "value_vnd": money[1].replace(".", ""), "text": money[0]}]
            if money
            else [],
            "note": text,
        }


def _groups(lines: list[str]) -> Iterator[dict[str, Any]]:
    title, items = "", list[dict[str, Any]]()
    for line in lines:
        words = folded(line)
        counts = {kind.lower(): int(number) for kind, number in _COUNTS.findall(line)}
        name = _COUNTS.sub("", line).strip(" -+•|;")
        if not counts and (
            words.rstrip(":").endswith(("phai nop", "phai xuat trinh", "luu y", "bao gom"))
            or words.startswith("truong hop:")
        ):
            if items or title:
                yield {"group": title, "items": items}
            title, items = line.strip(" *"), []
        elif counts and not name and items and "original_qty" not in items[-1]:
            items[-1] |= _quantities(counts)
        elif name:
            items.append({"name": name, **(_quantities(counts) if counts else {})})
    if items or title:
        yield {"group": title, "items": items}


def _quantities(counts: dict[str, int]) -> dict[str, int]:
    return {"original_qty": counts.get("chính", 0), "copy_qty": counts.get("sao", 0)}
