"""Bearer tokens for stations: OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse

from sandbox.answers import Token
from sandbox.store import ProvinceStore

TOKEN_LIFETIME_S = 3600

TokenCheck = Callable[[Request], Awaitable[None]]


def token_check(store: ProvinceStore) -> TokenCheck:
    """A dependency that lets only live bearer tokens through and notes the client."""

    async def check(request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        client = store.token_client(_digest(token), time.time()) if scheme.lower() == "bearer" else None
        if client is None:
            raise HTTPException(
                401,
                "Phiên kết nối đã hết hạn hoặc chưa có; hãy xin mã truy cập mới.",
                {"WWW-Authenticate": 'Bearer realm="province", error="invalid_token"'},
            )
        request.state.client_id = client

    return check


def token_router(store: ProvinceStore, clients: dict[str, str]) -> APIRouter:
    """``POST /oauth2/token`` for the client-credentials grant."""
    router = APIRouter(tags=["Token"])

    @router.post(
        "/oauth2/token",
        response_model=Token,
        responses={400: {"description": "unsupported grant"}, 401: {"description": "unknown client"}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "required": ["grant_type"],
                            "properties": {
                                "grant_type": {"const": "client_credentials"},
                                "client_id": {"type": "string"},
                                "client_secret": {"type": "string"},
                            },
                        }
                    }
                },
            }
        },
    )
    async def issue_token(request: Request) -> JSONResponse:
        """Client credentials in the form or by HTTP Basic; answers with a bearer token."""
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        client_id, secret = _credentials(request, form)
        if not secrets.compare_digest(clients.get(client_id, "").encode(), secret.encode()) or not secret:
            return JSONResponse({"error": "invalid_client"}, 401, {"WWW-Authenticate": "Basic"})
        token = secrets.token_urlsafe(32)
        store.add_token(_digest(token), client_id, time.time() + TOKEN_LIFETIME_S)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME_S}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return router


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _credentials(request: Request, form: dict[str, list[str]]) -> tuple[str, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(value).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, secret
    return form.get("client_id", [""])[0], form.get("client_secret", [""])[0]
