"""Writes the provincial contract: ``python -m sandbox.openapi > docs/openapi/provincial.yaml``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from fastapi.openapi.utils import get_openapi

from sandbox.application import build_application
from sandbox.clock import ServerClock
from sandbox.dossiers import Dossier
from sandbox.uploads import CHECKSUM_MISMATCH, EXTENSIONS
from sandbox.wire import FaultBoard

_REFERENCE = "#/components/schemas/{model}"


def provincial_contract() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the ``/v1`` and ``/oauth2`` paths."""
    with tempfile.TemporaryDirectory() as folder:
        clock = ServerClock()
        application = build_application(Path(folder), clock, FaultBoard(clock))
        document = get_openapi(
            title=application.title,
            summary=application.summary,
            version=application.version,
            openapi_version="3.1.0",
            routes=application.routes,
        )
    schemas: dict[str, Any] = document["components"]["schemas"]
    dossier = Dossier.model_json_schema(ref_template=_REFERENCE)
    schemas.update(dossier.pop("$defs"))
    schemas["Dossier"] = dossier
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    document["components"]["securitySchemes"] = {
        "station": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {}}},
        }
    }
    document["paths"].update(_upload_paths())
    for path, operations in document["paths"].items():
        for name, operation in operations.items():
            if name != "parameters":
                _finish(path, operation)
    document["paths"] = dict(sorted(document["paths"].items()))
    return document


def _finish(path: str, operation: dict[str, Any]) -> None:
    refusal = operation["responses"].get("422")
    if refusal is not None:
        refusal["description"] = "what to mend, field by field"
        refusal["content"] = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="Refusal")}}}
    if path.startswith("/v1"):
        operation["security"] = [{"station": []}]


def _upload_paths() -> dict[str, Any]:
    def header(name: str, kind: str, text: str, *, is_required: bool = True) -> dict[str, Any]:
        return {
            "name": name,
            "in": "header",
            "required": is_required,
            "description": text,
            "schema": {"type": kind},
        }

    version = header("Tus-Resumable", "string", "1.0.0")
    upload = {"name": "upload", "in": "path", "required": True, "schema": {"type": "string"}}
    lost = {"404": {"description": "no such upload: create it anew"}, "410": {"description": "expired"}}
    denied = {"401": {"description": "token missing or expired"}}
    return {
        "/v1/files": {
            "options": {
                "tags": ["Files"],
                "summary": f"tus extensions: {EXTENSIONS}",
                "operationId": "upload_options",
                "responses": {"204": {"description": "headers tell what is offered"}},
            },
            "post": {
                "tags": ["Files"],
                "summary": "Create a resumable upload (tus 1.0); the address comes in Location",
                "operationId": "create_upload",
                "parameters": [
                    version,
                    header("Upload-Length", "integer", "bytes of the whole file"),
                    header(
                        "Upload-Metadata",
                        "string",
                        "tus pairs in base64: filename, filetype, dossier (key), component, sha256",
                    ),
                ],
                "responses": {
                    "201": {"description": "created"},
                    "400": {"description": "metadata missing or malformed"},
                    "413": {"description": "file too large"},
                    "422": {"description": "the dossier does not list this file"},
                    **denied,
                },
            },
        },
        "/v1/files/{upload}": {
            "parameters": [upload, version],
            "head": {
                "tags": ["Files"],
                "summary": "How many bytes the server has (Upload-Offset)",
                "operationId": "upload_offset",
                "responses": {"200": {"description": "offset in the headers"}, **lost, **denied},
            },
            "patch": {
                "tags": ["Files"],
                "summary": "Send the bytes from the offset on",
                "operationId": "upload_bytes",
                "parameters": [
                    header("Upload-Offset", "integer", "must be the server's offset"),
                    header("Upload-Checksum", "string", "algorithm and base64 digest", is_required=False),
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}
                    },
                },
                "responses": {
                    "204": {"description": "stored; new Upload-Offset in the headers"},
                    "409": {"description": "another offset"},
                    str(CHECKSUM_MISMATCH): {
                        "description": "the chunk, or at the end the whole file, is not what was promised; "
                        "a whole file is thrown away"
                    },
                    **lost,
                    **denied,
                },
            },
            "delete": {
                "tags": ["Files"],
                "summary": "Give an upload up",
                "operationId": "end_upload",
                "responses": {"204": {"description": "gone"}, **lost, **denied},
            },
        },
    }


def contract_text() -> str:
    """The document as YAML 1.2, written in its JSON subset so that no YAML writer is needed."""
    return json.dumps(provincial_contract(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(contract_text())
