"""One conversation with an eSCL scanner: its state, its orders, its pages and its ways of saying no."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanning.device_errors import (
    AccessDenied,
    BrokenPage,
    CoverOpen,
    DeviceError,
    DeviceFailed,
    FeederEmpty,
    JobLost,
    NotAScanner,
    PaperJam,
    ScannerBusy,
    ScanTimedOut,
    SettingRefused,
    StoppedAtDevice,
)
from scanning.documents import pages_from
from scanning.drivers.escl_line import Answer, ScannerLine
from scanning.drivers.escl_messages import (
    FeederState,
    InputSource,
    NotEscl,
    ScannerCapabilities,
    ScannerStatus,
    parse_capabilities,
    parse_status,
    scan_settings,
)
from scanning.errors import Cancelled, UnreadableImage, UnreadablePdf
from scanning.pages import ScannedPage
from scanning.sources import ScanRequest

_XML_LIMIT_BYTES = 2_000_000
_STEP_S = 0.1
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "application/pdf": ".pdf",
}
FEEDER_ERRORS: dict[FeederState, Callable[[], DeviceError]] = {
    FeederState.JAM: PaperJam,
    FeederState.MISPICK: PaperJam,
    FeederState.HATCH_OPEN: CoverOpen,
    FeederState.DOOR_OPEN: CoverOpen,
}


@dataclass(frozen=True, slots=True)
class EsclLimits:
    """How long and how large one exchange with a scanner may be."""

    question_s: float = 10.0
    """For capabilities, state, order and the end of a job."""
    page_s: float = 180.0
    """From asking for a page to its last byte, with all the waiting for a scanner that is not ready."""
    busy_s: float = 30.0
    """How long an order is offered again to a scanner that is busy."""
    page_bytes: int = 200_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a model may be asked."""

    retry_s: float = 1.0
    """After a 503 without Retry-After."""
    between_pages_s: float = 0.0
    """Some answer 404 (no more pages) when the next page is asked for at once."""


#: By the beginning of the model's name, in small letters; the first that fits.
PACES: tuple[tuple[str, Pace], ...] = (
    ("brother", Pace(between_pages_s=1.0)),
    ("", Pace()),
)


def pace_of(model: str) -> Pace:
    return next(pace for start, pace in PACES if model.lower().startswith(start))


