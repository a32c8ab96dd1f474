"""`motcua catalogue` as people and programs call it."""

from __future__ import annotations

from pathlib import Path

from tests.catalogue.records import in_file, raw
from tests.commands.visits import Run


def test_from_import_to_show(run: Run, tmp_path: Path) -> None:
    path = in_file(tmp_path, [raw(), raw("1.900002", "Gia hạn thử nghiệm", category=None)])
    report = tmp_path / "bao-cao.txt"
    status, (facts,), err = run("catalogue", "import", path, "--report", report, "--json")
    assert (status, facts["added"], facts["doubts"]) == (0, 2, {"sector_missing": 1})
    assert "đã đọc 2 thủ tục" in err
    assert "1.900002 · category: thiếu lĩnh vực" in report.read_text(encoding="utf-8")
    status, (hit, *_), _ = run("catalogue", "search", "gia", "han", "--json")
    assert (status, hit["code"]) == (0, "1.900002")
    status, (shown,), _ = run("catalogue", "show", "1.900002", "--json")
    assert (shown["name"], shown["doubts"][0]["kind"]) == ("Gia hạn thử nghiệm", "sector_missing")
    status, (version,), _ = run("catalogue", "versions", "--json")
    assert version["current"]
    assert run("catalogue", "use", version["id"])[0] == 0


def test_mistakes_are_one_sentence(run: Run, tmp_path: Path) -> None:
    assert run("catalogue", "search", "x")[2].startswith("motcua: Trạm này chưa có danh mục")
    assert "Không có tệp" in run("catalogue", "import", tmp_path / "khong-co.jsonl")[2]
    run("catalogue", "import", in_file(tmp_path, [raw()]))
    status, _, err = run("catalogue", "show", "9.999999")
    assert (status, err.count("\n")) == (1, 1)
