"""The province's own endpoints: dossiers, code leases, changes, time."""

from __future__ import annotations

import json
import zlib
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from sandbox.answers import (
    MAX_LEASE_DAYS_AHEAD,
    Acknowledgement,
    Change,
    Changes,
    Conflict,
    DossierState,
    FileState,
    Health,
    LeaseRequest,
    Leases,
    Problem,
    Refusal,
    ServerTime,
)
from sandbox.clock import ServerClock
from sandbox.dossiers import (
    CODE_PATTERN,
    Dossier,
    FieldError,
    body_hash,
    canonical_agency,
    code_day,
    field_errors,
    is_uuid7,
)
from sandbox.store import PROVINCE_STATION, ProvinceStore, SerialsExhaustedError, StoredDossier
from sandbox.tokens import TokenCheck

MAX_DOSSIER_BYTES = 1024 * 1024
MAX_LEASE_SIZE = 500
CHANGES_PER_ANSWER = 200


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem},
    401: {"model": Problem},
    429: {"model": Problem},
    503: {"model": Problem},
}


def province_router(store: ProvinceStore, clock: ServerClock, check: TokenCheck) -> APIRouter:
    """The ``/v1`` endpoints except the uploads."""
    router = APIRouter(prefix="/v1", tags=["Province"], dependencies=[Depends(check)], responses=PROBLEMS)

    @router.put(
        "/dossiers/{key}",
        response_model=Acknowledgement,
        status_code=201,
        responses={
            200: {"model": Acknowledgement, "description": "the same dossier again"},
            409: {"model": Problem, "description": "the same key with another body"},
            412: {"model": Conflict, "description": "an update of a version that is no longer held"},
            413: {"model": Problem},
            422: {"model": Refusal},
        },
        openapi_extra={
            "requestBody": {
                "required": True,
                "description": "May be sent with Content-Encoding: gzip.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Dossier"}}},
            }
        },
    )
    async def put_dossier(
        key: str,
        request: Request,
        idempotency_key: Annotated[str | None, Header()] = None,
        if_match: Annotated[str | None, Header()] = None,
        x_station: Annotated[str | None, Header()] = None,
    ) -> JSONResponse:
        """Hand in a sealed dossier, or with If-Match a later version of it; sending it again does no harm."""
        if not is_uuid7(key):
            raise HTTPException(400, "Khóa hồ sơ phải là UUID phiên bản 7.")
        if (idempotency_key or "").partition(":")[0] != key:
            raise HTTPException(400, "Đầu mục Idempotency-Key phải có và bắt đầu bằng khóa hồ sơ.")
        store.count_arrival(key)
        body = await _read_json(request)
        digest = body_hash(body)
        known = store.find(key)
        if known is not None and if_match is not None:
            return _update(store, known, body, digest, if_match.strip('"'), clock)
        if known is not None:
            if not store.revision(key, digest):
                raise HTTPException(409, "Khóa này đã nhận một hồ sơ có nội dung khác.")
            return JSONResponse(_acknowledge(store, known, digest), 200)
        try:
            dossier = Dossier.model_validate(body)
        except ValidationError as error:
            return _refuse(field_errors(error))
        errors = _rule_errors(store, clock, dossier, key, x_station)
        if errors:
            return _refuse(errors)
        try:
            stored = store.accept(dossier, body, digest, clock.now())
        except SerialsExhaustedError:
            return _refuse([FieldError(field="code", message="Cơ quan đã dùng hết số thứ tự trong ngày.")])
        return JSONResponse(_acknowledge(store, stored), 201)

    @router.get("/dossiers/{key}", response_model=DossierState, responses={404: {"model": Problem}})
    async def get_dossier(key: str, with_body: bool = False) -> DossierState:
        """State of a dossier by its key, official code or former provisional number."""
        stored = store.find(key)
        if stored is None:
            raise HTTPException(404, "Chưa nhận hồ sơ này.")
        received = set(store.stored_files(stored.key))
        listed = store.listed_files(stored.key)
        revision, changed_at = store.newest(stored.key)
        return DossierState(
            body=store.body(stored.key) if with_body else None,
            revision=revision,
            changed_at=changed_at,
            key=stored.key,
            code=stored.code,
            receipt_number=stored.receipt_number,
            complete=set(listed) <= received,
            received_at=stored.received_at,
            files=[
                FileState(
                    component=file.component,
                    name=file.name,
                    size=file.size,
                    sha256=file.sha256,
                    received=file in received,
                )
                for file in listed
            ],
        )

    @router.post(
        "/code-leases",
        response_model=Leases,
        responses={409: {"model": Problem}, 422: {"model": Refusal}},
    )
    async def lease_codes(
        wish: LeaseRequest, request: Request, idempotency_key: Annotated[str | None, Header()] = None
    ) -> Any:
        """Lease blocks of serials, so that official codes can be issued without a line."""
        today = clock.now().date()
        errors = [
            FieldError(field=f"days.{index}", message="Ngày đã qua hoặc xa hơn 14 ngày tới.")
            for index, day in enumerate(wish.days)
            if not today <= day <= today + timedelta(days=MAX_LEASE_DAYS_AHEAD)
        ]
        if len(set(wish.days)) != len(wish.days):
            errors.append(FieldError(field="days", message="Ngày bị lặp."))
        if errors:
            return _refuse(errors)
        size = min(wish.size, MAX_LEASE_SIZE)
        request_id = (idempotency_key, body_hash(wish.model_dump(mode="json"))) if idempotency_key else None
        try:
            leases = store.lease(
                wish.agency, wish.station, request.state.client_id, wish.days, size, request_id
            )
        except SerialsExhaustedError:
            return _refuse([FieldError(field="size", message="Cơ quan không còn đủ số thứ tự trong ngày.")])
        if leases is None:
            raise HTTPException(409, "Idempotency-Key này đã dùng cho một yêu cầu khác.")
        return {"leases": leases}

    @router.get("/changes", response_model=Changes)
    async def get_changes(since: Annotated[str, Query(pattern=r"^\d{0,18}$")] = "0") -> Changes:
        """Changes after a cursor, oldest first; ask again with the cursor of the answer."""
        rows = store.changes_since(int(since or "0"), CHANGES_PER_ANSWER)
        cursor = str(rows[-1].pop("seq")) if rows else (since or "0")
        return Changes(cursor=cursor, changes=[Change.model_validate(row) for row in rows])

    @router.get("/time", response_model=ServerTime)
    async def get_time() -> ServerTime:
        """The server's clock."""
        return ServerTime(now=clock.now().isoformat(timespec="milliseconds"))

    @router.get("/health", response_model=Health)
    async def get_health() -> Health:
        """Whether the province takes dossiers."""
        return Health(status="ok")

    return router


