"""The shapes that travel between station and province, besides the dossier itself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.dossiers import FieldError

MAX_LEASE_DAYS_AHEAD = 14


class Refusal(BaseModel):
    """Answer 422: what to mend."""

    errors: list[FieldError]


class Problem(BaseModel):
    """Answer to a request that cannot be served as it stands."""

    detail: str


class Token(BaseModel):
    """A bearer token."""

    access_token: str
    token_type: str
    expires_in: int


class Acknowledgement(BaseModel):
    """The province has the dossier for good; files that are still to come are named by hash."""

    key: str
    code: str
    complete: bool
    missing_files: list[str]
    received_at: str
    etag: str
    """SHA-256 of the body that was taken, in canonical JSON: what an update names in If-Match."""
    revision: int
    """The how manieth version of the dossier that was."""
    newest: int
    """How many versions there are by now."""


class FileState(BaseModel):
    """A promised file and whether its bytes are stored and confirmed."""

    component: str
    name: str
    size: int
    sha256: str
    received: bool


class DossierState(BaseModel):
    """What the province has of a dossier."""

    key: str
    code: str
    receipt_number: str | None
    complete: bool
    received_at: str
    files: list[FileState]
    revision: int
    """How many versions there are."""
    changed_at: str
    body: dict[str, Any] | None = None
    """The version held now, where it was asked for."""


class LeaseRequest(BaseModel):
    """A wish for blocks of dossier-code serials."""

    model_config = ConfigDict(extra="forbid")

    agency: Annotated[str, Field(pattern=r"^[A-Z0-9]+(\.[A-Z0-9]+)*$", max_length=35)]
    station: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    days: Annotated[list[date], Field(min_length=1, max_length=MAX_LEASE_DAYS_AHEAD + 1)]
    size: Annotated[int, Field(ge=1)]


class Lease(BaseModel):
    """Serials ``first`` to ``last`` of a day belong to this station alone."""

    agency: str
    station: str
    day: date
    first: int
    last: int


class Leases(BaseModel):
    """One block a day."""

    leases: list[Lease]


class Change(BaseModel):
    """One line of the feed. `facts`: `status` and `words` of a status or result; `body`, `revision` and `base` (the tag of
    the version that was changed) of an edit; `version` of a catalogue or calendar."""

    kind: Literal["status", "result", "edited", "catalogue", "calendar"]
    key: str
    code: str
    at: str
    facts: dict[str, Any]


class Conflict(BaseModel):
    """Answer 412: the province holds another version than the update was made from."""

    detail: str
    etag: str
    revision: int
    body: dict[str, Any]


class Changes(BaseModel):
    """Changes after the cursor that was sent, and the cursor to send next time."""

    cursor: str
    changes: list[Change]


class ServerTime(BaseModel):
    """The server's time, ISO 8601 with +07:00."""

    now: str


class Health(BaseModel):
    """The server works."""

    status: str
