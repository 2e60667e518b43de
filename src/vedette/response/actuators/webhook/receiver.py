"""A receiver of OpenC2 commands: asked over HTTPS, signed, and not believed without proof.

Source: OpenC2 over HTTPS 1.1 (Committee Specification 01): one POST for a command, its media types,
X-Request-ID.
"""

from __future__ import annotations

import hmac
import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from vedette import __version__
from vedette.model.errors import ActuatorError, ConfigError, DestinationError
from vedette.model.outbound.exchange import Reply, post, target_of
from vedette.model.signature import signature
from vedette.response.actuators.webhook.openc2 import NAMESPACE, OK, STATUSES, Answer

COMMAND: Final = "application/openc2-cmd+json;version=1.0"
ANSWER: Final = "application/openc2-rsp+json;version=1.0"
SIGNATURE: Final = "Vedette-Signature"
MOST: Final = 1 << 20
"""Bytes of an answer."""
SKEW: Final = 300
"""Seconds that the clock of a signed answer may differ."""


class Receiver:
    """Whoever carries out commands for us: an EDR's, a directory's or a proxy's bridge.

    `secret` signs commands (`Vedette-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of
    "<t>.<body>">`); with `signed_answers`, answers must be signed with it too, over
    "<t>.<X-Request-ID>.<body>". `ca` is a PEM file of authorities (None: the system's).
    `allow_private`: addresses of the firm's own network, and plain http on this machine. `clock`
    gives seconds since the epoch. Raises ConfigError.
    """

    def __init__(
        self,
        name: str,
        url: str,
        secret: str,
        *,
        ca: Path | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        allow_private: bool = False,
        signed_answers: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.timeout = timeout
        self._url = _checked(name, url, allow_private)
        if len(secret) < 16:
            raise ConfigError([f"{name}: its secret needs 16 characters at least"])
        self._secret = secret
        self._headers = dict(headers or {})
        self._private = allow_private
        self._signed = signed_answers
        self._clock = clock
        self._context = _context(name, ca) if self._url.scheme == "https" else None

    def ask(self, command: Mapping[str, Any], seconds: float | None = None) -> Answer:
        """Its answer, of status 200 or 102 (it is still at it), within `seconds`. Anything else
        is an ActuatorError: no answer, another status, no answer in OpenC2, to another command."""
        seconds = self.timeout if seconds is None else min(seconds, self.timeout)
        request = token_hex(16)
        body = _body(command, request)
        status, headers, text = self._post(body, request, seconds)
        return self._judge(status, headers, text, request)

    def _post(self, body: bytes, request: str, seconds: float) -> Reply:
        url = self._url
        moment = int(self._clock())
        headers = {
            "User-Agent": f"vedette/{__version__}",
            **self._headers,
            "Content-Type": COMMAND,
            "Accept": ANSWER,
            "Cache-Control": "no-store",
            "Date": formatdate(moment, usegmt=True),
            "X-Request-ID": request,
            SIGNATURE: signature(self._secret, moment, body),
        }
        try:
            return post(url, body, headers, seconds, MOST, self._context, self._private)
        except DestinationError as error:
            raise ActuatorError(str(error)) from error
        except TimeoutError:
            raise self._error(f"no whole answer in {seconds:.0f} s") from None
        except ssl.SSLCertVerificationError as error:
            raise self._error(f"its certificate is not trusted ({error.verify_message})") from None
        except (OSError, http.client.HTTPException) as error:
            raise self._error(_reason(error)) from None

    def _judge(
        self, status: int, headers: http.client.HTTPMessage, text: bytes, request: str
    ) -> Answer:
        if 300 <= status < 400:
            raise self._error(f"answered {status}; redirects are not followed")
        if len(text) > MOST:
            raise self._error(f"its answer is longer than {MOST} bytes")
        media = headers.get("Content-Type", "").replace(" ", "").lower()
        if media.partition(";")[0] != ANSWER.partition(";")[0]:
            raise self._error(f"answered {status} with {media[:60]!a}, which is not OpenC2")
        if headers.get("X-Request-ID") != request:
            raise self._error("its answer is to another request (X-Request-ID)")
        if self._signed:
            self._verify(headers.get(SIGNATURE, ""), request, text)
        try:
            answer = _DECODER.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise self._error(f"its answer is no OpenC2 response ({error})") from None
        if answer.status not in STATUSES:
            raise self._error(f"its answer has the status {answer.status}, which OpenC2 has not")
        good = answer.status < 300
        if good is not (status == OK) or (not good and status != answer.status):
            raise self._error(f"answered {status} and says {answer.status} inside")
        if not good:
            said = ascii(answer.status_text[:200])
            raise self._error(f"it did not do that: status {answer.status} {said}")
        return answer

    def _verify(self, given: str, request: str, text: bytes) -> None:
        try:
            moment = int(given.partition(",")[0].removeprefix("t=")[:12])
        except ValueError:
            raise self._error("its answer is not signed") from None
        expected = signature(self._secret, moment, request.encode() + b"." + text)
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            raise self._error("the signature of its answer is wrong")
        if abs(self._clock() - moment) > SKEW:
            raise self._error(f"its answer was signed {SKEW} s or more from now; see to its clock")

    def _error(self, what: str) -> ActuatorError:
        """Without the URL's path, which is often a secret."""
        url = self._url
        return ActuatorError(
            f"receiver {self.name} ({url.scheme}://{url.netloc}): {what}; see to it, then try again"
        )


def _body(command: Mapping[str, Any], request: str) -> bytes:
    """The command with the request's id inside, where the signature covers it: a receiver that
    remembers ids for some minutes is safe from replays."""
    args = command["args"]
    ours = {**args[NAMESPACE], "request_id": request}
    return msgspec.json.encode({**command, "args": {**args, NAMESPACE: ours}})


def _checked(name: str, url: str, allow_private: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        fault = "" if parts.port != 0 else "port 0"
    except ValueError as error:
        raise ConfigError([f"{name}: its URL can't be read ({error})"]) from error
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_private):
        fault = "use https (http is for this machine alone, with allow_private)"
    elif not parts.hostname or not parts.netloc.isascii() or not target_of(parts).isprintable():
        fault = "names no host that can be asked"
    elif parts.username is not None:
        fault = "no user or password belongs in it; use headers"
    if fault:
        raise ConfigError([f"{name}: its URL: {fault}"])
    return parts


def _context(name: str, ca: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    except (OSError, ValueError) as error:
        raise ConfigError([f"{name}: {ca}: {error}; must be a PEM file of certificates"]) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"can't be asked ({error.strerror})"
    return f"can't be understood ({type(error).__name__})"


_DECODER: Final = msgspec.json.Decoder(Answer)
