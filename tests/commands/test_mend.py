"""`motcua queue mend` and `choose`, against a real province."""

from __future__ import annotations

import pytest
import requests

from tests.commands.visits import Run
from tests.sandbox.process import SandboxProcess
from tests.workflow.outcomes import held


def test_a_mended_dossier_goes_as_a_version_of_its_own(
    run: Run, filed: str, province: SandboxProcess
) -> None:
    status, (told,), _ = run(
        "queue",
        "mend",
        filed,
        "--set",
        "copies=3",
        "--set",
        "applicant.phone=0987654321",
        "--reason",
        "Ghi nhầm",
        "--json",
    )
    assert (status, told["version"], told["state"]) == (0, 2, "to_update")
    assert run("sync", "--json")[0] == 0
    body = held(province, filed)
    assert (body["copies"], body["applicant"]["phone"]) == (3, "0987654321")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("code=H15-1", "Không sửa được"),
        ("status=8", "Không sửa được"),
        ("due=2027-01-01T17:00:00+07:00", "Không sửa được"),
        ("applicant.colour=đỏ", "không có mục"),
        ("copies=ba", "phải là một số"),
        ("components=x", "một dòng chữ"),
        ("applicant.phone", "MỤC=GIÁ TRỊ"),
    ],
)
def test_what_cannot_be_mended_is_a_sentence(run: Run, filed: str, setting: str, words: str) -> None:
    status, told, complaint = run("queue", "mend", filed, "--set", setting, "--reason", "Thử", "--json")
    assert (status, told) == (1, [])
    assert words in complaint


def test_changes_on_both_sides_are_shown_and_chosen(run: Run, filed: str, province: SandboxProcess) -> None:
    assert run("queue", "choose", filed)[0] == 1
    requests.post(
        f"{province.url}/sandbox/dossiers/{filed}/edits", json={"note": "tỉnh ghi"}, timeout=10
    ).raise_for_status()
    assert run("queue", "mend", filed, "--set", "copies=4", "--reason", "Xin thêm", "--json")[0] == 0
    run("sync", "--json")
    status, (told,), _ = run("queue", "choose", filed, "--json")
    assert status == 0
    assert {each["path"] for each in told["differences"]} == {"copies", "form.note"}
    assert run("queue", "choose", filed, "ours")[0] == 0
    assert run("sync", "--json")[0] == 0
    assert held(province, filed)["copies"] == 4
