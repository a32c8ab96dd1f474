"""`motcua queue export|import|identity`: hand-over on a stick, signed and encrypted."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from app.bootstrap import open_station
from app.commands.answers import answer, say, tell
from app.config import Settings
from app.workflow.handover import HandoverDesk, HandoverPolicy
from offline_queue.bundle_keys import Peer
from offline_queue.bundles import Confirmed, Given, LeftOut, Progress, Stage, Taken

_STAGE_WORDS = {Stage.WRITING: "Đang chép", Stage.CHECKING: "Đang kiểm tra", Stage.TAKING: "Đang nhận"}
ACTIONS = ("export", "import", "identity")


def run(options: Namespace, settings: Settings) -> int:
    """Exit 0 when every record went over, 1 when one was left out or the bundle was refused."""
    own = settings.handover
    policy = HandoverPolicy.from_lines(settings.station.id, own.trusted, own.to)
    with open_station(settings) as station:
        desk = HandoverDesk(station, policy, _tell_progress)
        match options.action:
            case "export":
                return _export(desk.give(options.file, options.keys), options.json)
            case "import":
                taken = desk.take(options.file, options.receipt)
                if isinstance(taken, Confirmed):
                    return _confirm(taken, options.json)
                return _import(taken, options.receipt, options.json)
            case _:
                return _identity(desk.own_line(), options.json)


def _export(given: Given, as_json: bool) -> int:
    if as_json:
        answer(
            {
                "bundle": given.bundle,
                "file": str(given.path),
                "to": given.taker,
                "size": given.size_bytes,
                "given": list(given.keys),
                "left_out": _left_out(given.left_out),
            }
        )
    else:
        say(f"Đã chép {len(given.keys)} hồ sơ vào {given.path}, dành cho {given.taker}.")
        say("Hồ sơ vẫn nằm trên máy này và vẫn tự gửi khi có mạng.")
        _say_left_out(given.left_out)
    return 1 if given.left_out else 0


def _import(taken: Taken, receipt: Path | None, as_json: bool) -> int:
    if as_json:
        answer(
            {
                "bundle": taken.bundle,
                "from": taken.giver,
                "taken": list(taken.keys),
                "known": list(taken.known),
                "left_out": _left_out(taken.left_out),
                "receipt": str(receipt) if receipt else None,
            }
        )
    else:
        say(f"Đã nhận {len(taken.keys)} hồ sơ từ {taken.giver}; {len(taken.known)} hồ sơ đã có sẵn.")
        if receipt:
            say(f"Giấy báo nhận: {receipt} (mang về {taken.giver} và nhập ở đó).")
        _say_left_out(taken.left_out)
    return 1 if taken.left_out else 0


def _confirm(confirmed: Confirmed, as_json: bool) -> int:
    if as_json:
        answer(
            {
                "bundle": confirmed.bundle,
                "from": confirmed.taker,
                "confirmed": list(confirmed.keys),
                "unknown": list(confirmed.unknown),
            }
        )
    else:
        say(f"{confirmed.taker} xác nhận đã nhận {len(confirmed.keys)} hồ sơ.")
        if confirmed.unknown:
            say(f"{len(confirmed.unknown)} hồ sơ trong giấy báo nhận không khớp với máy này, không ghi nhận.")
    return 1 if confirmed.unknown else 0


def _identity(peer: Peer, as_json: bool) -> int:
    if as_json:
        answer({"name": peer.name, "line": peer.line, "fingerprint": peer.fingerprint})
    else:
        say(peer.line)
        tell(f"Chép dòng trên vào [handover] trusted của trạm kia; dấu để đọc đối chiếu: {peer.fingerprint}.")
    return 0


def _left_out(left_out: tuple[LeftOut, ...]) -> list[dict[str, str]]:
    return [{"key": one.key, "reason": one.reason} for one in left_out]


def _say_left_out(left_out: tuple[LeftOut, ...]) -> None:
    for one in left_out:
        say(f"Để lại {one.key}: {one.reason}")


def _tell_progress(progress: Progress) -> None:
    # Only for a person who waits at a terminal; a script wants one line at the end.
    if sys.stderr.isatty():
        percent = 100 * progress.done // max(1, progress.total)
        # Back to the beginning afterwards: what is told next goes over it.
        sys.stderr.write(f"{_STAGE_WORDS[progress.stage]} {percent} %   \r")
        sys.stderr.flush()
