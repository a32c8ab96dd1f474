"""`motcua officer`: adding, listing, shutting out, another password; never a password as an argument."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import open_station
from app.cli import main
from app.config import load_settings
from tests.commands.visits import Run

PASSWORD = "ba cay buoi"
ADMINISTRATOR = ("officer", "add", "ywon", "--name", "Y Wŏn Mlô Duôn Du", "--role", "administrator")


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What comes on stdin."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.fixture
def administrator(run: Run, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The first officer, added from the command line."""
    typed(monkeypatch, PASSWORD)
    status, (added,), _err = run(*ADMINISTRATOR, "--password-stdin", "--json")
    assert status == 0
    return added


def audit() -> list[tuple[str, str, str]]:
    """Who, did what, to what."""
    with open_station(load_settings()) as station:
        rows = station.on_store(lambda store: store.rows("SELECT * FROM audit ORDER BY id"))
    return [(r["officer"], r["action"], r["subject"]) for r in rows]


def test_officers_are_added_listed_and_shut_out(
    run: Run, administrator: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    until = administrator.pop("password_until")
    assert until.endswith("+07:00")
    assert administrator == {
        "login": "ywon",
        "full_name": "Y Wŏn Mlô Duôn Du",
        "position": "Công chức Một cửa",
        "role": "administrator",
        "is_active": True,
    }
    typed(monkeypatch, PASSWORD)
    assert run("officer", "add", "An", "--name", "Nguyễn Văn An", "--password-stdin")[0] == 0
    _status, listed, _err = run("officer", "list", "--json")
    assert [(o["login"], o["role"]) for o in listed] == [("an", "receiving"), ("ywon", "administrator")]
    status, (shut,), _err = run("officer", "disable", "an", "--json")
    assert (status, shut["login"], shut["is_active"]) == (0, "an", False)
    assert [action for _who, action, _on in audit()] == ["enrol", "enrol", "disable"]


def test_the_last_administrator_and_an_unknown_one_are_refused(
    run: Run, administrator: dict[str, Any]
) -> None:
    assert administrator
    status, _out, err = run("officer", "disable", "ywon")
    assert (status, "quản trị cuối cùng" in err) == (1, True)
    status, _out, err = run("officer", "password", "ai", "--password-stdin")
    assert (status, "Không có cán bộ “ai”" in err) == (1, True)


def test_the_first_must_be_an_administrator(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, PASSWORD)
    status, _out, err = run("officer", "add", "an", "--name", "Nguyễn Văn An", "--password-stdin")
    assert (status, "phải là quản trị" in err) == (1, True)
    assert run("officer", "list", "--json")[1] == []


def test_another_password_lets_in_and_the_old_one_no_more(
    run: Run, administrator: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert administrator
    typed(monkeypatch, "chin cay buoi", "dong thu hai")
    assert run("officer", "password", "ywon", "--password-stdin")[0] == 0
    with open_station(load_settings()) as station:
        assert station.officers.sign_in("ywon", "chin cay buoi").officer.login == "ywon"


def test_without_a_terminal_the_password_must_be_given_on_stdin(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, PASSWORD)
    status, _out, err = run(*ADMINISTRATOR)
    assert (status, "--password-stdin" in err) == (1, True)


def test_a_password_is_no_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as wrong:
        main([*ADMINISTRATOR, "--password", PASSWORD])
    assert wrong.value.code == 2
    assert PASSWORD not in capsys.readouterr().out


def test_a_command_writes_the_system_s_user_when_it_reads_a_person_s_data(run: Run, example: Path) -> None:
    _status, (filed,), _err = run("intake", example, "--json")
    run("queue", "show", filed["key"], "--json")
    run("queue", "list", "--json")
    run("print", filed["key"], "--out", example.parent / "again.pdf")
    lines = [(who, action) for who, action, _on in audit()]
    assert lines[-3:] == [(who, action) for who, action in lines[-3:] if who.startswith("os:")]
    assert [action for _who, action in lines[-3:]] == ["show", "list", "print"]
