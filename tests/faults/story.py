"""The parent's side of the story: starts the child, kills what it should, and checks what was promised."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pikepdf
import requests

from app.bootstrap import open_station
from app.config import Settings, load_settings
from app.workflow.station import Station
from offline_queue import records
from offline_queue.outbox import OutboxState
from offline_queue.records import Record
from scanning.drivers.sample import SamplePaper, printed_paper
from scanning.samples.people import SAMPLE_REQUESTER
from tests.offline_queue.rows import list_outbox
from tests.sandbox.process import SandboxProcess

ROOT = Path(__file__).parents[2]
DECLARATION = "000.00.00.G15-KQ003037"
SEALED_WORDS = "Tiếp nhận, lưu trên máy"


class SteadyProvince(SandboxProcess):
    """A sandbox that comes back under the address it had, as a server does after a power cut."""

    _port = 0

    def start(self) -> None:
        """Start on the state folder, the second time on the same port."""
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--state", str(self._state), "--port", str(self._port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        self.url = json.loads(process.stdout.readline())["url"]
        self._port = int(self.url.rpartition(":")[2])
        self._process = process
        self.session = requests.Session()


#: Shares of the sheet's height at which it is cut into the pages of the feeder.
_CUTS = (0.0, 0.3, 0.42)
PAGES = len(_CUTS) - 1


def small_pages(folder: Path) -> Path:
    """A folder with the upper parts of a printed declaration: real paper to read, in half of the time."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = printed_paper(SamplePaper.DECLARATION).image
    for number, (top, bottom) in enumerate(pairwise(_CUTS), 1):
        part = sheet.crop((0, int(sheet.height * top), sheet.width, int(sheet.height * bottom)))
        part.save(folder / f"trang-{number}.png", dpi=(300, 300))
    return folder


