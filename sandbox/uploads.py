"""Resumable uploads (tus 1.0): a maintained server library with the province's rules around it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import unicodedata
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from tuspyserver import create_tus_router
from tuspyserver.storage.local import LocalFileStorage

from sandbox.dossiers import is_uuid7
from sandbox.store import FileRecord, ProvinceStore

MAX_FILE_BYTES = 512 * 1024 * 1024
CHECKSUM_MISMATCH = 460
EXTENSIONS = "creation,expiration,termination,checksum"
_CHECKSUMS = ("sha256", "sha1", "md5")
_METADATA = ("filename", "filetype", "dossier", "component", "sha256")
_UPLOADS = "uploads"
_LOCK_TIMEOUT_S = 30


class _UploadStorage(LocalFileStorage):  # type: ignore[misc]
    """The library's folder, with the number of stored bytes as the only truth about the offset.

    The library notes offsets outside its lock too; a request that lost its line could so put an
    old offset over that of its successor, and the next bytes would be appended at the wrong place.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._noting = asyncio.Lock()
        self._uploading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def read_info(self, uid: str) -> dict[str, Any] | None:
        """What is known of the upload, with its true offset."""
        info: dict[str, Any] | None = await super().read_info(uid)
        return info and {**info, "offset": await self.size(uid)}

    async def write_info(self, uid: str, data: dict[str, Any]) -> None:
        """Note what is known of the upload, with its true offset."""
        async with self._noting:
            await super().write_info(uid, {**data, "offset": await self.size(uid)})

    async def noted_offset(self, uid: str) -> int | None:
        """The offset as it was last noted, or None for an unknown upload."""
        info: dict[str, Any] | None = await super().read_info(uid)
        return None if info is None else int(info["offset"])

    @asynccontextmanager
    async def lock(self, uid: str) -> AsyncIterator[None]:
        """One request at a time; TimeoutError where the former one does not end."""
        async with asyncio.timeout(_LOCK_TIMEOUT_S):
            await self._uploading[uid].acquire()
        try:
            # Bytes of a refused request were kept in memory: they belong to nobody.
            self._pending.pop(uid, None)
            yield
        finally:
            self._uploading[uid].release()


