"""The province as the contract has it, in memory: what a seeded schedule needs to be told again exactly.

The same rules are served over HTTP by the sandbox, against which all other tests run; here nothing is left to chance
but what the seed decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from offline_queue.changes import Change, ChangePage
from offline_queue.errors import Conflicting, LineDown, Refused, ServerBusy
from offline_queue.records import FileEntry, canonical_json
from offline_queue.transport import Delivered

T = TypeVar("T")


class Died(BaseException):
    """The station's process ends here."""


def tag(body: Mapping[str, Any]) -> str:
    """The entity tag of a body."""
    return hashlib.sha256(canonical_json(body).encode()).hexdigest()


@dataclass
class Held:
    """One dossier at the province: every version it ever held, and the bytes that have come."""

    versions: list[dict[str, Any]]
    files: set[str] = field(default_factory=set)
    created: int = 1

    @property
    def body(self) -> dict[str, Any]:
        return self.versions[-1]

    def told(self, body: dict[str, Any] | None = None) -> Delivered:
        missing = frozenset(f["sha256"] for c in self.body["components"] for f in c["files"]) - self.files
        revision = self.versions.index(body or self.body) + 1
        return Delivered(self.body["code"], not missing, missing, revision, len(self.versions))


class Province:
    """Everything that was accepted, and the feed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.dossiers: dict[str, Held] = {}
        self.feed: list[Change] = []
        self.clock = clock

    def put(self, key: str, body: dict[str, Any]) -> Delivered:
        held = self.dossiers.get(key)
        if held is None:
            held = self.dossiers[key] = Held([body])
            self._tell("status", key, {"status": "received", "words": "Đã tiếp nhận"})
        elif body not in held.versions:
            raise Refused("Khóa này đã nhận một hồ sơ khác.", 409)
        return held.told(body)

    def update(self, key: str, body: dict[str, Any], etag: str) -> Delivered:
        held = self.dossiers[key]
        if body not in held.versions:
            if tag(held.body) != etag:
                raise Conflicting("Hồ sơ đã được sửa ở tỉnh.", held.body, len(held.versions))
            held.versions.append(body)
            self._tell("edited", key, {"body": body, "base": etag, "revision": len(held.versions)})
        return held.told(body)

    def edit(self, key: str, **fields: Any) -> None:
        """Somebody at the province changes a dossier."""
        held = self.dossiers[key]
        body = {name: value for name, value in held.body.items() if name != "version"}
        body["form"] = {**body["form"], **fields}
        facts = {"body": body, "base": tag(held.body), "revision": len(held.versions) + 1}
        held.versions.append(body)
        self._tell("edited", key, facts)

    def _tell(self, kind: str, key: str, facts: dict[str, Any]) -> None:
        self.feed.append(Change(kind, key, self.clock(), facts))


@dataclass
class Weather:
    """What the line of one station does now; chances from 0 to 1."""

    is_cut: bool = False
    lost_before: float = 0.0
    lost_after: float = 0.0
    busy: float = 0.0
    death: float = 0.0


class SeededLine:
    """One station's way to the province, as good or bad as its weather."""

    def __init__(self, province: Province, weather: Weather, random: Random) -> None:
        self._province = province
        self._weather = weather
        self._random = random

    def put_record(self, key: str, body: Mapping[str, Any]) -> Delivered:
        return self._through(lambda: self._province.put(key, dict(body)))

    def update_record(self, key: str, version: int, body: Mapping[str, Any], etag: str) -> Delivered:  # noqa: ARG002
        return self._through(lambda: self._province.update(key, dict(body), etag))

    def put_file(self, key: str, entry: FileEntry, data: bytes, on_started: Callable[[str], None]) -> None:  # noqa: ARG002
        digest = hashlib.sha256(data).hexdigest()
        self._through(lambda: on_started(f"/v1/files/{digest}"))
        self._through(lambda: self._province.dossiers[key].files.add(digest))

    def ask(self, key: str) -> Delivered:
        return self._through(lambda: self._province.dossiers[key].told())

    def held(self, key: str) -> Change:
        held = self._province.dossiers[key]
        facts = {"body": held.body, "revision": len(held.versions)}
        return self._through(lambda: Change("edited", key, self._province.clock(), facts))

    def changes(self, cursor: str) -> ChangePage:
        since = int(cursor or 0)
        page = self._province.feed[since : since + 7]
        return self._through(lambda: ChangePage(str(since + len(page)), tuple(page)))

    def _through(self, act: Callable[[], T]) -> T:
        chance, weather = self._random.random, self._weather
        if weather.is_cut or chance() < weather.lost_before:
            raise LineDown("Mất mạng.")
        if chance() < weather.busy:
            raise ServerBusy("Máy chủ bận.", None)
        if chance() < weather.death:
            raise Died
        told = act()
        if chance() < weather.death:
            raise Died
        if chance() < weather.lost_after:
            raise LineDown("Mất câu trả lời.")
        return told