@dataclass(frozen=True)
class Ending:
    """How one run of the child ended; `events` are the names of what it passed by."""

    status: int
    events: tuple[str, ...]
    complaints: str = field(repr=False)

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class StoryTeller:
    """One station, one visit, one key; the child may be run again and again."""

    def __init__(self, folder: Path, province: SteadyProvince, pages: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The feeder hands each page over once: a file whose next was asked for is taken away.
        self.feeder = folder / "feeder"
        shutil.copytree(pages, self.feeder)
        self.folder = folder
        self.province = province
        self.home = folder / "home"
        self.printed = folder / "printed"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self._acks = folder / "acks"
        self.key = _key(seed)
        self._config = folder / "config.toml"
        self._config.write_text(
            f'[station]\nid = "K{seed % 10_000:04d}"\n[printer]\nkind = "folder"\nfolder = "{self.printed}"\n'
            "[province]\ntimeout_s = 10.0\n",
            "utf-8",
        )
        self.environment = {
            "MOTCUA_HOME": str(self.home),
            "MOTCUA_KEY_DIR": str(folder / "keys"),
            "MOTCUA_PROVINCE_URL": province.url,
            "MOTCUA_POPULATION_URL": province.url,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "TMPDIR": str(self.temporary),
            "STORY_CONFIG": str(self._config),
            "STORY_KEY": self.key,
            "STORY_CARD": SAMPLE_REQUESTER.qr_payload(),
            "STORY_FEEDER": str(self.feeder),
            "STORY_ACKS": str(self._acks),
        }

    # ---- running

    def run(
        self,
        die_at: str = "",
        kill_after_s: float | None = None,
        province_dies_at_request: int | None = None,
    ) -> Ending:
        """One life of the child: until its end, its own death, or the parent's kill."""
        complaints = self.folder / "stderr"
        with (
            complaints.open("ab") as stderr,
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.story_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=ROOT,
                env=os.environ | self.environment | {"STORY_DIE_AT": die_at},
            ) as child,
        ):
            killer = threading.Timer(kill_after_s, child.kill) if kill_after_s is not None else None
            if killer is not None:
                killer.start()
            events = self._listen(child, province_dies_at_request)
            status = child.wait()
            if killer is not None:
                killer.cancel()
                killer.join()
        return Ending(status, events, complaints.read_text("utf-8"))

    def _listen(self, child: subprocess.Popen[str], province_dies_at_request: int | None) -> tuple[str, ...]:
        assert child.stdout is not None
        assert child.stdin is not None
        events: list[str] = []
        for line in child.stdout:
            if not line.endswith("\n"):
                break  # killed in the middle of a word
            event: str = json.loads(line)["event"]
            events.append(event)
            if event.startswith("request") and province_dies_at_request is not None:
                province_dies_at_request -= 1
                if province_dies_at_request == 0:
                    self.province.end(signal.SIGKILL)
                    self.province.start()
            elif event == "line down":
                try:
                    child.stdin.write("again\n")
                    child.stdin.flush()
                except BrokenPipeError:
                    break  # killed while it waited
        return tuple(events)

    # ---- looking at what is left

    def settings(self) -> Settings:
        """The station's own settings, without any server."""
        table = {k: v for k, v in self.environment.items() if not k.endswith("_URL")}
        return load_settings(self._config, table)

    def look(self, act: Callable[[Station], Any]) -> Any:
        """Opens the station as it lies on the disk."""
        with open_station(self.settings()) as station:
            return act(station)

    def promises(self) -> list[dict[str, Any]]:
        """What citizens were told, one line each time."""
        if not self._acks.exists():
            return []
        # A line that the kill cut off was not told to anybody.
        whole = self._acks.read_text("utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def scratch_files(self) -> list[Path]:
        """What a life left in its folder for temporary files."""
        return [p for p in self.temporary.rglob("*") if p.is_file()]

    def check_after_a_kill(self) -> None:
        """Right after a death: the database is sound, and every promise is kept."""
        if not (self.home / "station.json").exists():
            assert self.promises() == []
            return

        def look(station: Station) -> None:
            assert station.on_store(lambda store: store.check_integrity())
            for promise in self.promises():
                self._check_promise(station, promise)

        self.look(look)

    def _check_promise(self, station: Station, promise: dict[str, Any]) -> Record:
        record = station.record(promise["key"])
        assert (record.body["code"], record.body["receipt_number"]) == (promise["code"], promise["alias"])
        for entry in record.files:
            content = station.file(entry.blob)
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry.sha256, entry.size)
        return record

    def check_at_the_end(self) -> Record:
        """One dossier here and there, the same byte for byte, under the one number that was promised."""
        return self.look(self._check_all)  # type: ignore[no-any-return]

    def _check_all(self, station: Station) -> Record:
        promises = self.promises()
        assert promises
        assert all(promise == promises[0] for promise in promises)
        record = self._check_promise(station, promises[0])
        everything = self.province.state()
        (there,) = [d for d in everything if d["key"] == self.key]
        assert there["complete"]
        assert there["code"] == record.code
        assert len({d["code"] for d in everything}) == len(everything)
        (paper,) = record.files
        with pikepdf.open(io.BytesIO(station.file(paper.blob))) as pdf:
            assert len(pdf.pages) == PAGES
        assert sorted((f["component"], f["name"], f["size"], f["sha256"]) for f in there["files"]) == sorted(
            (f.part, f.name, f.size, f.sha256) for f in record.files
        )
        (row,) = station.on_store(list_outbox)
        assert (row.key, row.state) == (self.key, OutboxState.ACCEPTED)
        assert station.on_store(records.load_drafts) == []
        assert station.on_store(lambda store: store.check_integrity())
        history = station.on_store(lambda store: records.history_of(store, self.key))
        assert sum(line.detail == SEALED_WORDS for line in history) == 1
        used = station.on_store(
            lambda store: store.rows("SELECT coalesce(sum(next - first), 0) AS n FROM number_blocks")[0]["n"]
        )
        assert used == (1 if record.body["code"] else 0)
        self._check_receipts(record)
        return record

    def _check_receipts(self, record: Record) -> None:
        receipts = sorted(self.printed.glob("*.pdf"))
        assert receipts
        names = {record.code, record.alias}
        for receipt in receipts:
            assert receipt.stem in names
            text = subprocess.run(
                ["pdftotext", str(receipt), "-"], capture_output=True, text=True, check=True
            ).stdout
            assert receipt.stem in text
            assert SAMPLE_REQUESTER.full_name in text


def _key(seed: int) -> str:
    """A UUID of version 7 made of the seed, so that a failing run can be told again."""
    random = Random(seed)
    bits = (0x019B << 112) | random.getrandbits(112)
    bits = bits & ~(0xF << 76) | (7 << 76)
    bits = bits & ~(0x3 << 62) | (2 << 62)
    return str(UUID(int=bits))