def _update(
    store: ProvinceStore, known: StoredDossier, body: Any, digest: str, base: str, clock: ServerClock
) -> JSONResponse:
    if store.revision(known.key, digest):
        return JSONResponse(_acknowledge(store, known, digest), 200)
    try:
        dossier = Dossier.model_validate(body)
    except ValidationError as error:
        return _refuse(field_errors(error))
    held = store.body(known.key)
    for name in ("key", "code", "receipt_number"):
        if body.get(name) != held.get(name):
            return _refuse([FieldError(field=name, message="Không sửa được mã đã cấp cho hồ sơ.")])
    stored = store.update(dossier, body, digest, base, clock.now())
    if stored is None:
        told = Conflict(
            detail="Hồ sơ đã được sửa ở tỉnh sau bản mà bản này dựa vào.",
            etag=known.body_hash,
            revision=store.revision(known.key, known.body_hash),
            body=held,
        )
        return JSONResponse(told.model_dump(), 412)
    return JSONResponse(_acknowledge(store, stored), 200)


def _rule_errors(
    store: ProvinceStore, clock: ServerClock, dossier: Dossier, key: str, station: str | None
) -> list[FieldError]:
    errors: list[FieldError] = []

    def refuse(field: str, message: str) -> None:
        errors.append(FieldError(field=field, message=message))

    today = clock.now().date()
    if dossier.key != key:
        refuse("key", "Khóa trong hồ sơ khác khóa trên đường dẫn.")
    if dossier.received_at.date() > today:
        refuse("received_at", "Thời điểm nhận ở tương lai so với giờ máy chủ.")
    if dossier.due is not None and dossier.due < dossier.received_at:
        refuse("due", "Ngày hẹn trả trước thời điểm nhận.")
    for field, person in (("applicant", dossier.applicant), ("owner", dossier.owner)):
        if person is not None and person.birth_date is not None and person.birth_date > today:
            refuse(f"{field}.birth_date", "Ngày sinh ở tương lai.")
    if dossier.code is None and dossier.receipt_number is None:
        refuse("code", "Phải có mã số hồ sơ hoặc số biên nhận tạm.")
    if dossier.receipt_number is not None and store.find(dossier.receipt_number) is not None:
        refuse("receipt_number", "Số biên nhận tạm này đã thuộc hồ sơ khác.")
    if dossier.code is not None:
        message = _code_error(store, today, dossier, station)
        if message:
            refuse("code", message)
    for index, component in enumerate(dossier.components):
        names = [file.name for file in component.files]
        if len(set(names)) != len(names):
            refuse(f"components.{index}.files", "Hai tệp của một thành phần trùng tên.")
    return errors


