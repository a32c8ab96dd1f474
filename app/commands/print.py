"""`motcua print`: the official forms of a dossier, from its sealed record."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from app.bootstrap import open_station
from app.commands.answers import answer, say
from app.config import Settings
from app.workflow.declaring import print_sealed_declaration
from app.workflow.outcome_forms import OutcomeForms
from offline_queue.files import write_durably
from printing.spool import CupsPrinter, PdfFolder

DECLARATION, RECEIPT = "declaration", "01"


def run(options: Namespace, settings: Settings) -> int:
    """Prints a form or the declaration; a form that does not belong to the dossier's state is refused."""
    if options.form == DECLARATION:
        return _declaration(options, settings)
    with open_station(settings) as station:
        record = station.record(options.number)
        if options.printer:
            station.printer = CupsPrinter(options.printer)
        elif options.out or station.printer is None:
            station.printer = PdfFolder((options.out or Path(f"{record.number}.pdf")).absolute().parent)
        is_receipt = options.form == RECEIPT
        forms = OutcomeForms(station)
        where = station.print_record(record) if is_receipt else forms.print(record.key, options.form)
    if options.out and Path(where) != options.out.absolute():
        Path(where).replace(options.out)
        where = str(options.out.absolute())
    if options.json:
        answer({"key": record.key, "code": record.number, "printed": where})
    else:
        say(where)
    return 0


def _declaration(options: Namespace, settings: Settings) -> int:
    """The declaration of a sealed dossier, by the rules of the day it was received."""
    with open_station(settings) as station:
        record = station.record(options.number)
        procedure = station.counter.procedure(record.body["procedure"]["code"], record.sealed_at.date())
        pdf = print_sealed_declaration(station.counter.forms[procedure.form], record)
        station.audit("print_declaration", record.key)
    out = (options.out or Path(f"{record.number}-to-khai.pdf")).absolute()
    write_durably(out, pdf)
    if options.json:
        answer({"key": record.key, "code": record.number, "printed": str(out)})
    else:
        say(str(out))
    return 0
