"""Who gives and who takes: a station's own keys for hand-overs, and the line by which others know it.

One random seed a station, kept in its encrypted database: the line that other stations have in their settings stays
valid when the station's secret is changed or the station is restored on another machine.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_queue.errors import BundleRefused
from offline_queue.store import Store

_SEED = "handover_seed"
_KEY_BYTES = 32
#: Of the hash that shows a line copied wrongly; with five, the whole is 92 letters without padding.
_CHECK_BYTES = 5


@dataclass(frozen=True)
class Peer:
    """A station as others know it: a name for people, a key that proves its bundles, a key that locks them."""

    name: str
    signing: bytes
    receiving: bytes

    @property
    def line(self) -> str:
        """What the other station writes into its settings: `name:letters`."""
        keys = self.signing + self.receiving
        return f"{self.name}:{base64.urlsafe_b64encode(keys + _check(keys)).decode()}"

    @property
    def fingerprint(self) -> str:
        """Short enough to be read out over the telephone."""
        digest = hashlib.sha256(self.signing + self.receiving).hexdigest()
        return "-".join(digest[n : n + 4] for n in range(0, 20, 4))

    @classmethod
    def parse(cls, line: str) -> Peer:
        """The station of a line; BundleRefused where a letter was lost or changed in copying."""
        name, _, letters = line.strip().rpartition(":")
        try:
            raw = base64.b64decode(letters, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        keys, check = raw[: 2 * _KEY_BYTES], raw[2 * _KEY_BYTES :]
        if not name or len(keys) != 2 * _KEY_BYTES or check != _check(keys):
            raise BundleRefused(
                f"Dòng khóa bàn giao “{name or line[:12]}” bị chép thiếu hoặc sai; hãy chạy motcua queue identity "
                "ở trạm kia rồi chép lại nguyên dòng."
            )
        return cls(name, keys[:_KEY_BYTES], keys[_KEY_BYTES:])

    def has_signed(self, signature: bytes, data: bytes) -> bool:
        """True when this station made that signature of that data."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def lock(self) -> tuple[bytes, bytes]:
        """A fresh public key for the bundle's head, and what only its maker and this station can share."""
        passing = X25519PrivateKey.generate()
        try:
            shared = passing.exchange(X25519PublicKey.from_public_bytes(self.receiving))
        except ValueError as broken:  # a point of small order shares the same zeros with everybody
            raise BundleRefused(
                f"Khóa bàn giao của “{self.name}” không dùng được; hãy chép lại dòng khóa của trạm đó."
            ) from broken
        return passing.public_key().public_bytes_raw(), shared


class Identity:
    """A station's own half of the keys."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._signing = Ed25519PrivateKey.from_private_bytes(_derive(seed, b"signing"))
        self._receiving = X25519PrivateKey.from_private_bytes(_derive(seed, b"receiving"))
        self.peer = Peer(
            name,
            self._signing.public_key().public_bytes_raw(),
            self._receiving.public_key().public_bytes_raw(),
        )

    def sign(self, data: bytes) -> bytes:
        """64 bytes that prove this station gave that data."""
        return self._signing.sign(data)

    def unlock(self, passing_key: bytes) -> bytes:
        """What the maker of a bundle shares with this station; ValueError for what is no key."""
        return self._receiving.exchange(X25519PublicKey.from_public_bytes(passing_key))


def open_identity(store: Store, name: str) -> Identity:
    """The station's keys for hand-overs; made at the first call."""
    with store.transaction() as db:
        seed = store.get_setting(_SEED)
        if seed is None:
            seed = secrets.token_hex(_KEY_BYTES)
            db.table("settings").insert({"name": _SEED, "value": seed})
    return Identity(name, bytes.fromhex(seed))


def _derive(seed: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"motcua handover " + use).derive(seed)


def _check(keys: bytes) -> bytes:
    return hashlib.sha256(b"motcua handover line" + keys).digest()[:_CHECK_BYTES]
