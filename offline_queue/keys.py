"""Where the station's secret lives, and the keys made from it.

One random 32-byte secret per station. It is kept, in this order of preference:
  1. wrapped by a passphrase (MOTCUA_PASSPHRASE, argon2id), where the office chose one;
  2. in the platform's keyring;
  3. on a headless machine without either: in a file that only this user can read, OUTSIDE the data
     folder, so that a copied or stolen data folder opens nothing. `motcua doctor` names this case.
A station that has data never gets a new secret by itself: a missing one is an error, because a fresh one
would make every unsent dossier unreadable. `rotation` changes it on purpose.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
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
from offline_queue.files import make_folder_durably, write_durably

_SERVICE = "motcua"
SECRET_BYTES = 32
MARKER = "station.json"
ROTATION_JOURNAL = "rotation.json"
RESTORE_READY = "restoring"

Marker = dict[str, str]
"""What `station.json` holds: who the station is and where its secret is kept, never the secret itself."""


@dataclass(frozen=True)
class StationKeys:
    """Keys made from the one secret; `kept_in` says where that secret lives ('keyring', …).

    `mark` tells one secret from another and may be written anywhere: nothing can be made from it.
    """

    database: bytes = field(repr=False)
    files: bytes = field(repr=False)
    names: bytes = field(repr=False)
    kept_in: str
    mark: str = field(repr=False)

    @classmethod
    def derive(cls, secret: bytes, kept_in: str) -> StationKeys:
        """Independent 32-byte keys for each use (HKDF-SHA256)."""
        return cls(
            derive_key(secret, b"database"),
            derive_key(secret, b"files"),
            derive_key(secret, b"names"),
            kept_in,
            derive_key(secret, b"mark")[:8].hex(),
        )


def derive_key(secret: bytes, use: bytes) -> bytes:
    """The 32-byte key of one use; other uses cannot be learnt from it."""
    return HKDF(SHA256(), 32, salt=None, info=b"motcua " + use).derive(secret)


def open_keys(home: Path, key_folder: Path, passphrase: str | None) -> StationKeys:
    """The station's keys; makes the secret at the very first start.

    Raises KeyMissing when the station has a secret that cannot be found or opened.
    """
    make_folder_durably(home)
    marker = home / MARKER
    with FileLock(home / "station.lock"):
        if (home / ROTATION_JOURNAL).exists() or (home / RESTORE_READY).exists():
            raise StoreError(
                "Lần đổi khóa hoặc khôi phục trước bị ngắt giữa chừng; hãy mở lại chương trình để làm nốt, dữ liệu còn nguyên."
            )
        if marker.exists():
            table = read_marker(marker)
            return keys_of(table, read_secret(table, key_folder, passphrase))
        if any(home.glob("*.db")):
            raise KeyMissing(
                f"Thiếu tệp {marker.name} trong {home}; hãy khôi phục từ bản sao lưu trước khi mở lại."
            )
        return _make_new(marker, key_folder, passphrase)


def read_marker(marker: Path) -> Marker:
    """What the station's file says; KeyMissing with a sentence when it is spoiled."""
    try:
        table = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        table = None
    if not isinstance(table, dict) or not all(
        isinstance(table.get(name), str) for name in ("station_id", "kept_in")
    ):
        raise KeyMissing(f"Tệp {marker} đã hỏng; hãy khôi phục tệp này từ bản sao lưu.")
    return table


def write_marker(marker: Path, table: Marker) -> None:
    """Replaces the station's file, whole or not at all."""
    write_durably(marker, json.dumps(table).encode(), mode=0o600)


def _make_new(marker: Path, key_folder: Path, passphrase: str | None) -> StationKeys:
    station_id, secret = secrets.token_hex(8), secrets.token_bytes(SECRET_BYTES)
    table = {"station_id": station_id, **keep_secret(secret, station_id, key_folder, passphrase)}
    write_marker(marker, table)
    return keys_of(table, secret)


def keep_secret(secret: bytes, key_name: str, key_folder: Path, passphrase: str | None) -> Marker:
    """Puts a secret where it is to live, durably; gives what the marker must say to find it again."""
    if passphrase:
        return {"key_name": key_name, "kept_in": "passphrase", **wrap(secret, passphrase)}
    if _put_in_keyring(key_name, secret):
        return {"key_name": key_name, "kept_in": "keyring"}
    make_folder_durably(key_folder)
    write_durably(key_folder / f"{key_name}.key", secret.hex().encode(), mode=0o600)
    return {"key_name": key_name, "kept_in": "key_file"}


