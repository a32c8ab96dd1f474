"""The catalogue at the national scale: importing 6,400 procedures and finding one of them.

python -m benchmarks.bench_catalogue [N=6400]

Records are invented, of the size and the dirt of real ones. Baselines of the same run: reading the file as JSON and no
more, and asking `rapidfuzz` for the most alike of all names.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from rapidfuzz import fuzz, process

from app.catalogue.folding import folded
from app.catalogue.importing import take_source
from app.catalogue.searching import CatalogueSearch
from app.catalogue.versions import CatalogueShelf
from app.domain.calendar import VIETNAM
from benchmarks.tables import Measured, show
from tests.catalogue.records import paper, raw

_VERBS = (
    "Cấp",
    "Cấp lại",
    "Đăng ký",
    "Đăng ký lại",
    "Gia hạn",
    "Thu hồi",
    "Xác nhận",
    "Điều chỉnh",
    "Thẩm định",
    "Công nhận",
)
_THINGS = (
    "giấy phép", "chứng chỉ hành nghề", "giấy chứng nhận quyền sử dụng đất", "khai sinh", "khai tử", "kết hôn", "thường trú",
    "tạm trú", "hộ kinh doanh", "hợp tác xã", "trợ cấp xã hội", "bảo hiểm y tế", "an toàn thực phẩm", "biển báo", "tài sản",
)  # fmt: skip
_FOR = (
    "cho cá nhân", "cho tổ chức", "có yếu tố nước ngoài", "tại khu vực biên giới", "lưu động", "đối với người cao tuổi",
    "theo ủy quyền", "trong khu công nghiệp", "khi thay đổi thông tin", "lần đầu", "cho hộ gia đình", "qua bưu chính",
)  # fmt: skip
_ASKED = (
    "khai sinh", "cap giay phep", "dang ki thuong tru", "tro cap", "an toan thuc phm", "1.0031", "hop tac xa luu dong",
    "gia han chung chi hanh nghe", "xac nhan tam tru theo uy quyen", "d", "cap", "quyen su dung dat ho gia dinh",
)  # fmt: skip


def run(count: int = 6400) -> None:
    """Prints both tables."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path = home / "export.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for table in _records(count):
                file.write(json.dumps(table, ensure_ascii=False) + "\n")
        print(f"{count} thủ tục, {path.stat().st_size / 1e6:.0f} MB")
        began = time.perf_counter()
        for line in path.read_text(encoding="utf-8").splitlines():
            json.loads(line)
        bare_s = time.perf_counter() - began
        shelf = CatalogueShelf(home / "shelf")
        now = datetime(2026, 11, 28, 9, tzinfo=VIETNAM)
        began = time.perf_counter()
        take_source(shelf, path, now)
        first_s = time.perf_counter() - began
        began = time.perf_counter()
        take_source(shelf, path, now)
        again_s = time.perf_counter() - began
        show(
            "Nhập danh mục",
            [
                Measured("lần đầu", (first_s,)),
                Measured("lần nữa, không đổi gì", (again_s,)),
                Measured("nền: chỉ đọc JSON", (bare_s,)),
            ],
            "s",
        )
        version = shelf.open()
        assert version is not None
        began = time.perf_counter()
        search = CatalogueSearch(version.lines)
        print(f"dựng chỉ mục tìm kiếm {time.perf_counter() - began:.2f} s")
        names = [folded(line.name) for line in version.lines]
        found, bare = [], []
        for n in range(600):
            asked = _ASKED[n % len(_ASKED)]
            began = time.perf_counter()
            search.find(asked)
            found.append(time.perf_counter() - began)
            began = time.perf_counter()
            process.extract(asked, names, scorer=fuzz.token_set_ratio, limit=20)
            bare.append(time.perf_counter() - began)
        show(
            "Tìm một thủ tục",
            [
                Measured("chữ không dấu, mã, gõ nhầm", tuple(found)),
                Measured("nền: rapidfuzz trên mọi tên", tuple(bare)),
            ],
            "ms",
            1000,
        )
        version.close()


def _records(count: int) -> list[dict[str, Any]]:
    random = Random(count)
    words = [word for phrase in (*_THINGS, *_FOR) for word in phrase.split()]

    def prose(length: int) -> str:
        return " ".join(random.choice(words) for _ in range(length))

    tables = []
    for n in range(count):
        name = f"{random.choice(_VERBS)} {random.choice(_THINGS)} {random.choice(_FOR)}"
        if random.random() < 0.4:
            name += " " + prose(random.randint(5, 60))
        papers = [
            paper(
                prose(random.randint(5, 60)),
                f"000.00.00.H{n % 60:02d}-KQ{n:06d}",
                random.choice((0, 1, 1, 2)),
            )
            for _ in range(random.randint(2, 14))
        ]
        tables.append(
            raw(
                f"{random.choice((1, 2))}.{n:06d}",
                name,
                checklist_raw=[{"group": random.choice(("", "* Lưu ý:", prose(8))), "items": papers}],
                steps_raw=[{"name": f"Bước {k}", "text": prose(220)} for k in range(4)],
                legal_basis=[{"code": f"{k}/2025/NĐ-CP", "name": prose(24)} for k in range(9)],
            )
        )
    return tables


if __name__ == "__main__":
    run(*map(int, sys.argv[1:2]))
