from __future__ import annotations

import base64
import hashlib
import io
import random
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed
from tusclient.uploader import Uploader

from tests.sandbox.process import SandboxProcess, dossier

COMPONENT = "000.00.00.G15-KQ003204"
CHUNK_BYTES = 256 * 1024


def _paper(path: Path, size: int, name: str = "tờ khai.pdf") -> dict[str, Any]:
    content = random.Random(size).randbytes(size)
    (path / name).write_bytes(content)
    return {
        "name": name,
        "size": size,
        "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": "application/pdf",
    }


def _metadata(key: str, paper: dict[str, Any]) -> dict[str, str]:
    return {
        "filename": paper["name"],
        "filetype": paper["media_type"],
        "dossier": key,
        "component": COMPONENT,
        "sha256": paper["sha256"],
    }


def _client(sandbox: SandboxProcess) -> TusClient:
    return TusClient(
        f"{sandbox.url}/v1/files", headers={"Authorization": str(sandbox.session.headers["Authorization"])}
    )


def _uploader(
    sandbox: SandboxProcess, key: str, path: Path, paper: dict[str, Any], **options: Any
) -> Uploader:
    return _client(sandbox).uploader(
        file_stream=io.BytesIO((path / paper["name"]).read_bytes()),
        metadata=_metadata(key, paper),
        chunk_size=CHUNK_BYTES,
        **options,
    )


def _entry(sandbox: SandboxProcess, key: str) -> dict[str, Any]:
    (entry,) = [entry for entry in sandbox.state() if entry["key"] == key]
    return entry


def test_dossier_is_complete_when_its_files_are_there(sandbox: SandboxProcess, tmp_path: Path) -> None:
    papers = [_paper(tmp_path, 700_001), _paper(tmp_path, 0, "trống.txt")]
    body = dossier(sandbox.next_code(), papers)
    assert sandbox.put(body).json()["missing_files"] == [paper["sha256"] for paper in papers]
    for paper in papers:
        _uploader(sandbox, body["key"], tmp_path, paper, upload_checksum=True).upload()
    _uploader(sandbox, body["key"], tmp_path, papers[0]).upload()  # once more, as after a lost answer
    entry = _entry(sandbox, body["key"])
    assert entry["complete"] is True
    assert sorted((file["name"], file["size"], file["sha256"]) for file in entry["files"]) == sorted(
        (paper["name"], paper["size"], paper["sha256"]) for paper in papers
    )
    answer = sandbox.session.get(f"{sandbox.url}/v1/dossiers/{body['key']}", timeout=10).json()
    assert [file["received"] for file in answer["files"]] == [True, True]
    assert sandbox.put(body).json()["missing_files"] == []


def test_files_may_come_before_their_dossier(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 5_000)
    body = dossier(sandbox.next_code(), [paper])
    _uploader(sandbox, body["key"], tmp_path, paper).upload()
    assert sandbox.put(body).json()["complete"] is True


def test_upload_goes_on_after_the_server_was_killed(own_sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 3 * 1024 * 1024 + 17)
    body = dossier(own_sandbox.next_code(), [paper])
    own_sandbox.put(body)
    uploader = _uploader(own_sandbox, body["key"], tmp_path, paper)
    uploader.upload(stop_at=1024 * 1024)
    name = uploader.url.rsplit("/", 1)[1]
    own_sandbox.end(signal.SIGKILL)
    # What a death between writing the bytes and noting their number leaves: more bytes than told.
    (data,) = [path for path in tmp_path.rglob(name) if path.is_file()]
    with data.open("ab") as file:
        file.write(b"never acknowledged")
    own_sandbox.start()
    again = _uploader(own_sandbox, body["key"], tmp_path, paper, url=f"{own_sandbox.url}/v1/files/{name}")
    assert again.offset == 1024 * 1024
    again.upload()
    assert _entry(own_sandbox, body["key"])["complete"] is True
    assert own_sandbox.complaints == ""


