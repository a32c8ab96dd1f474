"""`motcua queue mend` and `choose`: a later version of a sealed dossier."""

from __future__ import annotations

from argparse import Namespace

from app.commands.answers import answer, say
from app.workflow.amending import differences
from app.workflow.errors import WorkflowError
from app.workflow.station import Station
from offline_queue.edits import Choice


def run_mend(station: Station, options: Namespace) -> int:
    """Sets values by path and queues the new version."""
    key = station.record(options.key).key
    values = dict(map(_pair, options.set))
    made = station.amendments.amend(
        key, values, at=station.clock.now(), officer=station.access.signs, reason=options.reason
    )
    (row,) = station.queue(key)
    if options.json:
        answer({"key": key, "version": made.number, "state": row.state})
    else:
        say(f"{row.code}: đã lưu bản {made.number}, sẽ gửi ở lượt đồng bộ tới (motcua sync).")
    return 0


def run_choose(station: Station, options: Namespace) -> int:
    """Shows where the two versions differ, or goes on with one of them."""
    key = station.record(options.key).key
    conflict = station.amendments.conflict(key)
    if options.keep is None:
        if conflict is None:
            raise WorkflowError("Hồ sơ này không có bản sửa nào trái nhau.")
        ours = station.amendments.versions(key)[-1]
        station.audit("show", key)
        found = differences(ours.body, conflict.theirs)
        if options.json:
            answer({"key": key, "differences": [{"path": p, "ours": a, "theirs": b} for p, a, b in found]})
        for path, mine, theirs in () if options.json else found:
            say(f"{path}: máy này “{mine}”, tỉnh “{theirs}”")
        return 0
    made = station.amendments.choose(
        key, Choice(options.keep), at=station.clock.now(), officer=station.access.signs
    )
    if options.json:
        answer({"key": key, "version": made.number})
    else:
        say(f"Dùng tiếp bản {made.number}; bản kia còn trong lịch sử của hồ sơ.")
    return 0


def _pair(text: str) -> tuple[str, str]:
    path, mark, value = text.partition("=")
    if not mark:
        raise WorkflowError(f"“{text}” không đúng dạng MỤC=GIÁ TRỊ, ví dụ applicant.phone=0912345678.")
    return path, value