def read_secret(table: Marker, key_folder: Path, passphrase: str | None) -> bytes:
    """The secret that a marker tells of; KeyMissing when it cannot be found or opened."""
    key_name, kept_in = _key_name(table), table["kept_in"]
    if kept_in == "passphrase":
        if not passphrase:
            raise KeyMissing("Trạm này khóa bằng mật khẩu; hãy đặt biến MOTCUA_PASSPHRASE rồi mở lại.")
        return unwrap(table, passphrase)
    if kept_in == "keyring":
        found = _get_from_keyring(key_name)
        if found is None:
            raise KeyMissing(
                "Kho khóa của máy không có khóa của trạm này; hãy mở khóa kho (đăng nhập lại) rồi thử lại."
            )
        return found
    path = key_folder / f"{key_name}.key"
    try:
        return _secret_from(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as missing:
        raise KeyMissing(
            f"Không đọc được tệp khóa {path}; hãy khôi phục tệp này từ bản sao lưu."
        ) from missing


def forget_secret(table: Marker, key_folder: Path) -> None:
    """Takes a secret away from where that marker says it is kept; harmless when it is gone already."""
    if table["kept_in"] == "keyring":
        with suppress(keyring.errors.KeyringError, RuntimeError, OSError):
            keyring.delete_password(_SERVICE, _key_name(table))
    elif table["kept_in"] == "key_file":
        (key_folder / f"{_key_name(table)}.key").unlink(missing_ok=True)


def keys_of(table: Marker, secret: bytes) -> StationKeys:
    """The keys of a secret; after a rotation the key of the files' names is still the first one."""
    keys = StationKeys.derive(secret, table["kept_in"])
    if "names_sealed" not in table:
        return keys
    try:
        return replace(keys, names=open_small(derive_key(secret, b"names kept"), table["names_sealed"]))
    except (InvalidTag, ValueError) as broken:
        raise StoreError("Tệp station.json đã hỏng; hãy khôi phục tệp này từ bản sao lưu.") from broken


def carry_names(names_key: bytes, secret: bytes) -> Marker:
    """What a marker must hold for the key of the files' names to outlive its secret."""
    return {"names_sealed": seal_small(derive_key(secret, b"names kept"), names_key)}


def seal_small(key: bytes, content: bytes) -> str:
    """A short secret under a key, as hex for a JSON file."""
    nonce = os.urandom(12)
    return (nonce + AESGCM(key).encrypt(nonce, content, b"motcua")).hex()


def open_small(key: bytes, sealed: str) -> bytes:
    """What `seal_small` sealed; InvalidTag or ValueError for anything else."""
    raw = bytes.fromhex(sealed)
    return AESGCM(key).decrypt(raw[:12], raw[12:], b"motcua")


def _key_name(table: Marker) -> str:
    return table.get("key_name", table["station_id"])


def _secret_from(text: str) -> bytes:
    """ValueError for anything but a whole secret: keys made from an empty one would be known to everybody."""
    secret = bytes.fromhex(text.strip())
    if len(secret) != SECRET_BYTES:
        raise ValueError("not a whole secret")
    return secret


def _put_in_keyring(key_name: str, secret: bytes) -> bool:
    try:
        keyring.set_password(_SERVICE, key_name, secret.hex())
    except (keyring.errors.KeyringError, RuntimeError, OSError):
        return False
    # A keyring that forgets what it was given (the null backend) must not hold the only key.
    return _get_from_keyring(key_name) == secret


def _get_from_keyring(key_name: str) -> bytes | None:
    try:
        found = keyring.get_password(_SERVICE, key_name)
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


def wrap(secret: bytes, passphrase: str) -> Marker:
    """The secret under a passphrase (argon2id, AES-256-GCM), as text for a JSON file."""
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_wrapping_key(passphrase, salt)).encrypt(nonce, secret, b"station secret")
    return {"salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}


def unwrap(table: Marker, passphrase: str) -> bytes:
    """What `wrap` wrapped; KeyMissing for another passphrase, StoreError for a spoiled table."""
    try:
        key = _wrapping_key(passphrase, bytes.fromhex(table["salt"]))
        return AESGCM(key).decrypt(
            bytes.fromhex(table["nonce"]), bytes.fromhex(table["sealed"]), b"station secret"
        )
    except InvalidTag:
        raise KeyMissing("Mật khẩu của trạm không đúng; hãy đặt lại MOTCUA_PASSPHRASE.") from None
    except (KeyError, ValueError, TypeError, argon2.exceptions.HashingError) as broken:
        raise StoreError("Tệp station.json đã hỏng; hãy khôi phục tệp này từ bản sao lưu.") from broken
