"""A stand-in network scanner: the eSCL server that any AirScan client can scan from.

Paper is laid into it by ``POST /sandbox/scanner/pages``, misfortune by ``POST /sandbox/scanner/faults``.
Rules: Mopria Alliance, eSCL Technical Specification 2.97.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import uuid4
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from fastapi import APIRouter, Query, Request, Response
from PIL import Image, UnidentifiedImageError

from sandbox.scanner_faults import PageAnswer, ScannerFaults, document_answer, not_now
from sandbox.scanner_messages import (
    ROOT,
    capabilities_document,
    delivered_page,
    ordered_settings,
    status_document,
)

_JOB_IDLE_S = 60.0


@dataclass
class _Job:
    settings: dict[str, Any]
    state: str = "Processing"
    given: int = 0
    touched: float = field(default_factory=time.monotonic)


class Scanner:
    """The machine: its paper, its jobs and its mood."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Empty, idle and well."""
        self.faults = ScannerFaults()
        self.feeder: deque[bytes] = deque()
        self.glass: bytes | None = None
        self.jobs: dict[str, _Job] = {}
        self.orders: list[dict[str, Any]] = []

    @property
    def feeder_state(self) -> str:
        if self.faults.is_cover_open:
            return "ScannerAdfHatchOpen"
        if self.faults.jam_after_pages == 0:
            return "ScannerAdfJam"
        return "ScannerAdfLoaded" if self.feeder else "ScannerAdfEmpty"

    @property
    def is_scanning(self) -> bool:
        return any(job.state == "Processing" for job in self.jobs.values())

    def drop_idle_jobs(self) -> None:
        for job in self.jobs.values():
            if job.state == "Processing" and time.monotonic() - job.touched > _JOB_IDLE_S:
                job.state = "Aborted"

    def next_page(self, job: _Job) -> bytes | None:
        """The page as the job wants it; None when there is none left."""
        if job.settings["source"] == "Platen":
            return delivered_page(self.glass, job.settings)
        return delivered_page(self.feeder[0], job.settings) if self.feeder else None

    def hand_over(self, job: _Job) -> None:
        """The page has gone out of the machine."""
        job.given += 1
        if job.settings["source"] == "Platen":
            job.state = "Completed"
            return
        self.feeder.popleft()
        for name in ("jam_after_pages", "job_lost_after_pages", "stopped_after_pages"):
            left = getattr(self.faults, name)
            if left:
                setattr(self.faults, name, left - 1)


def scanner_router() -> APIRouter:
    """The scanner with its controls, to be mounted at the root."""
    scanner = Scanner()
    router = APIRouter(include_in_schema=False)
    router.include_router(_escl_router(scanner))
    router.include_router(_control_router(scanner))
    return router


def _escl_router(scanner: Scanner) -> APIRouter:
    router = APIRouter(prefix=ROOT)

    @router.get("/ScannerCapabilities")
    async def capabilities() -> Response:
        return document_answer(scanner.faults, capabilities_document())

    @router.get("/ScannerStatus")
    async def status() -> Response:
        scanner.drop_idle_jobs()
        return document_answer(
            scanner.faults,
            status_document(
                scanner.feeder_state,
                scanner.is_scanning,
                {name: (job.state, job.given) for name, job in scanner.jobs.items()},
            ),
        )

    @router.post("/ScanJobs")
    async def order(request: Request) -> Response:
        scanner.drop_idle_jobs()
        faults = scanner.faults
        if faults.order_status is not None:
            return Response(status_code=faults.order_status)
        if faults.busy_times:
            faults.busy_times -= 1
            return not_now(faults)
        if scanner.is_scanning:
            return not_now(faults)
        try:
            settings = ordered_settings(ElementTree.fromstring(await request.body()))
        except (ParseError, DefusedXmlException, ValueError):
            return Response(status_code=400)
        is_stuck = scanner.feeder_state not in ("ScannerAdfLoaded", "ScannerAdfEmpty")
        if is_stuck or (settings["source"] == "Feeder" and not scanner.feeder):
            return Response(status_code=409)
        name = str(uuid4())
        scanner.orders.append(settings)
        scanner.jobs[name] = _Job(settings)
        host = "may-quet.invalid:8080" if faults.location == "other_host" else request.headers["host"]
        location = f"{ROOT}/ScanJobs/{name}"
        if faults.location != "relative":
            location = f"http://{host}{location}"
        return Response(status_code=201, headers={"Location": location})

    @router.get("/ScanJobs/{name}/NextDocument")
    async def next_document(name: str) -> Response:
        job = scanner.jobs.get(name)
        faults = scanner.faults
        if faults.job_lost_after_pages == 0:
            scanner.jobs.pop(name, None)
            job = None
        if job is not None and faults.stopped_after_pages == 0:
            job.state = "Canceled"
        if job is None or job.state in ("Completed", "Aborted"):
            return Response(status_code=404)
        if job.state == "Canceled":
            return Response(status_code=410)
        job.touched = time.monotonic()
        if faults.not_ready_times:
            faults.not_ready_times -= 1
            return not_now(faults)
        if scanner.feeder_state in ("ScannerAdfJam", "ScannerAdfHatchOpen"):
            job.state = "Aborted"
            return Response(status_code=409)
        page = await asyncio.to_thread(scanner.next_page, job)
        if page is None:
            job.state = "Completed"
            return Response(status_code=404)
        scanner.hand_over(job)
        if faults.good_pages:
            faults.good_pages -= 1
            return Response(page, media_type=job.settings["file_format"])
        return PageAnswer(page, job.settings["file_format"], faults)

    @router.delete("/ScanJobs/{name}")
    async def cancel(name: str) -> Response:
        job = scanner.jobs.get(name)
        if job is None:
            return Response(status_code=404)
        if job.state == "Processing":
            job.state = "Canceled"
        return Response()

    return router


def _control_router(scanner: Scanner) -> APIRouter:
    router = APIRouter(prefix="/sandbox/scanner")

    @router.post("/pages")
    async def add_page(
        request: Request, to: Annotated[Literal["feeder", "glass"], Query()] = "feeder"
    ) -> Any:
        content = await request.body()
        try:
            with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
                picture.load()
        except (UnidentifiedImageError, OSError):
            return Response("Chỉ nhận ảnh JPEG.", 422)
        if to == "glass":
            scanner.glass = content
        else:
            scanner.feeder.append(content)
        return _state(scanner)

    @router.delete("/pages")
    async def clear_pages() -> Any:
        scanner.feeder.clear()
        scanner.glass = None
        return _state(scanner)

    @router.get("")
    async def state() -> Any:
        return _state(scanner)

    @router.delete("")
    async def clear_all() -> Any:
        scanner.clear()
        return _state(scanner)

    @router.post("/faults")
    async def set_faults(wanted: ScannerFaults) -> ScannerFaults:
        named = wanted.model_dump(include=wanted.model_fields_set)
        scanner.faults = scanner.faults.model_copy(update=named)
        return scanner.faults

    @router.delete("/faults")
    async def clear_faults() -> ScannerFaults:
        scanner.faults = ScannerFaults()
        return scanner.faults

    return router


def _state(scanner: Scanner) -> dict[str, Any]:
    return {
        "feeder": len(scanner.feeder),
        "glass": scanner.glass is not None,
        "jobs": [job.state for job in scanner.jobs.values()],
        "orders": scanner.orders,
    }
