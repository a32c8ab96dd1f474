"""`motcua intake`: files one dossier without a window, through the same workflow as the faces."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import open_station
from app.commands.answers import answer, say, tell
from app.commands.example import write_example
from app.commands.linked_intake import file_linked
from app.commands.visit_file import filed, fill, numbers_for, papers_of, read_visit
from app.config import Settings
from app.office import load_counter
from app.workflow.errors import WorkflowError
from app.workflow.sealing import print_receipt
from app.workflow.station import Station
from offline_queue.files import write_durably
from offline_queue.records import Record


def run(options: Namespace, settings: Settings) -> int:
    """Seals the visit and prints its receipt; answers only after the dossier is durable on disk."""
    if options.example:
        if options.out is None:
            raise WorkflowError("--example cần --out THƯ_MỤC để ghi visit.json và giấy tờ.")
        path = write_example(load_counter(settings), options.example, options.out)
        say(str(path))
        return 0
    if options.visit is None:
        raise WorkflowError(
            "Thiếu tệp VISIT.json; hãy chạy: motcua intake VISIT.json (mẫu: --example 2.000635)."
        )
    table = read_visit(options.visit)
    if table.get("linked"):
        return file_linked(options, settings, table)
    papers = papers_of(table, options.visit.parent, options.attach)
    with open_station(settings) as station:
        record, warnings = file_dossier(station, table, papers)
        station.audit("intake", record.key)
        receipt = options.receipt or options.visit.parent / f"{record.number}.pdf"
        write_durably(receipt.absolute(), print_receipt(record))
    if not options.json:
        tell(f"Đã tiếp nhận hồ sơ {record.number}, hẹn trả {record.body['due']}.")
    answer(filed(record, receipt, warnings))
    return 0


def file_dossier(
    station: Station, table: Mapping[str, Any], papers: Mapping[str, list[Path]]
) -> tuple[Record, tuple[str, ...]]:
    """Takes the visit through the workflow and seals it; gives back the record and the warnings."""
    station.sending.greet_where_possible()
    session = station.begin()
    if key := table.get("key"):
        session.take_key(str(key))
        if (sealed := station.sealed(str(key))) is not None:
            return sealed, ("Hồ sơ này đã được tiếp nhận trước đó, không tạo thêm.",)
    session.choose_procedure(str(table["procedure"]), station.clock.now())
    warnings = fill(station, session, table, papers)
    warnings += numbers_for(station)
    return station.seal(session.finish(station.clock.now())), warnings
