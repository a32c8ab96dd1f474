"""A bundle as a file: locked for one taking station, signed by the giving one, whole on the stick or absent.

    magic, format (2 bytes), length of the head (4 bytes), head (JSON: bundle, kind, giver, taker, passing key)
    chunks of 64 KiB, each under ChaCha20-Poly1305; the nonce counts them and marks the last (STREAM, as age has it)
    Ed25519 signature of the SHA-256 of all that stands before it, end mark

The key of the chunks is made from an X25519 exchange and the whole head, so that nobody can put another giver's name
or signature on it. A taker checks the signature of the whole file before it takes the first byte; what it then reads
is held to the checked head, even if the stick is exchanged in between.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from uuid6 import uuid7

from offline_queue.bundle_keys import Identity, Peer
from offline_queue.errors import BundleRefused
from offline_queue.files import sync_folder

FORMAT = 1
CHUNK_BYTES = 64 * 1024
_MAGIC = b"MOTCUA-BUNDLE\n"
_END = b"\nMOTCUA-END\n"
_TAG_BYTES = 16
_SIGNATURE_BYTES = 64
_TAIL_BYTES = _SIGNATURE_BYTES + len(_END)
_LONGEST_HEAD_BYTES = 64 * 1024
_READ_BYTES = 1024 * 1024

#: Told how many bytes more were passed; may raise to stop.
PassBy = Callable[[int], None]


class BundleKind(StrEnum):
    """What a bundle carries."""

    DOSSIERS = "dossiers"
    RECEIPT = "receipt"


@dataclass(frozen=True)
class Bundle:
    """A bundle whose signature, giver and taker were checked."""

    id: str
    kind: BundleKind
    giver: Peer
    path: Path
    size: int
    head_bytes: int
    key: bytes = field(repr=False)

    def content(self) -> Iterator[bytes]:
        """The plain content, piece by piece; BundleRefused when the file is no longer what was checked."""
        cipher = ChaCha20Poly1305(self.key)
        left = self.size - self.head_bytes - _TAIL_BYTES
        try:
            with self.path.open("rb") as file:
                file.seek(self.head_bytes)
                for count in range(left // (CHUNK_BYTES + _TAG_BYTES) + 1):
                    sealed = file.read(min(left, CHUNK_BYTES + _TAG_BYTES))
                    left -= len(sealed)
                    yield cipher.decrypt(_nonce(count, is_last=left == 0), sealed, None)
                    if left == 0:
                        return
        except (OSError, InvalidTag) as gone:
            raise BundleRefused(
                "Không đọc tiếp được gói bàn giao (thẻ nhớ bị rút hoặc hỏng); hồ sơ đã nhận vẫn còn, "
                "hãy cắm lại thẻ rồi nhập lại."
            ) from gone
        raise BundleRefused(NOT_SOUND)


NOT_SOUND = "Nội dung gói bàn giao không đúng dạng nên không nhận; hãy làm lại gói ở trạm giao."


def write_bundle(
    path: Path,
    kind: BundleKind,
    giver: Identity,
    taker: Peer,
    content: Iterable[bytes],
    pass_by: PassBy = lambda _count: None,
) -> str:
    """Writes a new file and reads it back from the stick before it has its name; returns the bundle's id.

    BundleRefused, and no file of that name, when the stick is full, taken out or gives back other bytes.
    """
    if path.exists():
        raise BundleRefused(f"Đã có tệp {path.name}; hãy chọn tên khác để không ghi đè gói cũ.")
    bundle = str(uuid7())
    passing_key, shared = taker.lock()
    head = _head(
        {
            "bundle": bundle,
            "kind": kind,
            "giver": _letters(giver.peer.signing),
            "taker": _letters(taker.receiving),
            "passing": _letters(passing_key),
        }
    )
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            with part.open("wb") as file:
                digest = hashlib.sha256()
                for piece in _sealed(head, _chunk_key(shared, head), content):
                    file.write(piece)
                    digest.update(piece)
                tail = giver.sign(_signed(digest.digest())) + _END
                file.write(tail)
                digest.update(tail)
                file.flush()
                os.fsync(file.fileno())
            if _hash_on_disk(part, pass_by) != digest.digest():
                raise BundleRefused(
                    "Thẻ nhớ ghi sai dữ liệu nên gói bàn giao chưa có; hồ sơ còn nguyên trên máy, hãy dùng thẻ khác."
                )
            os.replace(part, path)
            sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    except OSError as refused:
        raise BundleRefused(_why_unwritten(refused, path.name)) from refused
    return bundle


def check_room(folder: Path, size_bytes: int) -> None:
    """Says at once that a stick has no room, rather than after gigabytes."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as missing:
        raise BundleRefused(_why_unwritten(missing, folder.name)) from missing
    if free < size_bytes:
        raise BundleRefused(
            f"Thẻ nhớ không đủ chỗ (cần {_megabytes(size_bytes)} MB, còn {_megabytes(free)} MB) nên chưa chép gì; "
            "hãy dọn bớt, dùng thẻ khác, hoặc chọn ít hồ sơ hơn."
        )


def open_bundle(
    path: Path, taker: Identity, trusted: Sequence[Peer], pass_by: PassBy = lambda _count: None
) -> Bundle:
    """Checks the whole file; BundleRefused with one sentence when it is not for this station, not from a known
    one, cut short, changed, or of a newer program."""
    try:
        with path.open("rb") as file:
            return _check_file(file, path, taker, trusted, pass_by)
    except OSError as gone:
        raise BundleRefused(
            f"Không đọc được gói bàn giao {path.name} ({gone.strerror}); hãy kiểm tra thẻ nhớ rồi thử lại."
        ) from gone


