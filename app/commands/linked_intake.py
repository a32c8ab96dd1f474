"""`motcua intake` for several dossiers in one visit: `"linked"` names a chain, or lists procedures."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import open_station
from app.commands.answers import answer, tell
from app.commands.visit_file import filed, fill, fill_follower, numbers_for, papers_of
from app.config import Settings
from app.domain.linked import LinkedProcedures
from app.workflow.errors import WorkflowError
from app.workflow.linked_sealing import print_group, seal_group, sealed_group
from app.workflow.linking import LinkedVisit
from app.workflow.station import Station
from offline_queue.files import write_durably
from offline_queue.records import Record


def file_linked(options: Namespace, settings: Settings, table: Mapping[str, Any]) -> int:
    """Seals all dossiers of the visit at once and prints their one receipt; one JSON line for each."""
    with open_station(settings) as station:
        sealed, warnings = _file(station, table, options.visit.parent, options.attach)
        for record in sealed:
            station.audit("intake", record.key)
        receipt = options.receipt or options.visit.parent / f"{sealed[0].number}.pdf"
        write_durably(receipt.absolute(), print_group(sealed))
    for record, said in zip(sealed, warnings, strict=True):
        if not options.json:
            tell(f"Đã tiếp nhận hồ sơ {record.number}, hẹn trả {record.body['due']}.")
        answer(filed(record, receipt, said) | {"linked": record.body["linked"]})
    return 0


def _file(
    station: Station, table: Mapping[str, Any], folder: Path, attached: list[str]
) -> tuple[tuple[Record, ...], list[tuple[str, ...]]]:
    """The records, and the warnings for each."""
    station.sending.greet_where_possible()
    session = station.begin()
    link = _link(station, table["linked"])
    if key := table.get("key"):
        session.take_key(str(key))
        if sealed := sealed_group(station, session.visit.visit_id):
            if [r.body["procedure"]["code"] for r in sealed] != list(link.procedures):
                raise WorkflowError(
                    "Khóa này đã tiếp nhận với danh sách thủ tục khác; không tạo thêm hồ sơ nào."
                )
            return sealed, [("Hồ sơ này đã được tiếp nhận trước đó, không tạo thêm.",)] * len(sealed)
    if table.get("procedure") not in (None, link.first):
        raise WorkflowError(
            f"procedure phải là {link.first}, thủ tục đầu của danh sách linked, hoặc bỏ trống."
        )
    now = station.clock.now()
    visit = (
        LinkedVisit.begin(session, link.key, now)
        if link.key
        else LinkedVisit.begin_list(session, link.procedures, now)
    )
    warnings = [fill(station, session, table, papers_of(table, folder, attached)) + link.left_out]
    for follower, said in zip(visit.follow(), _followers(table, len(link.followers)), strict=True):
        try:
            warnings.append(fill_follower(station, follower, said, papers_of(said, folder)))
        except WorkflowError as missing:
            raise WorkflowError(f"Thủ tục {follower.procedure.code} (followers): {missing}") from missing
    warnings[0] += numbers_for(station, len(visit.sessions))
    return seal_group(station, visit.finish(station.clock.now())), warnings


def _link(station: Station, linked: object) -> LinkedProcedures:
    if isinstance(linked, str):
        return station.counter.link(linked)
    if isinstance(linked, list) and len(linked) > 1 and all(isinstance(code, str) for code in linked):
        return LinkedProcedures.listed(linked)
    raise WorkflowError("linked phải là tên một liên thông, hoặc danh sách từ hai mã thủ tục.")


def _followers(table: Mapping[str, Any], count: int) -> list[Mapping[str, Any]]:
    """What the file says about each procedure after the first, in their order; nothing where it says nothing."""
    told = table.get("followers") or []
    if not isinstance(told, list) or len(told) > count or not all(isinstance(each, dict) for each in told):
        raise WorkflowError(
            f"followers phải là danh sách, mỗi mục một thủ tục sau thủ tục đầu, nhiều nhất {count}."
        )
    allowed = {"case", "answers", "exemption", "form", "components", "copies", "authority"}
    if unknown := {key for each in told for key in each} - allowed:
        raise WorkflowError(f"followers có khóa lạ: {', '.join(sorted(unknown))}; hãy bỏ hoặc sửa tên.")
    return [*told, *({} for _ in range(count - len(told)))]
