"""Where the station's secret lives, and the keys made from it.

One random 32-byte secret per station. It is kept, in this order of preference:
  1. wrapped by a passphrase (MOTCUA_PASSPHRASE, argon2id), where the office chose one;
  2. in the platform's keyring;
  3. on a headless machine without either: in a file that only this user can read, OUTSIDE the data
     folder, so that a copied or stolen data folder opens nothing. `motcua doctor` names this case.
A station that has data never gets a new secret: a missing one is an error, because a fresh one would
make every unsent dossier unreadable.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import argon2.exceptions
import argon2.low_level
import keyring
import keyring.errors
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from filelock import FileLock

from offline_queue.errors import KeyMissing, StoreError
from offline_queue.files import write_durably

_SERVICE = "motcua"
SECRET_BYTES = 32


@dataclass(frozen=True)
class StationKeys:
    """Keys made from the one secret; `kept_in` says where that secret lives ('keyring', …)."""

    database: bytes = field(repr=False)
    files: bytes = field(repr=False)
    names: bytes = field(repr=False)
    kept_in: str

    @classmethod
    def derive(cls, secret: bytes, kept_in: str) -> StationKeys:
        """Independent 32-byte keys for each use (HKDF-SHA256)."""

        def key(use: bytes) -> bytes:
            return HKDF(SHA256(), 32, salt=None, info=b"motcua " + use).derive(secret)

        return cls(key(b"database"), key(b"files"), key(b"names"), kept_in)


def open_keys(home: Path, key_folder: Path, passphrase: str | None) -> StationKeys:
    """The station's keys; makes the secret at the very first start.

    Raises KeyMissing when the station has a secret that cannot be found or opened.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    marker = home / "station.json"
    with FileLock(home / "station.lock"):
        if marker.exists():
            return _open_existing(_read_marker(marker), key_folder, passphrase)
        if any(home.glob("*.db")):
            raise KeyMissing(
                f"Thiếu tệp {marker.name} trong {home}; hãy khôi phục từ bản sao lưu trước khi mở lại."
            )
        return _make_new(marker, key_folder, passphrase)


def _read_marker(marker: Path) -> dict[str, str]:
    try:
        table = json.loads(marker.read_text(encoding="utf-8"))
    except ValueError:
        table = None
    if not isinstance(table, dict) or not all(
        isinstance(table.get(name), str) for name in ("station_id", "kept_in")
    ):
        raise KeyMissing(f"Tệp {marker} đã hỏng; hãy khôi phục tệp này từ bản sao lưu.")
    return table


def _make_new(marker: Path, key_folder: Path, passphrase: str | None) -> StationKeys:
    station_id, secret = secrets.token_hex(8), secrets.token_bytes(SECRET_BYTES)
    table = {"station_id": station_id}
    if passphrase:
        table |= {"kept_in": "passphrase", **_wrap(secret, passphrase)}
    elif _put_in_keyring(station_id, secret):
        table["kept_in"] = "keyring"
    else:
        key_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(key_folder / f"{station_id}.key", secret.hex().encode(), mode=0o600)
        table["kept_in"] = "key_file"
    write_durably(marker, json.dumps(table).encode(), mode=0o600)
    return StationKeys.derive(secret, table["kept_in"])


def _open_existing(table: dict[str, str], key_folder: Path, passphrase: str | None) -> StationKeys:
    station_id, kept_in = table["station_id"], table["kept_in"]
    if kept_in == "passphrase":
        return StationKeys.derive(_unwrap(table, passphrase), kept_in)
    if kept_in == "keyring":
        found = _get_from_keyring(station_id)
        if found is None:
            raise KeyMissing(
                "Kho khóa của máy không có khóa của trạm này; hãy mở khóa kho (đăng nhập lại) rồi thử lại."
            )
        return StationKeys.derive(found, kept_in)
    path = key_folder / f"{station_id}.key"
    try:
        return StationKeys.derive(_secret_from(path.read_text(encoding="ascii")), kept_in)
    except (OSError, ValueError) as missing:
        raise KeyMissing(
            f"Không đọc được tệp khóa {path}; hãy khôi phục tệp này từ bản sao lưu."
        ) from missing


def _secret_from(text: str) -> bytes:
    """ValueError for anything but a whole secret: keys made from an empty one would be known to everybody."""
    secret = bytes.fromhex(text.strip())
    if len(secret) != SECRET_BYTES:
        raise ValueError("not a whole secret")
    return secret


def _put_in_keyring(station_id: str, secret: bytes) -> bool:
    try:
        keyring.set_password(_SERVICE, station_id, secret.hex())
    except (keyring.errors.KeyringError, RuntimeError, OSError):
        return False
    # A keyring that forgets what it was given (the null backend) must not hold the only key.
    return _get_from_keyring(station_id) == secret


def _get_from_keyring(station_id: str) -> bytes | None:
    try:
        found = keyring.get_password(_SERVICE, station_id)
        return _secret_from(found) if found else None
    except (keyring.errors.KeyringError, RuntimeError, OSError, ValueError):
        return None


def _wrapping_key(passphrase: str, salt: bytes) -> bytes:
    return argon2.low_level.hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=3,
        memory_cost=65536,
        parallelism=2,
        hash_len=32,
        type=argon2.Type.ID,
    )


def _wrap(secret: bytes, passphrase: str) -> dict[str, str]:
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_wrapping_key(passphrase, salt)).encrypt(nonce, secret, b"station secret")
    return {"salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}


def _unwrap(table: dict[str, str], passphrase: str | None) -> bytes:
    if not passphrase:
        raise KeyMissing("Trạm này khóa bằng mật khẩu; hãy đặt biến MOTCUA_PASSPHRASE rồi mở lại.")
    try:
        key = _wrapping_key(passphrase, bytes.fromhex(table["salt"]))
        return AESGCM(key).decrypt(
            bytes.fromhex(table["nonce"]), bytes.fromhex(table["sealed"]), b"station secret"
        )
    except InvalidTag:
        raise KeyMissing("Mật khẩu của trạm không đúng; hãy đặt lại MOTCUA_PASSPHRASE.") from None
    except (KeyError, ValueError, TypeError, argon2.exceptions.HashingError) as broken:
        raise StoreError("Tệp station.json đã hỏng; hãy khôi phục tệp này từ bản sao lưu.") from broken