def _check_file(
    file: IO[bytes], path: Path, taker: Identity, trusted: Sequence[Peer], pass_by: PassBy
) -> Bundle:
    size = os.fstat(file.fileno()).st_size
    start = file.read(len(_MAGIC) + 6)
    if start[: len(_MAGIC)] != _MAGIC[: len(start)] or not start:
        raise BundleRefused(f"Tệp {path.name} không phải gói bàn giao của Một Cửa; hãy chọn tệp .motcua.")
    cut_short = BundleRefused(
        f"Gói bàn giao {path.name} bị cụt (chép chưa xong) nên không nhận gì; hãy chép lại từ trạm giao."
    )
    if len(start) < len(_MAGIC) + 6:
        raise cut_short
    if int.from_bytes(start[len(_MAGIC) : len(_MAGIC) + 2]) != FORMAT:
        raise BundleRefused(
            "Gói bàn giao do bản chương trình khác tạo ra, bản này chưa đọc được; hãy cập nhật chương trình rồi nhập lại."
        )
    head_bytes = len(start) + int.from_bytes(start[len(_MAGIC) + 2 :])
    changed = BundleRefused(
        f"Gói bàn giao {path.name} đã bị thay đổi sau khi ký nên không nhận gì; hãy làm lại gói ở trạm giao."
    )
    if head_bytes > _LONGEST_HEAD_BYTES:
        raise changed
    file.seek(max(0, size - len(_END)))
    if size < head_bytes + _TAG_BYTES + _TAIL_BYTES or file.read() != _END:
        raise cut_short
    file.seek(len(start))
    head = start + file.read(head_bytes - len(start))
    try:
        facts = json.loads(head[len(start) :])
        giving, receiving = _bytes(facts["giver"]), _bytes(facts["taker"])
        passing_key, bundle, kind = _bytes(facts["passing"]), str(facts["bundle"]), BundleKind(facts["kind"])
    except (KeyError, TypeError, ValueError) as broken:
        raise changed from broken
    if receiving != taker.peer.receiving:
        raise BundleRefused(
            f"Gói bàn giao {path.name} dành cho trạm khác nên không mở được ở đây; hãy mang tới đúng trạm nhận."
        )
    giver = next((peer for peer in trusted if peer.signing == giving), None)
    if giver is None:
        raise BundleRefused(
            f"Gói bàn giao {path.name} do một trạm lạ ký nên không nhận gì; nếu là trạm của cơ quan, hãy thêm dòng "
            "khóa của trạm đó vào [handover] trusted."
        )
    file.seek(0)
    digest = _hash_of(file, size - _TAIL_BYTES, pass_by)
    if not giver.has_signed(file.read(_SIGNATURE_BYTES), _signed(digest)):
        raise changed
    try:
        key = _chunk_key(taker.unlock(passing_key), head)
    except ValueError as broken:
        raise changed from broken
    return Bundle(bundle, kind, giver, path, size, head_bytes, key)


def _sealed(head: bytes, key: bytes, content: Iterable[bytes]) -> Iterator[bytes]:
    cipher, count, waiting = ChaCha20Poly1305(key), 0, bytearray()
    yield head
    for piece in content:
        waiting += piece
        # One byte more than a chunk: only then it is known not to be the last.
        begin = 0
        while len(waiting) - begin > CHUNK_BYTES:
            chunk = bytes(memoryview(waiting)[begin : begin + CHUNK_BYTES])
            yield cipher.encrypt(_nonce(count, is_last=False), chunk, None)
            begin, count = begin + CHUNK_BYTES, count + 1
        del waiting[:begin]
    yield cipher.encrypt(_nonce(count, is_last=True), bytes(waiting), None)


def _nonce(count: int, *, is_last: bool) -> bytes:
    return count.to_bytes(11) + bytes([is_last])


def _chunk_key(shared: bytes, head: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=hashlib.sha256(head).digest(), info=b"motcua bundle chunks").derive(shared)


def _signed(digest: bytes) -> bytes:
    return b"motcua bundle\0" + digest


def _head(facts: dict[str, Any]) -> bytes:
    text = json.dumps(facts, sort_keys=True).encode()
    return _MAGIC + FORMAT.to_bytes(2) + len(text).to_bytes(4) + text


def _letters(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(letters: str) -> bytes:
    return base64.b64decode(letters, validate=True)


def _hash_on_disk(path: Path, pass_by: PassBy) -> bytes:
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # What was just written would else be read from memory, and a stick that lies would not be found out.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return _hash_of(file, os.fstat(file.fileno()).st_size, pass_by)


def _hash_of(file: IO[bytes], length: int, pass_by: PassBy) -> bytes:
    digest = hashlib.sha256()
    while length > 0 and (data := file.read(min(length, _READ_BYTES))):
        digest.update(data)
        length -= len(data)
        pass_by(len(data))
    return digest.digest()


def _why_unwritten(refused: OSError, name: str) -> str:
    safe = "hồ sơ còn nguyên trên máy"
    match refused.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"Thẻ nhớ đã đầy nên gói bàn giao chưa có; {safe}, hãy dọn chỗ trống rồi làm lại."
        case errno.EFBIG:
            return f"Thẻ nhớ không chứa được tệp lớn như vậy; {safe}, hãy chọn ít hồ sơ hơn (--key) hoặc thẻ exFAT."
    return f"Không ghi được {name} ({refused.strerror}); {safe}, hãy kiểm tra thẻ nhớ rồi làm lại."


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f}".replace(".", ",")
