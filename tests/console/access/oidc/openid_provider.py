"""An OpenID provider of our own, on loopback: strict with us, and able to lie.

Signs with `joserfc`, serves with uvicorn, lets in whoever comes. `wrong` changes what it answers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "vedette", "a secret: with + and %"


def new_key(algorithm: str, kid: str) -> Key:
    said: Any = {"kid": kid, "use": "sig", "alg": algorithm}
    if algorithm.startswith(("RS", "PS")):
        return RSAKey.generate_key(2048, said)
    if algorithm.startswith("ES"):
        return ECKey.generate_key("P-256", said)
    if algorithm.startswith("HS"):
        return OctKey.generate_key(256, said)
    return OKPKey.generate_key("Ed25519", said)


class OpenIdProvider:
    def __init__(self, redirect_uri: str) -> None:
        self._redirect_uri = redirect_uri
        self._codes: dict[str, dict[str, str]] = {}
        self.issuer = ""
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
            ]
        )
        self.reset(lambda: time.time_ns() // 1000)

    def reset(self, now: Callable[[], int]) -> None:
        """Tell the truth, by this clock."""
        self._now = now
        self.algorithm = "ES256"
        self.key = new_key("ES256", "k1")
        self.claims: dict[str, Any] = {
            "sub": "u-1", "preferred_username": "Ada", "groups": ["vedette-analysts"]
        }  # fmt: skip
        self.metadata: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.wrong: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.token_answer: Callable[[dict[str, Any]], Response] = JSONResponse
        self.signs: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
        self.asked: list[str] = []

    async def _describe(self, request: Request) -> Response:
        self.asked.append("description")
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/logout?tenant=1",
                "authorization_response_iss_parameter_supported": True,
                **self.metadata,
            }
        )

    async def _jwks(self, request: Request) -> Response:
        self.asked.append("keys")
        public = self.key.as_dict(private=False) if not isinstance(self.key, OctKey) else {}
        return JSONResponse({"keys": [{"kty": "oct", "kid": "junk", "k": ""}, public]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        assert asked["redirect_uri"] == self._redirect_uri
        assert len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{self._redirect_uri}?{urlencode(back)}", 303)

    async def _token(self, request: Request) -> Response:
        self.asked.append("token")
        form = dict(parse_qsl((await request.body()).decode()))
        scheme, _, pair = request.headers.get("authorization", "").partition(" ")
        given = base64.b64decode(pair).decode().split(":") if scheme == "Basic" else []
        client = [unquote_plus(part) for part in given] or [
            form.get("client_id", ""), form.get("client_secret", "")
        ]  # fmt: skip
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if client != [CLIENT, SECRET]:
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        assert form["grant_type"] == "authorization_code"
        assert form["redirect_uri"] == self._redirect_uri
        now = self._now() // 1_000_000
        access = secrets.token_urlsafe(16)
        kind = "sha512" if self.algorithm == "EdDSA" else "sha256"
        half = hashlib.new(kind, access.encode()).digest()
        claims = self.wrong(
            {
                "iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now,
                "nonce": asked["nonce"],
                "at_hash": base64.urlsafe_b64encode(half[: len(half) // 2]).rstrip(b"=").decode(),
                **self.claims,
            }
        )  # fmt: skip
        header = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
        sign = self.signs or self._sign
        return self.token_answer(
            {"access_token": access, "token_type": "Bearer", "id_token": sign(header, claims)}
        )

    def _sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        if isinstance(self.key, OKPKey):
            return self.signed_by_hand(header, claims)
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def signed_by_hand(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """With an Ed25519 key, whatever stands in the header."""
        text = f"{plain(header)}.{plain(claims)}"
        private = self.key.get_op_key("sign")
        assert isinstance(private, Ed25519PrivateKey)
        signature = private.sign(text.encode())
        return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def plain(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@contextmanager
def served(provider: OpenIdProvider, tls: tuple[Path, Path] | None = None) -> Iterator[str]:
    """Its issuer, on a free port."""
    certificate, key = tls or (None, None)
    config = uvicorn.Config(
        provider.app, "127.0.0.1", 0, log_level="error", lifespan="off", ws="none", loop="asyncio",
        ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until and thread.is_alive(), "the provider did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = f"{'https://localhost' if tls else 'http://127.0.0.1'}:{port}"
    try:
        yield provider.issuer
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
