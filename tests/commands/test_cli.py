"""The command line's promises: shapes on stdout, one sentence on stderr, exit 0, 1 or 2."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.cli import main
from scanning.cover_sheets import cover_sheet
from scanning.drivers.sample import SamplePaper, printed_paper, save_paper
from scanning.samples.people import SAMPLE_REQUESTER
from scanning.separation import Separator, SeparatorKind
from tests.commands.visits import Run, changed
from tests.sandbox.process import SandboxProcess


def is_one_sentence(err: str) -> bool:
    lines = [line for line in err.splitlines() if line.startswith("motcua: ")]
    return len(lines) == 1 and "Traceback" not in err and lines[0].rstrip().endswith((".", ")"))


# ---- intake, queue, print, sync


def test_the_example_is_filed_sent_and_printed_again(
    run: Run, example: Path, province: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOTCUA_PROVINCE_URL", province.url)
    monkeypatch.setenv("MOTCUA_POPULATION_URL", province.url)
    status, (filed,), _ = run("intake", changed(example, tmp_path), "--json")
    assert status == 0
    assert set(filed) == {"key", "code", "receipt_number", "due", "fee_vnd", "receipt", "warnings"}
    assert re.fullmatch(r"H15\.24\.3-\d{6}-\d{4}", filed["code"])
    assert filed["receipt_number"] is None
    assert filed["fee_vnd"] == 16_000
    assert datetime.fromisoformat(filed["due"]).utcoffset() is not None
    text = subprocess.run(
        ["pdftotext", filed["receipt"], "-"], capture_output=True, text=True, check=True
    ).stdout
    assert filed["code"] in text
    assert SAMPLE_REQUESTER.full_name in text

    _, (row,), _ = run("queue", "list", "--json")
    assert set(row) == {"key", "code", "state", "sealed_at", "attempts", "next_try_at", "reason"}
    assert (row["key"], row["state"], row["attempts"]) == (filed["key"], "sealed", 0)

    status, (summary,), _ = run("sync", "--json")
    assert (status, summary["sent"], summary["waiting"]) == (0, 1, 0)
    (there,) = [d for d in province.state() if d["key"] == filed["key"]]
    assert there["complete"]
    _, (shown,), _ = run("queue", "show", filed["code"], "--json")
    assert shown["state"] == "accepted"
    assert {f["sha256"] for f in shown["files"]} == {f["sha256"] for f in there["files"]}

    status, (again,), _ = run("print", filed["code"], "--out", tmp_path / "again.pdf", "--json")
    assert status == 0
    assert Path(again["printed"]).read_bytes().startswith(b"%PDF")
    status, _, err = run("queue", "retry", filed["code"])
    assert status == 1
    assert "đã nhận" in err


def test_without_a_line_the_number_is_openly_provisional(run: Run, example: Path, tmp_path: Path) -> None:
    status, (filed,), _ = run("intake", changed(example, tmp_path), "--json")
    assert status == 0
    assert filed["code"] is None
    assert re.fullmatch(r"TN-Q03-\d{6}-[0-9A-Z]{6}", filed["receipt_number"])
    text = subprocess.run(
        ["pdftotext", filed["receipt"], "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "tạm" in text
    status, _, err = run("sync")
    assert status == 1
    assert is_one_sentence(err)


def test_filing_the_same_key_again_makes_nothing_twice(run: Run, example: Path, tmp_path: Path) -> None:
    visit = changed(example, tmp_path, key="01960000-0000-7000-8000-000000000001")
    _, (first,), _ = run("intake", visit, "--json")
    _, (second,), _ = run("intake", visit, "--json")
    assert first["key"] == second["key"]
    assert first["receipt_number"] == second["receipt_number"]
    assert len(run("queue", "list", "--json")[1]) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"procedure": "9.999999"}, "9.999999"),
        ({"procedure": "nonsense"}, "mã thủ tục"),
        ({"case": "không có"}, "không có"),
        ({"channel": "pigeon"}, "Kênh nộp"),
        ({"form": {"shoe_size": "42"}}, "shoe_size"),
        ({"form": {"subject_birth_date": "31/02/1985"}}, "subject_birth_date"),
        ({"copies": 0, "form": {"copies": "0"}}, "copies"),
        ({"card_qr": "https://example.vn/menu"}, "thẻ"),
        ({"card_qr": None, "applicant": {"personal_id": "12"}}, "12 chữ số"),
        ({"surprise": 1}, "surprise"),
        ({"components": [{"code": "G99-KQ000000", "paths": ["to-khai.jpg"]}]}, "G99-KQ000000"),
        ({"components": []}, "000.00.00.G15-KQ003037"),
        ({"key": "not-a-key"}, "not-a-key"),
    ],
)
def test_what_is_wrong_with_a_visit_is_named(
    run: Run, example: Path, tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    status, answers, err = run("intake", changed(example, tmp_path, **changes), "--json")
    assert (status, answers) == (1, [])
    assert is_one_sentence(err), err
    assert named in err
    assert run("queue", "list", "--json")[1] == []


def test_a_visit_that_is_no_json_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "visit.json"
    path.write_bytes(b"\xff\xfe{")
    assert run("intake", path)[0] == 1
    status, _, err = run("intake", tmp_path / "missing.json")
    assert status == 1
    assert is_one_sentence(err)


def test_a_server_that_answers_html_loses_nothing(
    run: Run, example: Path, province: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOTCUA_PROVINCE_URL", province.url)
    province.faults(html=True)
    try:
        _, (filed,), _ = run("intake", changed(example, tmp_path), "--json")
        status, _, err = run("sync")
        assert status == 1
        assert is_one_sentence(err)
        assert "không phải hệ thống tỉnh" in err
        (row,) = run("queue", "list", "--json")[1]
        assert (row["key"], row["state"]) == (filed["key"], "sealed")
    finally:
        province.faults()
    assert run("sync")[0] == 0
    assert run("queue", "list", "--json")[1][0]["state"] == "accepted"


# ---- digitise and identify


def test_digitise_writes_the_three_files(run: Run, tmp_path: Path) -> None:
    paper = save_paper(printed_paper(SamplePaper.AUTHORIZATION), tmp_path / "uy-quyen.jpg")
    status, (told,), _ = run("digitise", paper, "--out", tmp_path / "out", "--json")
    assert status == 0
    assert set(told) >= {"input", "kind", "kind_confidence", "fields", "pages", "timings_s"}
    assert told["kind"] == "authorization"
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"uy-quyen.pdf", "uy-quyen.txt", "uy-quyen.json"}
    assert json.loads((tmp_path / "out" / "uy-quyen.json").read_text("utf-8")) == told


def _text_as_picture(folder: Path) -> Path:
    path = folder / "ghi-chu.jpg"
    path.write_text("không phải ảnh", "utf-8")
    return path


def _empty_pdf(folder: Path) -> Path:
    path = folder / "rong.pdf"
    path.write_bytes(b"")
    return path


def _huge_picture(folder: Path) -> Path:
    path = folder / "to.png"
    Image.new("1", (20_000, 20_000)).save(path)
    return path


def test_a_stack_is_cut_at_its_separators(run: Run, tmp_path: Path) -> None:
    code = "000.00.00.G15-KQ003040"
    sheets = [
        cover_sheet(Separator(SeparatorKind.COMPONENT, code), "Giấy ủy quyền").convert("RGB"),
        printed_paper(SamplePaper.AUTHORIZATION).image,
        cover_sheet(Separator(SeparatorKind.PAPER)).convert("RGB"),
        printed_paper(SamplePaper.CARD_FRONT).image,
    ]
    stack = tmp_path / "tap.tif"
    sheets[0].save(stack, save_all=True, append_images=sheets[1:], dpi=(300, 300))
    status, answers, _ = run("digitise", stack, "--split", "--out", tmp_path / "out", "--json")
    assert status == 0
    assert [(told["input"], told["kind"]) for told in answers] == [
        (f"tap-01-{code}.tif", "authorization"),
        ("tap-02.tif", "citizen_card"),
    ]
    assert (tmp_path / "out" / f"tap-01-{code}.pdf").exists()


@pytest.mark.parametrize("make", [_text_as_picture, _empty_pdf, _huge_picture])
def test_what_cannot_be_digitised_is_one_sentence(
    run: Run, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path)
    before = path.read_bytes()
    status, answers, err = run("digitise", path, "--out", tmp_path / "out", "--json")
    assert (status, answers) == (1, [])
    assert is_one_sentence(err), err
    assert path.read_bytes() == before


def test_identify_reads_the_string_of_a_reader(run: Run) -> None:
    status, (card,), _ = run("identify", "--text", SAMPLE_REQUESTER.qr_payload(), "--json")
    assert status == 0
    assert card["found"]
    assert card["source"] == "qr"
    assert card["personal_id"] == SAMPLE_REQUESTER.personal_id
    assert card["birth_date"] == SAMPLE_REQUESTER.birth_date.isoformat()


def test_identify_reads_a_picture_of_a_card(run: Run, tmp_path: Path) -> None:
    front = save_paper(printed_paper(SamplePaper.CARD_FRONT), tmp_path / "card.png")
    status, (card,), _ = run("identify", front, "--json")
    assert status == 0
    assert card["personal_id"] == SAMPLE_REQUESTER.personal_id


@pytest.mark.parametrize(
    "text",
    [
        "https://example.vn/thuc-don",
        "IDVNM1990000070001199000007<<2\n9901018F3901016VNM<<<<<<<<<<<4\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<",
    ],
)
def test_what_is_no_card_is_one_sentence(run: Run, text: str) -> None:
    status, (card,), err = run("identify", "--text", text, "--json")
    assert status == 1
    assert card == {"input": "--text", "found": False}
    assert is_one_sentence(err), err


# ---- the rest


def test_doctor_looks_at_everything(run: Run) -> None:
    status, (told,), _ = run("doctor", "--json")
    assert status == 0, told
    assert {f["name"] for f in told["findings"]} >= {
        "Đọc chữ",
        "Đĩa",
        "Khóa",
        "Cơ sở dữ liệu",
        "Hệ thống tỉnh",
    }


def test_wrong_usage_is_exit_two() -> None:
    for arguments in (["nonsense"], ["digitise"], ["queue"], ["--face", "moon"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2


def test_an_unknown_setting_is_named(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[province]\nurll = "x"\n', "utf-8")
    status, _, err = run("queue", "list")
    assert status == 1
    assert "province.urll" in err
    assert is_one_sentence(err)


@pytest.mark.parametrize(
    "text",
    [
        "[nowhere]\n",
        "x = [",
        "[province]\nurl = 3\n",
        '[rules]\nstart = "x"\n',
        '[rules]\nsupplement = "x"\n',
    ],
)
def test_a_broken_config_is_one_sentence(run: Run, home: Path, text: str) -> None:
    home.mkdir()
    (home / "config.toml").write_text(text, "utf-8")
    status, _, err = run("queue", "list")
    assert status == 1
    assert is_one_sentence(err), err


def test_a_form_of_another_step_is_refused_with_the_reason(run: Run, example: Path, tmp_path: Path) -> None:
    _, (filed,), _ = run("intake", changed(example, tmp_path), "--json")
    for form in ("02", "03", "04", "05", "07"):
        status, told, err = run("print", filed["key"], "--form", form, "--json")
        assert (status, told) == (1, [])
        assert f"Mẫu {form}" in err
        assert is_one_sentence(err)
