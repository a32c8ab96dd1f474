"""A store, a file store and keys of their own for each test; no real keyring is ever touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring

from offline_queue.files import FileStore
from offline_queue.store import Store
from tests.offline_queue.office import Office
from tests.sandbox.process import SandboxProcess

DATABASE_KEY = bytes(range(32))
FILES_KEY = bytes(range(32, 64))
NAMES_KEY = bytes(range(64, 96))


@pytest.fixture(autouse=True)
def _no_real_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A developer's keyring and key folder stay out of it, whatever ran before."""
    before = keyring.get_keyring()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("MOTCUA_KEY_DIR", str(tmp_path / "keys"))
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open, empty database."""
    opened = Store(tmp_path / "queue.db", DATABASE_KEY)
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    """An empty file store."""
    return FileStore(tmp_path / "files", FILES_KEY, NAMES_KEY)


@pytest.fixture
def office(store: Store, files: FileStore, province: SandboxProcess, tmp_path: Path) -> Iterator[Office]:
    """A station with official numbers in hand, and a province without faults."""
    province.faults()
    bureau = Office(store, files, province, tmp_path)
    bureau.lease()
    yield bureau
    province.faults()