def _code_error(store: ProvinceStore, today: date, dossier: Dossier, station: str | None) -> str | None:
    match = CODE_PATTERN.fullmatch(dossier.code or "")
    if match is None:
        return "Mã số hồ sơ không đúng mẫu."
    day = code_day(match["day"])
    if day is None:
        return "Ngày trong mã số hồ sơ không có thật."
    if day > today:
        return "Ngày trong mã số hồ sơ ở tương lai."
    if day != dossier.received_at.date():
        return "Ngày trong mã số hồ sơ khác ngày nhận hồ sơ."
    if canonical_agency(match["agency"]) != canonical_agency(dossier.agency.id):
        return "Mã số hồ sơ không thuộc cơ quan tiếp nhận."
    holder = store.leaseholder(match["agency"], day, int(match["serial"]))
    # Whoever brings it: a dossier may come from a colleague's station, taken over on a stick.
    if holder is None or holder == PROVINCE_STATION or (station is not None and holder != station):
        return "Số thứ tự chưa được cấp cho máy này."
    if store.find(match.group()) is not None:
        return "Mã số hồ sơ này đã thuộc hồ sơ khác."
    return None


def _acknowledge(store: ProvinceStore, stored: StoredDossier, digest: str | None = None) -> dict[str, Any]:
    received = set(store.stored_files(stored.key))
    missing = [file.sha256 for file in store.listed_files(stored.key) if file not in received]
    return {
        "key": stored.key,
        "code": stored.code,
        "complete": not missing,
        "missing_files": missing,
        "received_at": stored.received_at,
        "etag": digest or stored.body_hash,
        "revision": store.revision(stored.key, digest or stored.body_hash),
        "newest": store.newest(stored.key)[0],
    }


def _refuse(errors: list[FieldError]) -> JSONResponse:
    return JSONResponse(Refusal(errors=errors).model_dump(), 422)


async def _read_json(request: Request) -> Any:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_DOSSIER_BYTES:
            raise HTTPException(413, "Hồ sơ lớn quá mức cho phép.")
    encoding = request.headers.get("content-encoding", "identity").lower()
    try:
        if encoding == "gzip":
            unpacker = zlib.decompressobj(wbits=31)
            raw = bytearray(unpacker.decompress(bytes(raw), MAX_DOSSIER_BYTES + 1))
            if len(raw) > MAX_DOSSIER_BYTES:
                raise HTTPException(413, "Hồ sơ lớn quá mức cho phép.")
            if not unpacker.eof:
                raise HTTPException(400, "Nội dung nén bị thiếu.")
        elif encoding != "identity":
            raise HTTPException(415, "Chỉ nhận nội dung không nén hoặc nén gzip.")
        return json.loads(bytes(raw))
    except (ValueError, RecursionError, zlib.error) as error:
        raise HTTPException(400, "Nội dung không phải JSON đúng chuẩn.") from error
