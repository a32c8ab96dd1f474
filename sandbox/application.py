"""Puts the stand-in together: province, uploads, population register, faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from sandbox.citizens import Citizen, citizens
from sandbox.clock import ServerClock
from sandbox.dossiers import body_hash
from sandbox.population import population_router
from sandbox.province import province_router
from sandbox.result_store import result_store_router
from sandbox.scanner import scanner_router
from sandbox.store import ProvinceStore
from sandbox.tokens import token_check, token_router
from sandbox.uploads import FileRoom, check_upload_request, upload_options
from sandbox.wire import FaultBoard, Faults, FaultyLine

CLIENTS = {"station": "sandbox", "colleague": "sandbox"}
"""Two stations of one agency; the contract leaves open how many clients a province enrols."""


def build_application(folder: Path, clock: ServerClock, board: FaultBoard) -> FastAPI:
    """The ASGI application over a state folder."""
    store = ProvinceStore(folder)
    room = FileRoom(folder, store)
    people = citizens()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await room.recover()
        yield
        store.close()

    application = FastAPI(
        title="Hệ thống thông tin giải quyết thủ tục hành chính cấp tỉnh",
        summary="What a counter station needs of a province, on open standards.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    check = token_check(store)
    application.include_router(token_router(store, CLIENTS))
    application.include_router(province_router(store, clock, check))
    application.add_api_route("/v1/files", upload_options, methods=["OPTIONS"], include_in_schema=False)
    application.include_router(
        room.router(), dependencies=[Depends(check), Depends(check_upload_request)], include_in_schema=False
    )
    application.include_router(population_router(people, store, board))
    application.include_router(result_store_router(people))
    application.include_router(scanner_router())
    application.include_router(_control_router(people, store, board, clock))

    @application.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {
                "field": ".".join(str(part) for part in detail["loc"][1:]),
                "message": "Giá trị thiếu, thừa hoặc không đúng mẫu.",
            }
            for detail in error.errors()
        ]
        return JSONResponse({"errors": errors}, 422)

    return application


def with_faults(
    application: FastAPI,
    clock: ServerClock,
    board: FaultBoard,
    transports: dict[tuple[str, int], asyncio.Transport],
) -> FaultyLine:
    """The application behind a line that can fail."""
    return FaultyLine(application, board, clock, transports)


class News(BaseModel):
    """A line for the feed as a test wishes it."""

    kind: Literal["status", "result", "catalogue", "calendar"]
    key: str = ""
    facts: dict[str, Any]


def _control_router(
    people: tuple[Citizen, ...], store: ProvinceStore, board: FaultBoard, clock: ServerClock
) -> APIRouter:
    router = APIRouter(prefix="/sandbox", include_in_schema=False)

    @router.get("/state")
    async def state() -> dict[str, Any]:
        return {"dossiers": store.state()}

    @router.post("/dossiers/{key}/edits")
    async def edit_dossier(key: str, changes: dict[str, Any]) -> dict[str, Any]:
        """Somebody at the province changes fields of the form."""
        body = store.body(key)
        body = {**body, "form": {**body["form"], **changes}}
        body.pop("version", None)
        store.edit(key, body, body_hash(body), clock.now())
        return body

    @router.post("/news")
    async def add_news(wanted: News) -> dict[str, Any]:
        """A line for the feed: a status, a result, a new catalogue."""
        store.tell(wanted.kind, wanted.key, wanted.facts, clock.now())
        return {}

    @router.get("/dossiers/{key}")
    async def held_dossier(key: str) -> dict[str, Any]:
        return store.body(key)

    @router.get("/citizens")
    async def list_citizens() -> dict[str, Any]:
        return {
            "citizens": [
                {
                    "personal_id": person.personal_id,
                    "full_name": person.full_name,
                    "birth_date": person.birth_date.isoformat(),
                    "sex": person.sex,
                    "address": person.address,
                    "card_qr": person.card_qr,
                }
                for person in people
            ]
        }

    @router.post("/faults")
    async def set_faults(wanted: Faults) -> Faults:
        return board.update(wanted)

    @router.delete("/faults")
    async def clear_faults() -> Faults:
        board.clear()
        return board.faults

    return router
