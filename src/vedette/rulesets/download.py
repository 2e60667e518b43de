"""Releases of rule sets, fetched by HTTPS."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from vedette import __version__
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    import urllib3

MAX_BYTES: Final = 64 << 20
MAX_SECONDS: Final = 300.0
MAX_REDIRECTS: Final = 5
_QUIET: Final = 30.0
"""Seconds without a byte after which a transfer is given up."""

_CHUNK: Final = 64 << 10


class DownloadError(VedetteError, ConnectionError):
    """A release could not be fetched."""


def fetch(
    url: str,
    target: Path,
    *,
    ca: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Write what lies at `url` to `target`, at most 64 MB in 5 minutes.

    Redirects are followed, never from https to http. `on_progress` is given the bytes so far and
    of all (0 where that is not known). Raises DownloadError.
    """
    end = clock() + MAX_SECONDS
    with _pool(ca) as pool:
        answer = _asked(pool, url)
        try:
            total = int(answer.headers.get("Content-Length") or 0)
            if total > MAX_BYTES:
                raise DownloadError(f"{url}: has {total} bytes, more than {MAX_BYTES}")
            done = 0
            with target.open("wb") as file:
                for chunk in answer.stream(_CHUNK, decode_content=False):
                    done += len(chunk)
                    if done > MAX_BYTES:
                        raise DownloadError(f"{url}: has more than {MAX_BYTES} bytes")
                    if clock() > end:
                        raise DownloadError(f"{url}: took longer than {MAX_SECONDS:.0f} s")
                    file.write(chunk)
                    if on_progress is not None:
                        on_progress(done, total)
        except (_errors(), ValueError) as error:
            raise DownloadError(f"{url}: {error}; try again, or use --from") from error
        finally:
            answer.close()


def latest_release(url: str, ca: Path | None = None) -> str:
    """The name of the newest release: the last part of what `url` redirects to. Raises
    DownloadError."""
    with _pool(ca) as pool:
        answer = _request(pool, url)
        answer.close()
        place = urlsplit(answer.headers.get("Location") or "").path
        name = place.rstrip("/").rpartition("/")[2]
        if not 300 <= answer.status < 400 or not name:
            raise DownloadError(
                f"{url}: answered {answer.status} and names no release; name one with --release"
            )
        return name


def _asked(pool: urllib3.PoolManager, url: str) -> urllib3.BaseHTTPResponse:
    place = url
    for _ in range(MAX_REDIRECTS + 1):
        answer = _request(pool, place)
        if answer.status == 200:
            return answer
        answer.close()
        if not 300 <= answer.status < 400 or "Location" not in answer.headers:
            raise DownloadError(f"{url}: answered {answer.status}; check the release's name")
        there = urljoin(place, answer.headers["Location"])
        if urlsplit(place).scheme == "https" and urlsplit(there).scheme != "https":
            raise DownloadError(f"{url}: redirects to {there}, which is not encrypted")
        place = there
    raise DownloadError(f"{url}: redirects more than {MAX_REDIRECTS} times")


def _request(pool: urllib3.PoolManager, url: str) -> urllib3.BaseHTTPResponse:
    import urllib3

    if urlsplit(url).scheme not in ("https", "http"):
        raise DownloadError(f"{url}: is not https:// or http://; correct the URL")
    try:
        return pool.request(
            "GET",
            url,
            headers={"User-Agent": f"vedette/{__version__}"},
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(_QUIET),
            preload_content=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise DownloadError(f"{url}: {error}; check the network, or use --from") from error


def _pool(ca: Path | None) -> urllib3.PoolManager:
    import urllib3

    return urllib3.PoolManager(ca_certs=None if ca is None else str(ca))


def _errors() -> type[Exception]:
    import urllib3

    return urllib3.exceptions.HTTPError
