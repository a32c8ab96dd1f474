"""`motcua outcome` and the forms that follow from it, against a real province."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from uuid6 import uuid7

from scanning.samples.people import SAMPLE_REQUESTER
from tests.commands.visits import Run, changed
from tests.sandbox.process import SandboxProcess
from tests.workflow.outcomes import held

PAPER = ("--paper", "Giấy ủy quyền=Bổ sung chữ ký ở trang 2")


def printed(run: Run, tmp_path: Path, key: str, form: str) -> str:
    """The words on the paper."""
    out = tmp_path / f"{form}.pdf"
    status, (told,), _ = run("print", key, "--form", form, "--out", out, "--json")
    assert (status, told["printed"]) == (0, str(out))
    done = subprocess.run(["pdftotext", "-layout", str(out), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_a_dossier_goes_its_way_to_the_hand_over(
    run: Run, filed: str, province: SandboxProcess, tmp_path: Path
) -> None:
    status, (told,), _ = run(
        "outcome", filed, "transfer", "--to", "Tư pháp", "--receiver", "Lê Văn Nhận", "--json"
    )
    assert (status, told["status"], told["form"], told["version"]) == (0, 4, "06", 2)
    assert "Nhận: Lê Văn Nhận, Tư pháp" in printed(run, tmp_path, filed, "06")
    run(
        "outcome",
        filed,
        "result",
        "--number",
        "12/TLHT",
        "--signed-by",
        "Phạm Thị Chủ",
        "--signed",
        "digital",
    )
    card = SAMPLE_REQUESTER.qr_payload()
    status, (told,), _ = run("outcome", filed, "hand-over", "--card", card, "--signed", "pad", "--json")
    assert (status, told["status"], told["words"]) == (0, 10, "Đã trả kết quả")
    assert run("sync", "--json")[0] == 0
    events: Any = held(province, filed)["events"]
    assert [event["status"] for event in events] == [4, 9, 10]
    assert events[-1]["receiver_id"] == SAMPLE_REQUESTER.personal_id
    _, (shown,), _ = run("outcome", filed, "show", "--json")
    assert (shown["status"], shown["next"], len(shown["events"])) == (10, [], 3)


def test_a_supplement_is_printed_as_it_was_sealed(run: Run, filed: str, tmp_path: Path) -> None:
    arguments = ("outcome", filed, "supplement", *PAPER, "--reason", "Chưa ký", "--json")
    status, (told,), _ = run(*arguments)
    assert (status, told["status"], told["form"], told["warnings"]) == (0, 5, "02", [])
    _, (again,), _ = run(*arguments)
    assert (again["version"], len(again["warnings"])) == (told["version"], 1)
    words = printed(run, tmp_path, filed, "02")
    assert "1 Giấy ủy quyền Bổ sung chữ ký ở trang 2" in words
    assert "Lý do: Chưa ký." in words
    run("queue", "mend", filed, "--set", "applicant.phone=0987654321", "--reason", "Ghi nhầm")
    second = printed(run, tmp_path, filed, "02")
    assert "BẢN SAO lần 2" in second
    assert second.replace("BẢN SAO lần 2 ", "") == words
    status, _, complaint = run("outcome", filed, "supplement", *PAPER, "--reason", "Lại thiếu")
    assert status == 1
    assert "766" in complaint
    _, (told,), _ = run("outcome", filed, "complete", "--json")
    assert told["status"] == 4


def test_a_stop_is_told_with_what_is_given_back(run: Run, filed: str, tmp_path: Path) -> None:
    status, _, complaint = run("print", filed, "--form", "05")
    assert status == 1
    assert "Được tiếp nhận" in complaint
    run("outcome", filed, "withdraw", "--reason", "Không còn nhu cầu")
    status, _, complaint = run("print", filed, "--form", "05")
    assert "Công dân yêu cầu rút" in complaint
    run(
        "outcome", filed, "stop", "--reason", "Người nộp đã rút", "--returned", "Trả đủ giấy tờ, chưa thu phí"
    )
    words = printed(run, tmp_path, filed, "05")
    assert "Lý do dừng: Người nộp đã rút." in words
    assert "đã nộp: Trả đủ giấy tờ, chưa thu phí." in words


@pytest.mark.usefixtures("filed")
def test_a_visit_is_refused_once_and_form_03_comes_again(
    run: Run, example: Path, tmp_path: Path, province: SandboxProcess
) -> None:
    visit = changed(example, tmp_path, key=str(uuid7()))
    arguments = (
        "outcome",
        visit,
        "refuse",
        "--reason",
        "not_competent",
        "--text",
        "Nộp tại xã Ea Kao.",
        "--json",
    )
    status, (told,), _ = run(*arguments)
    assert (status, told["status"], told["form"], told["due"]) == (0, 3, "03", None)
    _, (again,), _ = run(*arguments)
    assert (again["key"], again["code"]) == (told["key"], told["code"])
    words = printed(run, tmp_path, told["key"], "03")
    assert f"Mã hồ sơ: {told['code']}" in words
    assert "thẩm quyền giải quyết của cơ quan này. Nộp tại xã Ea Kao." in words
    assert printed(run, tmp_path, told["key"], "03").startswith("BẢN SAO lần 2")
    assert run("sync", "--json")[0] == 0
    assert held(province, told["key"])["status"] == 3
    status, _, complaint = run("print", told["key"], "--form", "01")
    assert status == 1
    assert "Mẫu 03" in complaint
    status, _, complaint = run("intake", visit)
    assert status == 1
    assert "không được tiếp nhận" in complaint


def test_a_received_visit_cannot_be_refused(run: Run, filed: str, example: Path, tmp_path: Path) -> None:
    visit = changed(example, tmp_path, key=filed)
    status, _, complaint = run("outcome", visit, "refuse", "--reason", "pending_elsewhere")
    assert status == 1
    assert "đã được tiếp nhận" in complaint


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("supplement", "--paper", "Giấy", "--reason", "x"), "TÊN_GIẤY=CẦN_LÀM_GÌ"),
        (("supplement", "--reason", "x"), "từ 1 đến 100 giấy tờ"),
        (("complete",), "không chờ bổ sung"),
        (("apologise", "--reason", "x", "--due", "mai"), "ngày"),
        (("apologise", "--reason", "x", "--due", "2020-01-01"), "ngày"),
        (
            ("result", "--number", "1", "--signed-by", "A", "--signed", "paper"),
            "bước tiếp theo chỉ có thể là",
        ),
        (("hand-over", "--personal-id", "001199000007"), "bước tiếp theo chỉ có thể là"),
        (("hand-over", "--personal-id", "12"), "định danh"),
        (("hand-over", "--card", "không phải thẻ"), "thẻ"),
        (("stop", "--reason", " "), "lý do dừng"),
        (("transfer", "--to", ""), "bộ phận nhận"),
    ],
)
def test_each_mistake_is_one_sentence_and_changes_nothing(
    run: Run, filed: str, arguments: tuple[str, ...], words: str
) -> None:
    status, told, complaint = run("outcome", filed, *arguments, "--json")
    assert (status, told) == (1, [])
    assert words in complaint
    assert len(complaint.strip().splitlines()) == 1
    _, (shown,), _ = run("outcome", filed, "show", "--json")
    assert (shown["status"], shown["events"]) == (2, [])


@pytest.mark.usefixtures("filed")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--reason", "vì thế"), "not_competent"),
        (("--reason", "other"), "nói rõ"),
        (("--reason", "pending_elsewhere", "--submitted", "hôm qua"), "2026-11-20T14:26"),
        (("--reason", "pending_elsewhere", "--submitted", "2026-01-05T08:00"), "3 ngày làm việc"),
    ],
)
def test_a_refusal_without_ground_is_one_sentence(
    run: Run, example: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    key = str(uuid7())
    status, told, complaint = run(
        "outcome", changed(example, tmp_path, key=key), "refuse", *arguments, "--json"
    )
    assert (status, told) == (1, [])
    assert words in complaint
    assert len(complaint.strip().splitlines()) == 1
    assert run("outcome", key, "show")[0] == 1


@pytest.mark.usefixtures("filed")
def test_an_unknown_dossier_is_one_sentence(run: Run) -> None:
    status, _, complaint = run("outcome", "H15.24.3-261123-9999", "complete")
    assert status == 1
    assert "Không có hồ sơ" in complaint