class FileRoom:
    """Takes uploads in and keeps the whole ones under ``folder/files``."""

    def __init__(self, folder: Path, store: ProvinceStore) -> None:
        self._uploads = folder / _UPLOADS
        self._files = folder / "files"
        self._uploads.mkdir(parents=True, exist_ok=True)
        self._files.mkdir(exist_ok=True)
        self._store = store
        self._storage = _UploadStorage(self._uploads)

    def router(self) -> APIRouter:
        """The tus endpoints under ``/v1/files``."""

        # Plain functions: the library copies its options for each request, bound objects and all.
        async def settle(path: str, metadata: dict[str, str]) -> None:
            await self.settle(path, metadata)

        def check_creation(metadata: dict[str, str], upload: dict[str, Any]) -> None:
            self._check_creation(metadata, upload)

        router: APIRouter = create_tus_router(
            prefix="v1/files",
            files_dir=str(self._uploads),
            max_size=MAX_FILE_BYTES,
            days_to_keep=5,
            on_upload_complete=settle,
            pre_create_hook=check_creation,
            storage=self._storage,
        )
        return router

    async def recover(self) -> None:
        """Put right what a sudden death left behind, before the first request.

        Bytes beyond the offset that was told to the client are cut off (appending after them would
        spoil the file), expired or unreadable uploads go, and whole ones are settled.
        """
        for uid in await self._storage.list_uids():
            path = self._uploads / uid
            info = await self._storage.read_info(uid)
            if info is None or _is_expired(info):
                await self._storage.delete(uid)
                continue
            noted = await self._storage.noted_offset(uid)
            if noted is not None and noted < info["offset"]:
                os.truncate(path, noted)
            elif info["offset"] == info["size"]:
                try:
                    await self.settle(str(path), info["metadata"])
                except HTTPException:
                    continue  # the hash was wrong and the upload is gone; the client will hear 404

    async def settle(self, path: str, metadata: dict[str, str]) -> None:
        """Confirm the whole-file hash of a finished upload and keep it, or throw it away.

        Raises HTTPException 460 where the bytes are not what the client promised.
        """
        upload = Path(path)
        digest, size = await asyncio.to_thread(_hash_file, upload)
        if digest != metadata["sha256"]:
            await self._storage.delete(upload.name)
            raise HTTPException(
                CHECKSUM_MISMATCH, "Tệp nhận được không khớp mã băm SHA-256; hãy gửi lại từ đầu."
            )
        file = FileRecord(metadata["component"], _nfc(metadata["filename"]), digest, size)
        await asyncio.to_thread(_keep, upload, self._path(metadata["dossier"], file))
        self._store.add_stored_file(metadata["dossier"], file)

    def _path(self, key: str, file: FileRecord) -> Path:
        name = hashlib.sha256(f"{file.component}\0{file.name}\0{file.sha256}".encode()).hexdigest()
        return self._files / key / name

    def _check_creation(self, metadata: dict[str, str], upload: dict[str, Any]) -> None:
        missing = [name for name in _METADATA if not metadata.get(name)]
        if missing:
            raise HTTPException(400, f"Upload-Metadata thiếu: {', '.join(missing)}.")
        digest = metadata["sha256"]
        if not is_uuid7(metadata["dossier"]) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise HTTPException(400, "Upload-Metadata có khóa hồ sơ hoặc mã băm sai mẫu.")
        size = upload["size"]
        if size is None:
            raise HTTPException(400, "Phải cho biết Upload-Length ngay khi tạo.")
        if size < 0 or size > MAX_FILE_BYTES:
            raise HTTPException(413 if size > 0 else 400, "Kích thước tệp ngoài mức cho phép.")
        if self._store.find(metadata["dossier"]) is not None:
            wanted = FileRecord(metadata["component"], _nfc(metadata["filename"]), digest, size)
            if wanted not in self._store.listed_files(metadata["dossier"]):
                raise HTTPException(422, "Tệp không có trong danh sách tệp của hồ sơ.")


async def check_upload_request(request: Request) -> None:
    """What the library leaves open: chunk checksums, and bodies at creation.

    Raises HTTPException 400 for a body at creation (it would not be settled) or an unknown
    algorithm, and 460 where a chunk's ``Upload-Checksum`` is wrong; the chunk is then not stored.
    """
    if request.method == "POST" and request.headers.get("content-length", "0") != "0":
        raise HTTPException(400, "Chưa nhận dữ liệu ngay khi tạo; hãy gửi bằng PATCH.")
    checksum = request.headers.get("upload-checksum")
    if request.method != "PATCH" or checksum is None:
        return
    algorithm, _, expected = checksum.partition(" ")
    if algorithm not in _CHECKSUMS:
        raise HTTPException(400, f"Upload-Checksum phải dùng một trong: {', '.join(_CHECKSUMS)}.")
    digest = hashlib.new(algorithm, await request.body(), usedforsecurity=False).digest()
    if base64.b64encode(digest).decode() != expected.strip():
        raise HTTPException(CHECKSUM_MISMATCH, "Đoạn tệp không khớp Upload-Checksum; hãy gửi lại đoạn này.")


def upload_options() -> Response:
    """What this server offers, as the tus protocol wants it told."""
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": "1.0.0",
            "Tus-Version": "1.0.0",
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(MAX_FILE_BYTES),
            "Tus-Checksum-Algorithm": ",".join(_CHECKSUMS),
        },
    )


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_expired(info: dict[str, Any]) -> bool:
    return parsedate_to_datetime(info["expires"]) < datetime.now(UTC)


def _hash_file(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _keep(upload: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        # A second name instead of a move: a client that lost the last answer still finds its
        # upload by HEAD and sees that it is whole.
        os.link(upload, target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
