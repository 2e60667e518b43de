"""A channel to people, through apprise."""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
import warnings
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec

from vedette.model.errors import ActuatorError, ConfigError
from vedette.response.actuators.people.tlp import Tlp

if TYPE_CHECKING:
    from apprise import NotifyBase

SCHEMES: Final = frozenset({
    "discord", "gchat", "gotify", "gotifys", "json", "jsons", "mailto", "mailtos", "matrix",
    "matrixs", "mmost", "mmosts", "ntfy", "ntfys", "pover", "rocket", "rockets", "rsyslog",
    "signal", "signals", "slack", "syslog", "tgram", "webex", "workflow", "workflows", "wxteams",
    "xml", "xmls", "zulip",
})  # fmt: skip
"""Of apprise's services those that only send a text. Others run programs, speak to the desktop,
or fetch what they are told to."""

FORBIDDEN: Final = frozenset({
    "actions", "attach", "autoverify", "avatar_url", "click", "config", "e2ee", "filename", "href",
    "icon_url", "inline", "pgp", "pgpprv", "pgppub", "redirect", "retry", "store", "template",
    "url", "verify", "wait", "wkd",
})  # fmt: skip
"""Parameters of their URLs that read files, fetch from elsewhere, or trust more than is due."""

AFTER_FAILURE: Final = 30.0
"""Seconds in which a channel that failed is not tried again: others wait for it."""

_QUICKEST: Final = 0.2
"""Seconds between two requests of a service, where apprise has more: few are sent anyhow, and a
kill switch must not wait for them."""
_BETWEEN: Final = re.compile(r"[/@:?&=#;,]+")
_SHORTEST: Final = 5
"""Characters of what may be a secret."""
_PARAMETER: Final = re.compile(r"[?&;]([^=&;?]+)")


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is apprise's (https://github.com/caronc/apprise/wiki), with its secrets. `tlp` is the
    highest level that may go over it. `roles` are whom it reaches ("security team"; none: every
    role); `alarms`: the system's own too. `per_hour` messages go at the most, the rest is summed
    up. `seconds` is the time limit of one."""

    name: str
    url: str
    tlp: Tlp
    roles: tuple[str, ...] = ()
    alarms: bool = True
    per_hour: int = 20
    seconds: float = 8.0

    def reaches(self, role: str) -> bool:
        return not self.roles or role.casefold() in (each.casefold() for each in self.roles)


class Channel:
    """Sends a text at a time. Raises ConfigError for a URL that is not taken."""

    def __init__(self, settings: ChannelSettings) -> None:
        self.settings = settings
        self._plugin = _plugin(settings)
        self._alone = threading.Lock()
        self._busy = threading.Lock()
        self._failed: float | None = None

    def send(self, title: str, body: str) -> None:
        """Raises ActuatorError where it was not taken in time. One that hangs is left to end by
        itself, and until then nothing else is sent."""
        name = self.settings.name
        with self._alone:
            now = time.monotonic()
            if self._failed is not None and now - self._failed < AFTER_FAILURE:
                raise ActuatorError(f"channel {name}: not tried, it failed just before")
            fault = self._tried(title, body)
            self._failed = time.monotonic() if fault else None
        if fault:
            raise ActuatorError(f"channel {name}: {fault}; see to it or to its URL")

    def _tried(self, title: str, body: str) -> str:
        if not self._busy.acquire(blocking=False):
            return "the last message is still on its way"
        done: queue.SimpleQueue[str] = queue.SimpleQueue()

        def work() -> None:
            try:
                done.put(self._notified(title, body))
            except Exception as error:  # of a plugin; whatever it is, it was not sent
                done.put(f"not sent ({type(error).__name__})")
            finally:
                self._busy.release()

        threading.Thread(target=work, name="tell", daemon=True).start()
        try:
            return done.get(timeout=self.settings.seconds)
        except queue.Empty:
            return f"not taken in {self.settings.seconds:.0f} s"

    def _notified(self, title: str, body: str) -> str:
        """What is wrong; "" where it was taken."""
        from apprise import NotifyFormat, NotifyType

        heard = _Heard(self.settings.url)
        logger = logging.getLogger("apprise")
        logger.addHandler(heard)
        try:
            taken = self._plugin.notify(
                body=body,
                title=title,
                notify_type=NotifyType.WARNING,
                body_format=NotifyFormat.TEXT,
            )
        finally:
            logger.removeHandler(heard)
        return "" if taken else heard.said or "not taken"


class _Heard(logging.Handler):
    """The last warning of apprise in this thread: it says there why nothing was sent. Whatever
    stands in the channel's URL is left out, for there are secrets in it."""

    def __init__(self, url: str) -> None:
        super().__init__(logging.WARNING)
        self.said = ""
        pieces = {piece for piece in _BETWEEN.split(url) if len(piece) >= _SHORTEST}
        self._secrets = sorted(pieces | {unquote(piece) for piece in pieces}, key=len)
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            said = record.getMessage()
            for secret in reversed(self._secrets):
                said = said.replace(secret, "***")
            self.said = ascii(said[:200])


def _plugin(settings: ChannelSettings) -> NotifyBase:
    from apprise import Apprise, AppriseAsset

    url, name = settings.url, settings.name
    scheme = url.partition("://")[0].strip().lower()
    if scheme not in SCHEMES:
        known = ", ".join(sorted(SCHEMES))
        raise ConfigError([f"channel {name}: {scheme[:30]!a} is not taken; use one of {known}"])
    for found in _PARAMETER.finditer(url):
        parameter = unquote(found[1]).strip().lower()
        if parameter in FORBIDDEN:
            raise ConfigError([f"channel {name}: {parameter} in its URL is not taken; remove it"])
    asset: Any = AppriseAsset(http_redirects=False, async_mode=False, app_id="Vedette")
    try:
        with warnings.catch_warnings():  # of modules that apprise imports on its first use
            warnings.simplefilter("ignore", DeprecationWarning)
            plugin = Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    except Exception:
        plugin = None  # apprise says why in its log, with secrets
    if plugin is None or not plugin.verify_certificate or plugin.redirects:
        raise ConfigError(
            [f"channel {name}: apprise can't read its URL of {scheme}; see apprise's page on it"]
        )
    plugin.request_rate_per_sec = min(plugin.request_rate_per_sec, _QUICKEST)
    return plugin
