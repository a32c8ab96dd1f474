"""Sealing dossiers that belong together, all in one transaction or none, and the one receipt for them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.dossier import Dossier
from app.domain.fees import money
from app.domain.groups import key_in_group
from app.domain.officers import Right
from app.domain.reuse import ReuseSource
from app.workflow.errors import WorkflowError
from app.workflow.sealing import receipt_slip, seal_request
from app.workflow.station import Station
from offline_queue import records
from offline_queue.records import Record
from offline_queue.store import Store
from printing.layouts import form01
from printing.slips import ReceiptSlip, SlipDossier

log = logging.getLogger(__name__)

_LINKED = frozenset(map(str, (ReuseSource.LINKED_RESULT, ReuseSource.LINKED_PAPER)))


def seal_group(station: Station, dossiers: Sequence[Dossier]) -> tuple[Record, ...]:
    """Makes all durable at once, each a record of its own with number, history and place in the outbox.

    Called again with the same keys it gives back what was sealed first. A dossier that takes over a paper of one
    before it carries that one's number, which is only known in here.
    """

    def seal(store: Store) -> tuple[Record, ...]:
        with store.transaction():
            sealed = [records.has_record(store, dossier.key) for dossier in dossiers]
            if any(sealed) and not all(sealed):
                raise WorkflowError(
                    "Lượt này đã tiếp nhận với danh sách thủ tục khác; không tạo thêm hồ sơ nào."
                )
            numbers: dict[str, str] = {}
            found = []
            for dossier in dossiers:
                record = records.seal(store, seal_request(_numbered(dossier, numbers), station.station_id))
                numbers[dossier.key] = record.number
                found.append(record)
            return tuple(found)

    together = station.on_store(seal)
    for record in together:
        log.info("record %s sealed with %d others", record.key, len(together) - 1)
    return together


def sealed_group(station: Station, key: str) -> tuple[Record, ...]:
    """What was sealed under the first one's key, in its order; empty where nothing was."""

    def find(store: Store) -> tuple[Record, ...]:
        if not records.has_record(store, key):
            return ()
        first = records.get_record(store, key)
        linked: Mapping[str, Any] = first.body.get("linked") or {"of": 1}
        others = (records.get_record(store, key_in_group(key, n)) for n in range(2, linked["of"] + 1))
        return (first, *others)

    return station.on_store(find)


def group_slip(sealed: Sequence[Record]) -> ReceiptSlip:
    """Form 01 for all dossiers of a group, from the sealed records: one sheet with their list."""
    slips = [receipt_slip(record) for record in sealed]
    if len(sealed) == 1:
        return slips[0]
    dossiers = tuple(map(_listed, sealed))
    return replace(
        slips[0],
        request="; ".join(dict.fromkeys(slip.request for slip in slips)),
        procedure_code=(sealed[0].body.get("linked") or {}).get("procedure") or "",
        components=tuple(
            replace(component, name=f"{component.name} (hồ sơ {place})")
            for place, slip in enumerate(slips, 1)
            for component in slip.components
        ),
        dossier_sets=len(slips),
        processing_time="; ".join(
            f"hồ sơ {place}: {slip.processing_time}" for place, slip in enumerate(slips, 1)
        ),
        due=max(dossier.due for dossier in dossiers),
        dossiers=dossiers,
    )


def print_group(sealed: Sequence[Record], copy_number: int = 1) -> bytes:
    """The one receipt as PDF bytes; copies after the first are marked as such."""
    return form01.render(group_slip(sealed), copy_number=copy_number)


def print_together(station: Station, sealed: Sequence[Record]) -> str:
    """Prints the one receipt and notes it at each dossier; returns where it went. PrintError says why not."""
    if station.printer is None:
        raise WorkflowError("Chưa cài máy in; các hồ sơ đã lưu an toàn, in lại sau khi cài máy in.")
    first = sealed[0]
    lines = station.on_store(lambda store: records.history_of(store, first.key))
    printed = sum(line.event == "printed" for line in lines)
    if printed:
        station.access.require(Right.REPRINT, first.key)
    where = station.printer.submit(print_group(sealed, printed + 1), first.number)
    now, signs = station.clock.now(), station.access.signs

    def note(store: Store) -> None:
        with store.transaction():
            for record in sealed:
                records.write_audit(store, now, signs, "print", record.key)
                words = f"In giấy hẹn chung lần {printed + 1}"
                records.add_history(store, record.key, now, "printed", words)

    station.on_store(note)
    return where


def _listed(record: Record) -> SlipDossier:
    fee = record.body["fee_vnd"]
    return SlipDossier(
        code=record.number,
        procedure=record.body["procedure"]["name"],
        procedure_code=record.body["procedure"]["code"],
        due=datetime.fromisoformat(record.body["due"]),
        fee="Theo HĐND tỉnh" if fee is None else money(fee),
        is_provisional=record.code is None,
    )


def _numbered(dossier: Dossier, numbers: Mapping[str, str]) -> Dossier:
    return replace(
        dossier,
        components=tuple(
            replace(c, result_number=numbers[c.result_number])
            if c.proven_by in _LINKED and c.result_number is not None
            else c
            for c in dossier.components
        ),
    )
