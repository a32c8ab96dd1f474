"""A pickup laptop without a line, a stick, and the office's station: every dossier at the province exactly once."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import open_station
from app.cli import main
from app.config import load_settings
from tests.sandbox.process import SandboxProcess


class Computer:
    """One station: its home, its settings and its commands."""

    def __init__(
        self, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.name = name
        self._environment = monkeypatch
        self._capsys = capsys
        self.trusted: list[str] = []
        self.to = ""
        (folder / "home").mkdir(parents=True)

    def run(self, *arguments: object, line: str = "") -> tuple[int, list[dict[str, Any]], str, str]:
        """Status, JSON lines on stdout, the words on stderr, and on stdout."""
        config = self.folder / "home" / "config.toml"
        config.write_text(
            f'[station]\nid = "{self.name}"\n[handover]\ntrusted = {json.dumps(self.trusted)}\nto = "{self.to}"\n',
            "utf-8",
        )
        self._environment.setenv("MOTCUA_HOME", str(self.folder / "home"))
        self._environment.setenv("MOTCUA_KEY_DIR", str(self.folder / "keys"))
        for name in ("PROVINCE", "POPULATION"):
            self._environment.setenv(f"MOTCUA_{name}_URL", line)
        self._capsys.readouterr()
        status = main([str(a) for a in arguments])
        out, err = self._capsys.readouterr()
        return status, [json.loads(part) for part in out.splitlines() if part.startswith("{")], err, out

    @property
    def line(self) -> str:
        status, (told,), _, _ = self.run("queue", "identity", "--json")
        assert (status, told["name"]) == (0, self.name)
        return str(told["line"])

    def audit(self) -> list[tuple[str, str]]:
        """Who did what is written with keys only."""
        with open_station(load_settings()) as station:
            rows = station.on_store(lambda store: store.rows("SELECT action, subject FROM audit ORDER BY id"))
        return [(row["action"], row["subject"]) for row in rows]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example visit and its paper, written once."""
    folder = tmp_path_factory.mktemp("example")
    assert main(["intake", "--example", "2.000635", "--out", str(folder)]) == 0
    return folder / "visit.json"


@pytest.fixture
def computers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[Computer, Computer]:
    """Laptop and office, who know each other."""
    laptop = Computer(tmp_path / "laptop", "Q03", monkeypatch, capsys)
    office = Computer(tmp_path / "office", "Q01", monkeypatch, capsys)
    laptop.trusted, office.trusted = [office.line], [laptop.line]
    return laptop, office


def visit(example: Path, folder: Path, number: int) -> Path:
    """The example under a key of its own; its papers are found where they are."""
    table = json.loads(example.read_text("utf-8"))
    table["key"] = f"01960000-0000-7000-8000-{number:012d}"
    for entry in table["components"]:
        entry["paths"] = [str(example.parent / p) for p in entry.get("paths", ())]
    path = folder / f"visit-{number}.json"
    path.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    return path


def is_one_sentence(err: str) -> bool:
    lines = [line for line in err.splitlines() if line.startswith("motcua: ")]
    return len(lines) == 1 and "Traceback" not in err and lines[0].endswith(".")


