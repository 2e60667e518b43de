"""Findings sent by HTTP POST, signed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vedette import __version__
from vedette.model.errors import DestinationError, RefusedError, VedetteError
from vedette.model.finding import Finding
from vedette.model.outbound.addresses import chosen_address
from vedette.model.outbound.exchange import target_of
from vedette.model.signature import signature
from vedette.sinks.seen import Seen
from vedette.sinks.settings import Form, encoder
from vedette.sinks.tls import client_context

if TYPE_CHECKING:
    import urllib3

MAX_BODY: Final = 4 << 20
"""Bytes of one request; more findings go in several."""

MAX_ANSWER: Final = 2048
LONGEST_HOLD: Final = 3600.0
"""Seconds that a Retry-After may ask for; more is taken as this."""

PASSING: Final = frozenset({408, 425, 429})
"""Client errors that say "later", not "never"."""


class WebhookError(VedetteError, ConnectionError):
    """Not delivered this time; worth trying again."""


class WebhookSink:
    """POSTs findings as NDJSON (`json`) or as a JSON array of events (`ocsf`).

    Headers: `Vedette-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">` where
    there is a secret, and `Idempotency-Key`, a hash of the findings' ids. Any 2xx is success. 429
    and 5xx, no answer, a redirect (none is followed) mean "later"; Retry-After is kept to. Any
    other answer means "never". Neither the URL's path nor a header is ever in an error's text.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        form: Form = "json",
        ca: Path | None = None,
        allow_private: bool = False,
        max_body: int = MAX_BODY,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`timeout` in seconds; `ca` is a PEM file of authorities for https (None: the system's);
        `allow_private`: it may have an address of the firm's own network; `clock` gives the seconds
        since the epoch. Raises ConfigError where `ca` is of no use."""
        self.name = name
        self._url = urlsplit(url)
        self._allow_private = allow_private
        self._origin = _origin(url)
        self._secret = secret
        self._headers = dict(headers or {})
        self._timeout = timeout
        self._form = form
        self._line = encoder(form)
        self._context = client_context(ca) if url.startswith("https:") else None
        self._max_body = max_body
        self._clock = clock
        self._seen = Seen()
        self._hold = 0.0
        self._pool: urllib3.HTTPConnectionPool | None = None

    def deliver(self, findings: Sequence[Finding]) -> None:
        """Send what was not sent yet. Raises WebhookError, or RefusedError where another attempt
        is of no use."""
        left = self._hold - self._clock()
        if left > 0:
            raise WebhookError(f"{self._origin}: asked to wait; {left:.0f} s are left")
        for ids, body in self._bodies(self._seen.fresh(findings)):
            self._post(ids, body)
            self._seen.add(ids)

    def close(self) -> None:
        """Close the connections; a later delivery opens them again."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _bodies(self, findings: Sequence[Finding]) -> Iterator[tuple[list[str], bytes]]:
        ids: list[str] = []
        lines: list[bytes] = []
        size = 2
        for finding in findings:
            line = self._line(finding)
            if len(line) + 3 > self._max_body:
                raise RefusedError(
                    f"{self._origin}: a finding of {len(line)} bytes is over {self._max_body}"
                )
            if size + len(line) + 1 > self._max_body:
                yield ids, self._body(lines)
                ids, lines, size = [], [], 2
            ids.append(finding.id)
            lines.append(line)
            size += len(line) + 1
        if ids:
            yield ids, self._body(lines)

    def _body(self, lines: Sequence[bytes]) -> bytes:
        if self._form == "ocsf":
            return b"[" + b",".join(lines) + b"]"
        return b"\n".join(lines) + b"\n"

    def _post(self, ids: Sequence[str], body: bytes) -> None:
        import urllib3

        headers = {
            "Host": self._url.netloc.rpartition("@")[2],
            "Content-Type": "application/json" if self._form == "ocsf" else "application/x-ndjson",
            "User-Agent": f"vedette/{__version__}",
            **self._headers,
            "Idempotency-Key": hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest(),
        }
        if self._secret is not None:
            headers["Vedette-Signature"] = signature(self._secret, int(self._clock()), body)
        try:
            answer = self._connections().urlopen(
                "POST",
                target_of(self._url),
                body=body,
                headers=headers,
                redirect=False,
                retries=False,
                assert_same_host=False,
                timeout=urllib3.Timeout(self._timeout),
                preload_content=False,
            )
            try:
                text = answer.read(MAX_ANSWER, decode_content=False)
            finally:
                answer.close()
        except DestinationError as error:
            raise WebhookError(f"{self._origin}: {error}") from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise WebhookError(f"{self._origin}: {_reason(error)}") from None
        self._judge(answer.status, answer.headers.get("Retry-After"), text)

    def _connections(self) -> urllib3.HTTPConnectionPool:
        """Connections to the address that the name leads to now; it is judged each time, so that
        no name leads inside now and then."""
        import urllib3

        host = self._url.hostname or ""
        port = self._url.port or (443 if self._context is not None else 80)
        address = chosen_address(host, port, self._timeout, self._allow_private, False)
        if self._pool is not None and self._pool.host != address.strip("[]"):
            self.close()
        if self._pool is None:
            self._pool = (
                urllib3.HTTPConnectionPool(address, port)
                if self._context is None
                else urllib3.HTTPSConnectionPool(
                    address,
                    port,
                    ssl_context=self._context,
                    server_hostname=host,
                    assert_hostname=host,
                )
            )
        return self._pool

    def _judge(self, status: int, retry_after: str | None, text: bytes) -> None:
        if 200 <= status < 300:
            return
        if retry_after is not None and (status in PASSING or status >= 500):
            wait = _seconds(retry_after, self._clock())
            self._hold = self._clock() + min(max(wait, 0.0), LONGEST_HOLD)
        said = ascii(text[:200].decode("utf-8", "replace"))
        what = f"{self._origin}: answered {status} {said}"
        if 300 <= status < 400:
            raise WebhookError(f"{what}; redirects are not followed, configure the final URL")
        if status in PASSING or status >= 500:
            raise WebhookError(what)
        raise RefusedError(what)


def _origin(url: str) -> str:
    """Scheme, host and port: the rest of a webhook's URL is often its secret."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if parts.port is None else f":{parts.port}")


def _reason(error: Exception) -> str:
    """Why there was no answer, from the innermost cause: outer texts name the URL."""
    inner: BaseException = error
    while inner.__cause__ is not None or inner.__context__ is not None:
        inner = inner.__cause__ or inner.__context__ or inner
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return "no answer in time" if isinstance(inner, TimeoutError) else type(inner).__name__


def _seconds(retry_after: str, now: float) -> float:
    """Seconds to wait: the header holds their number or a date (RFC 9110, 10.2.3)."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return parsedate_to_datetime(text).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return 0.0