def test_upload_that_was_whole_when_the_server_died_is_settled(
    own_sandbox: SandboxProcess, tmp_path: Path
) -> None:
    paper = _paper(tmp_path, 100_000)
    body = dossier(own_sandbox.next_code(), [paper])
    own_sandbox.put(body)
    _uploader(own_sandbox, body["key"], tmp_path, paper).upload()
    own_sandbox.end(signal.SIGKILL)
    # Take back what came after the last byte, as if the death had come just before it.
    connection = sqlite3.connect(tmp_path / "province" / "province.sqlite3")
    with connection:
        connection.execute("DELETE FROM stored_files")
    connection.close()
    own_sandbox.start()
    assert _entry(own_sandbox, body["key"])["complete"] is True


def test_file_with_another_hash_is_thrown_away(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 400_000)
    body = dossier(sandbox.next_code(), [paper])
    sandbox.put(body)
    (tmp_path / paper["name"]).write_bytes(b"x" * paper["size"])
    uploader = _uploader(sandbox, body["key"], tmp_path, paper)
    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload()
    assert refused.value.status_code == 460
    entry = _entry(sandbox, body["key"])
    assert (entry["complete"], entry["files"]) == (False, [])
    headers = {**dict(sandbox.session.headers), "Tus-Resumable": "1.0.0"}
    assert requests.head(uploader.url, headers=headers, timeout=10).status_code == 404


def test_chunk_with_a_wrong_checksum_is_not_stored(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 1_000)
    body = dossier(sandbox.next_code(), [paper])
    sandbox.put(body)
    uploader = _uploader(sandbox, body["key"], tmp_path, paper)
    uploader.set_url(uploader.create_url())
    answer = sandbox.session.patch(
        uploader.url,
        data=b"abc",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": "sha1 " + base64.b64encode(hashlib.sha1(b"abd").digest()).decode(),  # noqa: S324
        },
        timeout=10,
    )
    assert answer.status_code == 460
    assert uploader.get_offset() == 0


def test_refused_bytes_do_not_return_with_the_next_ones(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 200_000)
    body = dossier(sandbox.next_code(), [paper])
    sandbox.put(body)
    uploader = _uploader(sandbox, body["key"], tmp_path, paper)
    uploader.set_url(uploader.create_url())
    answer = sandbox.session.patch(
        uploader.url,
        data=b"x" * 300_000,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        },
        timeout=10,
    )
    assert answer.status_code == 400
    _uploader(sandbox, body["key"], tmp_path, paper, url=uploader.url).upload()
    assert _entry(sandbox, body["key"])["complete"] is True


def test_uploads_need_a_token_and_a_listed_file(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 1_000)
    body = dossier(sandbox.next_code(), [paper])
    sandbox.put(body)
    uploader = _uploader(sandbox, body["key"], tmp_path, paper)
    headers = uploader.get_url_creation_headers()
    url = f"{sandbox.url}/v1/files"
    assert requests.post(url, headers={**headers, "Authorization": "Bearer x"}, timeout=10).status_code == 401
    uploader.metadata = _metadata(body["key"], {**paper, "name": "khác.pdf"})
    assert requests.post(url, headers=uploader.get_url_creation_headers(), timeout=10).status_code == 422
    uploader.metadata = {"filename": "a.pdf", "filetype": "application/pdf"}
    assert requests.post(url, headers=uploader.get_url_creation_headers(), timeout=10).status_code == 400
    options = requests.options(url, timeout=10)
    assert "checksum" in options.headers["Tus-Extension"]


def test_upload_crosses_a_line_that_is_cut_again_and_again(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paper = _paper(tmp_path, 900_000)
    body = dossier(sandbox.next_code(), [paper])
    sandbox.put(body)
    uploader = _uploader(sandbox, body["key"], tmp_path, paper)
    uploader.set_url(uploader.create_url())
    sandbox.faults(cut_after_bytes=100_000)
    cuts = 0
    while True:
        again = _uploader(sandbox, body["key"], tmp_path, paper, url=uploader.url)
        try:
            again.upload()
        except Exception:  # noqa: BLE001 - whichever error the client makes of a reset
            cuts += 1
            assert cuts < 40
            continue
        break
    assert cuts >= 5
    assert _entry(sandbox, body["key"])["complete"] is True