class EsclScanner:
    """The conversation with one scanner during one scan."""

    def __init__(
        self, line: ScannerLine, name: str, limits: EsclLimits, cancelled: Callable[[], bool]
    ) -> None:
        self._line = line
        self._name = name
        self._limits = limits
        self._cancelled = cancelled

    def capabilities(self) -> ScannerCapabilities:
        answer = self._ask("ScannerCapabilities")
        if answer.status in (401, 403):
            raise AccessDenied
        if answer.status == 503:
            raise ScannerBusy
        if answer.status != 200:
            raise NotAScanner(self._name)
        try:
            return parse_capabilities(answer.body)
        except NotEscl as error:
            raise NotAScanner(self._name) from error

    def status(self) -> ScannerStatus | None:
        """None where the scanner gives no sensible state: then its other answers must do."""
        answer = self._ask("ScannerStatus")
        try:
            return parse_status(answer.body) if answer.status == 200 else None
        except NotEscl:
            return None

    def order(self, capabilities: ScannerCapabilities, source: InputSource, request: ScanRequest) -> str:
        """Orders a scan and answers the job's address."""
        body, _ = scan_settings(capabilities, source, request)
        deadline = time.monotonic() + self._limits.busy_s
        while True:
            # Not given up when cancelled: an order without its answer would leave the scanner with a job
            # that nobody can end.
            answer = self._line.exchange(
                "POST",
                f"{self._line.url}/ScanJobs",
                body=body,
                timeout_s=self._limits.question_s,
                limit_bytes=_XML_LIMIT_BYTES,
            )
            location = answer.headers.get("location", "")
            if answer.status == 201:
                if not location:
                    raise NotAScanner(self._name)
                return self._line.address_of(location)
            if answer.status != 503:
                raise self._refusal(answer, source)
            self._raise_for_feeder()
            pause_s = answer.retry_after_s if answer.retry_after_s is not None else Pace().retry_s
            if time.monotonic() + pause_s > deadline:
                raise ScannerBusy
            self._pause(pause_s)

    def pages(self, job: str, source: InputSource, most: int | None, pace: Pace) -> Iterator[ScannedPage]:
        given = 0
        while most is None or given < most:
            if given:
                self._pause(pace.between_pages_s)
            answer = self._next_document(job, source, given, pace)
            if answer is None:
                return
            given += 1
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            name = f"trang-{given}{_SUFFIXES.get(kind, '.jpg')}"
            try:
                yield from pages_from(answer.body, name)
            except (UnreadableImage, UnreadablePdf) as error:
                raise BrokenPage from error

    def end(self, job: str) -> None:
        """Ends the job, also after a cancel; a scanner that has forgotten it or is gone does not matter."""
        with contextlib.suppress(DeviceError):
            self._line.exchange(
                "DELETE",
                job,
                timeout_s=self._limits.question_s,
                limit_bytes=_XML_LIMIT_BYTES,
            )

    def _next_document(self, job: str, source: InputSource, given: int, pace: Pace) -> Answer | None:
        """The answer that holds the next page; None after the last."""
        deadline = time.monotonic() + self._limits.page_s
        while True:
            answer = self._line.exchange(
                "GET",
                f"{job}/NextDocument",
                timeout_s=max(_STEP_S, deadline - time.monotonic()),
                limit_bytes=self._limits.page_bytes,
                cancelled=self._cancelled,
            )
            if answer.status == 200:
                return answer
            if answer.status == 503:
                self._raise_for_feeder()
                pause_s = answer.retry_after_s if answer.retry_after_s is not None else pace.retry_s
                if time.monotonic() + pause_s > deadline:
                    raise ScanTimedOut(self._limits.page_s)
                self._pause(pause_s)
                continue
            if answer.status not in (404, 409):
                raise self._refusal(answer, source)
            # 404 is the end of a good stack and, on many models, of a bad one too; some end with 409.
            status = self._raise_for_feeder()
            state = status.job_states.get(job.rpartition("/")[2], "") if status else ""
            if state == "Canceled":
                raise StoppedAtDevice
            feeder = status.feeder if status and source is InputSource.FEEDER else FeederState.UNKNOWN
            is_broken_off = state == "Aborted" or (feeder is FeederState.LOADED and state != "Completed")
            if given == 0 and source is InputSource.FEEDER and not is_broken_off:
                raise FeederEmpty
            if given == 0 or is_broken_off:
                raise JobLost
            return None

    def _raise_for_feeder(self) -> ScannerStatus | None:
        status = self.status()
        if status is not None and status.feeder in FEEDER_ERRORS:
            raise FEEDER_ERRORS[status.feeder]()
        return status

    def _refusal(self, answer: Answer, source: InputSource) -> DeviceError:
        if answer.status == 409:
            status = self._raise_for_feeder()
            is_processing = status is not None and status.state == "Processing"
            return FeederEmpty() if source is InputSource.FEEDER and not is_processing else ScannerBusy()
        if answer.status == 410:
            return StoppedAtDevice()
        if answer.status in (401, 403):
            return AccessDenied()
        if answer.status in (400, 415):
            return SettingRefused()
        return DeviceFailed(f"HTTP {answer.status}")

    def _ask(self, question: str) -> Answer:
        return self._line.exchange(
            "GET",
            f"{self._line.url}/{question}",
            timeout_s=self._limits.question_s,
            limit_bytes=_XML_LIMIT_BYTES,
            cancelled=self._cancelled,
        )

    def _pause(self, pause_s: float) -> None:
        for _ in range(math.ceil(pause_s / _STEP_S)):
            if self._cancelled():
                raise Cancelled
            time.sleep(_STEP_S)
