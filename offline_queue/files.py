"""The encrypted file store: content-addressed, written and synced to disk before anything names it.

A file's name is an HMAC of its hash, so that neither its content nor the hash of a known document can
be read off the disk. Each file is sealed by AES-256-GCM bound to its name: a swapped file is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_queue.errors import StoreError

_MAGIC = b"MCF1"
_FOLDER, _REST = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{62}")


@dataclass(frozen=True)
class StoredFile:
    """One file as kept: `blob` is its name in the store, `sha256` the hash of its plain content."""

    blob: str
    sha256: str
    size: int


class FileStore:
    """Keeps whole files (pages, PDFs) encrypted under one folder."""

    def __init__(self, folder: Path, files_key: bytes, names_key: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(files_key)
        self._names_key = names_key

    def put(self, data: bytes) -> StoredFile:
        """Stores the content durably and gives its name; the same content is stored once.

        Raises StoreError when the disk refuses; nothing half-written is left under a final name.
        """
        digest = hashlib.sha256(data)
        blob = hmac.new(self._names_key, digest.digest(), hashlib.sha256).hexdigest()
        stored = StoredFile(blob, digest.hexdigest(), len(data))
        path = self._path(blob)
        # A file that rotted on the disk is written anew: the content can be got back when this returns.
        if path.exists() and self.has(blob):
            return stored
        nonce = os.urandom(12)
        try:
            make_folder_durably(path.parent)
            write_durably(path, _MAGIC + nonce + self._cipher.encrypt(nonce, data, blob.encode()), mode=0o600)
        except OSError as refused:
            raise StoreError(
                f"Không ghi được tệp vào đĩa ({refused.strerror}); hãy dọn chỗ trống rồi làm lại, các trang đã lưu còn nguyên."
            ) from refused
        return stored

    def get(self, blob: str) -> bytes:
        """The plain content; StoreError when it is missing or was tampered with."""
        try:
            raw = self._path(blob).read_bytes()
        except OSError as missing:
            raise StoreError("Thiếu một tệp đã lưu của hồ sơ; hãy khôi phục từ bản sao lưu.") from missing
        try:
            if raw[:4] != _MAGIC:
                raise InvalidTag
            return self._cipher.decrypt(raw[4:16], raw[16:], blob.encode())
        except (InvalidTag, ValueError):  # ValueError: cut off inside the nonce
            raise StoreError("Một tệp đã lưu của hồ sơ bị thay đổi; hãy khôi phục từ bản sao lưu.") from None

    def has(self, blob: str) -> bool:
        """True when the file is there, whole and authentic."""
        try:
            self.get(blob)
        except StoreError:
            return False
        return True

    def _path(self, blob: str) -> Path:
        return blob_path(self._folder, blob)


def blob_path(folder: Path, blob: str) -> Path:
    """Where the file of that name lies in a file store's folder."""
    return folder / blob[:2] / blob[2:]


def blobs_in(folder: Path) -> Iterator[str]:
    """The names of all whole files in a file store's folder, in no order that matters."""
    for part in folder.glob("??"):
        if _FOLDER.fullmatch(part.name) and part.is_dir():
            yield from (f"{part.name}{path.name}" for path in part.iterdir() if _REST.fullmatch(path.name))


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Writes a file so that after a power cut it is either whole or absent (temp, fsync, rename, fsync)."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder_durably(folder: Path) -> None:
    """Makes a folder and those above it; a synced file in a folder that a power cut takes away is lost too."""
    if folder.is_dir():
        return
    make_folder_durably(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
