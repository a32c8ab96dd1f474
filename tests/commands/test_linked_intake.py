"""Several dossiers from one visit file: one line for each, one receipt, all or none."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from scanning.drivers.sample import save_paper
from scanning.samples.people import SAMPLE_REQUESTER
from scanning.samples.sheets import print_plain_paper
from tests.commands.visits import Run
from tests.sandbox.process import SandboxProcess

CT01 = "000.00.00.G01-KQ003604"
KEY = "01960000-0000-7000-8000-000000000007"


@pytest.fixture(scope="module")
def birth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The example of a birth registration, with the signed declaration of residence beside it."""
    folder = tmp_path_factory.mktemp("birth")
    assert main(["intake", "--example", "1.001193", "--out", str(folder)]) == 0
    table: dict[str, Any] = json.loads((folder / "visit.json").read_text("utf-8"))
    for entry in table["components"]:
        entry["paths"] = [str(folder / p) for p in entry["paths"]]
    paper = save_paper(print_plain_paper("Tờ khai CT01", SAMPLE_REQUESTER.full_name), folder / "ct01.jpg")
    del table["procedure"]
    return table | {
        "linked": "birth",
        "followers": [
            {
                "form": {"relation_to_head": "Chủ hộ"},
                "components": [{"code": CT01, "paths": [str(folder / paper.name)]}],
            }
        ],
    }


def written(tmp_path: Path, table: dict[str, Any]) -> Path:
    path = tmp_path / "visit.json"
    path.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    return path


def test_a_birth_and_a_residence_in_one_visit(
    run: Run,
    birth: dict[str, Any],
    province: SandboxProcess,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MOTCUA_PROVINCE_URL", province.url)
    monkeypatch.setenv("MOTCUA_POPULATION_URL", province.url)
    visit = written(tmp_path, birth | {"key": KEY})
    status, filed, err = run("intake", visit, "--json")
    assert status == 0, err
    assert [line["linked"]["position"] for line in filed] == [1, 2]
    assert {line["linked"]["of"] for line in filed} == {2}
    assert filed[0]["key"] == KEY
    assert len({line["receipt"] for line in filed}) == 1
    assert any("Bảo hiểm xã hội" in warning for warning in filed[0]["warnings"])
    done = subprocess.run(
        ["pdftotext", "-layout", filed[0]["receipt"], "-"], capture_output=True, text=True, check=True
    )
    words = " ".join(done.stdout.split())
    assert all(line["code"] in words for line in filed)
    assert "02 (hai) bộ, theo danh sách" in words
    assert "Đăng ký thường trú" in words
    # After a crash before the answer: filed again, the same.
    again = run("intake", visit, "--json")[1]
    assert [line["code"] for line in again] == [line["code"] for line in filed]
    assert len(run("queue", "list", "--json")[1]) == 2
    assert run("sync", "--json")[1][0]["sent"] == 2
    keys = {line["key"] for line in filed}
    assert sum(d["key"] in keys and d["complete"] for d in province.state()) == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"linked": "wedding"}, "birth, death"),
        ({"linked": ["1.001193"]}, "từ hai mã thủ tục"),
        ({"procedure": "1.004222"}, "1.001193"),
        ({"followers": []}, "1.004222"),
        ({"followers": [{"surprise": 1}]}, "surprise"),
        ({"followers": [{}, {}]}, "nhiều nhất 1"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_sealed(
    run: Run, birth: dict[str, Any], tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    status, answers, err = run("intake", written(tmp_path, birth | changes), "--json")
    assert (status, answers) == (1, [])
    assert named in err
    assert run("queue", "list", "--json")[1] == []


def test_two_matters_of_one_person(run: Run, birth: dict[str, Any], tmp_path: Path) -> None:
    kq = "000.00.00.G01-KQ003647"
    follower = {
        "case": "known",
        "form": {"relation_to_head": "Chủ hộ", "request": "Xác nhận thông tin cư trú", "declarant_sex": "Nữ"},
        "components": [{"code": kq, "paths": birth["followers"][0]["components"][0]["paths"]}],
    }
    table = birth | {"linked": ["1.001193", "1.010041"], "followers": [follower]}
    status, filed, err = run("intake", written(tmp_path, table), "--json")
    assert status == 0, err
    assert [line["linked"]["procedure"] for line in filed] == [None, None]
