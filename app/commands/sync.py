"""`motcua sync`: sends what waits, once or until the queue is empty."""

from __future__ import annotations

import time
from argparse import Namespace

from app.bootstrap import open_station
from app.commands.answers import answer, tell
from app.config import Settings
from app.workflow.errors import WorkflowError

#: A foreground sync does not wait longer than this for one busy server.
_LONGEST_PAUSE_S = 60.0


def run(options: Namespace, settings: Settings) -> int:
    """Exit 0 when nothing waits any more, 1 when the line is down or something still waits."""
    if not settings.province.url:
        raise WorkflowError("Trạm này chưa nối hệ thống tỉnh; hãy ghi [province] url trong cấu hình.")
    with open_station(settings) as station:
        sent = 0
        while True:
            report = station.sending.round()
            sent += report.sent
            line = station.sending.line()
            is_over = options.once or report.line_fault or report.is_other_running or line.waiting == 0
            if is_over:
                break
            time.sleep(station.sending.pause_s(_LONGEST_PAUSE_S))
        summary = {
            "sent": sent,
            "waiting": line.waiting,
            "needs_officer": line.needs_officer,
            "line_fault": report.line_fault,
        }
    if options.json:
        answer(summary)
    else:
        tell(f"Đã gửi {sent} hồ sơ; còn {line.waiting} chờ gửi, {line.needs_officer} cần cán bộ xem.")
        if report.is_other_running:
            tell("Chương trình khác trên máy này đang đồng bộ.")
    if report.line_fault:
        raise WorkflowError(report.line_fault)
    return 0 if line.waiting == 0 else 1
