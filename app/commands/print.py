"""`motcua print`: the official forms of a dossier, from its sealed record."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from app.bootstrap import open_station
from app.commands.answers import answer, say
from app.config import Settings
from app.workflow.errors import WorkflowError
from printing.spool import CupsPrinter, PdfFolder


def run(options: Namespace, settings: Settings) -> int:
    """Prints form 01 again; a form that does not belong to the dossier's state is refused."""
    if options.form != "01":
        raise WorkflowError(
            f"Hồ sơ mới tiếp nhận chỉ có Mẫu 01 (giấy tiếp nhận và hẹn trả); Mẫu {options.form} chưa thuộc bước này."
        )
    with open_station(settings) as station:
        record = station.record(options.number)
        if options.printer:
            station.printer = CupsPrinter(options.printer)
        elif options.out or station.printer is None:
            station.printer = PdfFolder((options.out or Path(f"{record.number}.pdf")).absolute().parent)
        where = station.print_record(record)
    if options.out and Path(where) != options.out.absolute():
        Path(where).replace(options.out)
        where = str(options.out.absolute())
    if options.json:
        answer({"key": record.key, "code": record.number, "printed": where})
    else:
        say(where)
    return 0
