"""Where the station's secret lives: outside its data, never replaced, and a sentence when it is missing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from offline_queue.errors import KeyMissing, StoreError
from offline_queue.keys import StationKeys, open_keys
from offline_queue.store import Store

PASSPHRASE = "mật khẩu của quầy số 3"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def key_folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def marker(home: Path) -> Path:
    return home / "station.json"


def test_a_headless_station_keeps_its_secret_in_a_private_file_outside_its_data(
    home: Path, key_folder: Path
) -> None:
    keys = open_keys(home, key_folder, None)
    assert keys.kept_in == "key_file"
    (secret_file,) = key_folder.iterdir()
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    secret = secret_file.read_text("ascii")
    assert len(bytes.fromhex(secret)) == 32
    for path in home.rglob("*"):
        assert secret not in path.read_text("utf-8")
    assert open_keys(home, key_folder, None) == keys


def test_the_three_keys_are_independent_and_not_shown(home: Path, key_folder: Path) -> None:
    keys = open_keys(home, key_folder, None)
    assert len({keys.database, keys.files, keys.names}) == 3
    assert {len(k) for k in (keys.database, keys.files, keys.names)} == {32}
    assert repr(keys) == "StationKeys(kept_in='key_file')"
    assert StationKeys.derive(b"x" * 32, "a") == StationKeys.derive(b"x" * 32, "a")
    assert StationKeys.derive(b"x" * 32, "a").database != StationKeys.derive(b"y" * 32, "a").database


def test_a_lost_key_file_is_an_error_and_no_new_secret_is_made(home: Path, key_folder: Path) -> None:
    open_keys(home, key_folder, None)
    (secret_file,) = key_folder.iterdir()
    kept = secret_file.read_bytes()
    before = marker(home).read_bytes()
    for spoiled in (None, b"", b"not hex", kept[:20] + b"zz"):
        secret_file.unlink(missing_ok=True)
        if spoiled is not None:
            secret_file.write_bytes(spoiled)
        with pytest.raises(KeyMissing, match="tệp khóa"):
            open_keys(home, key_folder, None)
    assert marker(home).read_bytes() == before
    secret_file.write_bytes(kept)
    open_keys(home, key_folder, None)


def test_a_short_key_file_opens_nothing(home: Path, key_folder: Path) -> None:
    open_keys(home, key_folder, None)
    (secret_file,) = key_folder.iterdir()
    secret_file.write_bytes(secret_file.read_bytes()[:20])
    with pytest.raises(KeyMissing):
        open_keys(home, key_folder, None)


def test_a_passphrase_wraps_the_secret(home: Path, key_folder: Path) -> None:
    keys = open_keys(home, key_folder, PASSPHRASE)
    assert keys.kept_in == "passphrase"
    assert not key_folder.exists()
    assert PASSPHRASE not in marker(home).read_text("utf-8")
    assert open_keys(home, key_folder, PASSPHRASE) == keys
    with pytest.raises(KeyMissing, match="không đúng"):
        open_keys(home, key_folder, PASSPHRASE + " ")
    for missing in (None, ""):
        with pytest.raises(KeyMissing, match="MOTCUA_PASSPHRASE"):
            open_keys(home, key_folder, missing)
    assert open_keys(home, key_folder, PASSPHRASE) == keys


@pytest.mark.parametrize(
    "spoil",
    [
        {"sealed": "00" * 48},
        {"sealed": "không phải hex"},
        {"sealed": 5},
        {"nonce": "00"},
        {"salt": "00"},
        {"salt": ""},
        {"salt": None},
    ],
)
def test_a_spoiled_wrapping_is_a_sentence(home: Path, key_folder: Path, spoil: dict[str, object]) -> None:
    open_keys(home, key_folder, PASSPHRASE)
    table = json.loads(marker(home).read_text("utf-8"))
    marker(home).write_text(json.dumps(table | spoil), "utf-8")
    with pytest.raises(StoreError):
        open_keys(home, key_folder, PASSPHRASE)
    assert json.loads(marker(home).read_text("utf-8")) == table | spoil


def test_data_without_its_marker_never_gets_a_fresh_secret(home: Path, key_folder: Path) -> None:
    keys = open_keys(home, key_folder, None)
    Store(home / "queue.db", keys.database).close()
    marker(home).unlink()
    before = sorted(p.name for p in key_folder.iterdir())
    with pytest.raises(KeyMissing, match=r"station\.json"):
        open_keys(home, key_folder, None)
    assert not marker(home).exists()
    assert sorted(p.name for p in key_folder.iterdir()) == before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"5", b"null", b'"x"', b"{}", b'{"station_id": "a"}', b"\xff\xfe"]
)
def test_a_spoiled_marker_is_a_sentence_and_is_left_alone(
    home: Path, key_folder: Path, content: bytes
) -> None:
    open_keys(home, key_folder, None)
    marker(home).write_bytes(content)
    with pytest.raises(KeyMissing, match="hỏng"):
        open_keys(home, key_folder, None)
    assert marker(home).read_bytes() == content


def test_the_null_keyring_is_not_trusted(home: Path, key_folder: Path) -> None:
    """It takes every password and forgets it: the file is what holds the key."""
    keyring.set_password("motcua", "probe", "x")
    assert keyring.get_password("motcua", "probe") is None
    assert open_keys(home, key_folder, None).kept_in == "key_file"
    assert len(list(key_folder.iterdir())) == 1


class _Memory(KeyringBackend):
    """A keyring that remembers, until it is locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_a_keyring_that_remembers_holds_the_only_secret(home: Path, key_folder: Path) -> None:
    memory = _Memory()
    keyring.set_keyring(memory)
    keys = open_keys(home, key_folder, None)
    assert keys.kept_in == "keyring"
    assert not key_folder.exists()
    assert open_keys(home, key_folder, None) == keys
    (secret,) = memory.kept.values()
    assert secret not in marker(home).read_text("utf-8")
    memory.is_locked = True
    with pytest.raises(KeyMissing, match="Kho khóa"):
        open_keys(home, key_folder, None)
    memory.is_locked = False
    for spoiled in ("", "không phải hex", "00"):
        memory.kept = dict.fromkeys(memory.kept, spoiled)
        with pytest.raises(KeyMissing, match="Kho khóa"):
            open_keys(home, key_folder, None)
    memory.kept.clear()
    with pytest.raises(KeyMissing, match="Kho khóa"):
        open_keys(home, key_folder, None)


def test_two_programs_that_start_together_get_one_secret(home: Path, key_folder: Path) -> None:
    code = (
        "import sys, pathlib; from offline_queue.keys import open_keys; from offline_queue.store import Store\n"
        "home = pathlib.Path(sys.argv[1]); keys = open_keys(home, pathlib.Path(sys.argv[2]), None)\n"
        "Store(home / 'queue.db', keys.database).close(); print(keys.database.hex())"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home), str(key_folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env=os.environ,
        )
        for _ in range(3)
    ]
    told = {child.communicate()[0] for child in children}
    assert len(told) == 1
    assert told != {""}
    assert len(list(key_folder.iterdir())) == 1
