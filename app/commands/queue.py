"""`motcua queue`: the outbox."""

from __future__ import annotations

from argparse import Namespace

from app.bootstrap import open_station
from app.commands import handover, mend, upkeep
from app.commands.answers import answer, say
from app.config import Settings
from app.workflow.station import Station
from app.workflow.views import QueueRow


def run(options: Namespace, settings: Settings) -> int:
    """Lists the outbox, shows one row with its history, or sends one again."""
    if options.action in handover.ACTIONS:
        return handover.run(options, settings)
    if options.action in upkeep.ACTIONS:
        return upkeep.ACTIONS[options.action](options, settings)
    with open_station(settings) as station:
        match options.action:
            case "mend":
                return mend.run_mend(station, options)
            case "choose":
                return mend.run_choose(station, options)
            case "list":
                return _list(station, options.json)
            case "show":
                return _show(station, options.key, options.json)
            case _:
                return _retry(station, options.key, options.json)


def _list(station: Station, as_json: bool) -> int:
    rows = station.queue()
    station.audit("list", "queue")
    for row in rows:
        if as_json:
            answer(_table(row))
        else:
            say(
                f"{row.code:<28} {row.state_text:<28} {row.sealed_at:%d/%m %H:%M}  {row.reason or ''}".rstrip()
            )
    if not rows and not as_json:
        say("Hàng chờ trống.")
    return 0


def _show(station: Station, key: str, as_json: bool) -> int:
    record = station.record(key)
    station.audit("show", record.key)
    (row,) = station.queue(record.key)
    if as_json:
        files = [
            {"component": f.part, "name": f.name, "size": f.size, "sha256": f.sha256} for f in record.files
        ]
        history = [{"at": at.isoformat(), "event": words} for at, words in row.history]
        answer({**_table(row), "record": record.body, "files": files, "history": history})
        return 0
    say(f"{row.code}  {row.state_text}")
    say(f"{row.procedure}; {row.files_sent}/{row.files} tệp đã gửi; {row.attempts} lần gửi")
    for at, words in row.history:
        say(f"  {at:%d/%m/%Y %H:%M:%S}  {words}")
    if row.reason:
        say(f"  {row.reason}")
    return 0


def _retry(station: Station, key: str, as_json: bool) -> int:
    station.retry(key)
    (row,) = station.queue(station.record(key).key)
    if as_json:
        answer(_table(row))
    else:
        say(f"{row.code}: sẽ gửi ở lượt đồng bộ tới (motcua sync).")
    return 0


def _table(row: QueueRow) -> dict[str, object]:
    return {
        "key": row.key,
        "code": row.code,
        "state": row.state,
        "sealed_at": row.sealed_at.isoformat(),
        "attempts": row.attempts,
        "next_try_at": row.next_try_at.isoformat() if row.next_try_at else None,
        "reason": row.reason,
    }