def test_laptop_stick_office_province(
    computers: tuple[Computer, Computer], example: Path, province: SandboxProcess, tmp_path: Path
) -> None:
    laptop, office = computers
    stick = tmp_path / "stick"
    stick.mkdir()
    # In the morning the laptop has a line and takes numbers; then it drives off, and its block is used up in part.
    assert laptop.run("sync", "--once", line=province.url)[0] == 0
    filed = [laptop.run("intake", visit(example, tmp_path, n), "--json")[1][0] for n in (1, 2)]
    keys = [f["key"] for f in filed]
    assert all(f["code"] for f in filed)

    status, (given,), err, _ = laptop.run("queue", "export", stick, "--json")
    assert (status, err) == (0, "")
    assert (given["given"], given["left_out"], given["to"]) == (keys, [], "Q01")
    (bundle,) = stick.iterdir()
    assert bundle.name.startswith("ban-giao-Q03-")
    assert bundle.suffix == ".motcua"
    person = json.loads(example.read_text("utf-8"))["applicant"]["full_name"].encode()
    assert person not in bundle.read_bytes()
    assert filed[0]["code"].encode() not in bundle.read_bytes()

    receipt = stick / "bao-nhan.motcua"
    status, (taken,), _, _ = office.run("queue", "import", bundle, "--receipt", receipt, "--json")
    assert (status, taken["taken"], taken["known"], taken["left_out"]) == (0, keys, [], [])
    assert office.run("queue", "import", bundle, "--json")[1][0]["known"] == keys
    assert [row["state"] for row in office.run("queue", "list", "--json")[1]] == ["sealed", "sealed"]
    assert [("import", k) for k in keys] == [a for a in office.audit() if a[0] == "import"]

    status, (told,), _, _ = laptop.run("queue", "import", receipt, "--json")
    assert (status, told["confirmed"], told["unknown"]) == (0, keys, [])
    assert [("export", k) for k in keys] == [a for a in laptop.audit() if a[0] == "export"]
    status, _, err, _ = laptop.run("queue", "export", stick)
    assert status == 1
    assert is_one_sentence(err)

    # The office sends; later the laptop has a line and sends too: the province knows the keys.
    assert office.run("sync", line=province.url)[0] == 0
    assert laptop.run("sync", line=province.url)[0] == 0
    for computer in (office, laptop):
        assert {r["state"] for r in computer.run("queue", "list", "--json")[1]} == {"accepted"}
    there = [d for d in province.state() if d["key"] in keys]
    assert sorted(d["key"] for d in there) == sorted(keys)
    assert all(d["complete"] for d in there)
    assert [d["code"] for d in sorted(there, key=lambda d: d["key"])] == [f["code"] for f in filed]
    for key in keys:
        (dossier,) = [d for d in there if d["key"] == key]
        for computer in (office, laptop):
            files = computer.run("queue", "show", key, "--json")[1][0]["files"]
            assert {(f["component"], f["sha256"]) for f in files} == {
                (f["component"], f["sha256"]) for f in dossier["files"]
            }


def test_the_laptop_may_be_first_and_the_number_provisional(
    computers: tuple[Computer, Computer], example: Path, province: SandboxProcess, tmp_path: Path
) -> None:
    laptop, office = computers
    _, (filed,), _, _ = laptop.run("intake", visit(example, tmp_path, 3), "--json")
    assert filed["code"] is None
    assert laptop.run("queue", "export", tmp_path / "a.motcua", "--key", filed["receipt_number"])[0] == 0
    assert laptop.run("sync", line=province.url)[0] == 0
    status, _, _, out = office.run("queue", "import", tmp_path / "a.motcua")
    assert (status, out.startswith("Đã nhận 1 hồ sơ từ Q03")) == (0, True)
    assert office.run("sync", line=province.url)[0] == 0
    (there,) = [d for d in province.state() if d["key"] == filed["key"]]
    for computer in (office, laptop):
        _, (shown,), _, _ = computer.run("queue", "show", filed["receipt_number"], "--json")
        assert (shown["state"], shown["code"]) == ("accepted", there["code"])
        assert shown["record"]["receipt_number"] == filed["receipt_number"]


def test_what_is_wrong_is_one_sentence(computers: tuple[Computer, Computer], tmp_path: Path) -> None:
    laptop, office = computers

    def refused(computer: Computer, *arguments: object) -> str:
        status, answers, err, _ = computer.run("queue", *arguments)
        assert (status, answers) == (1, [])
        assert is_one_sentence(err), err
        return err

    target = tmp_path / "a.motcua"
    assert "Không có hồ sơ nào" in refused(laptop, "export", target)
    assert "nope" in refused(laptop, "export", target, "--key", "nope")
    laptop.to = "Q77"
    assert "Q77" in refused(laptop, "export", target)
    good, laptop.to, laptop.trusted = laptop.trusted, "", []
    assert "queue identity" in refused(laptop, "export", target)
    laptop.trusted = [good[0][:-3]]
    assert "chép" in refused(laptop, "export", target)
    laptop.trusted = good
    assert "Không đọc được" in refused(office, "import", target)
    target.write_bytes(b"%PDF-1.7")
    assert "không phải gói bàn giao" in refused(office, "import", target)
    assert stat.S_ISREG(target.stat().st_mode)


def test_identity_is_one_line_to_copy(computers: tuple[Computer, Computer]) -> None:
    laptop, _ = computers
    status, _, err, out = laptop.run("queue", "identity")
    assert status == 0
    assert out.strip() == laptop.line
    assert "trusted" in err
