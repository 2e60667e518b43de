"""Vedette's own log: on standard error, one JSON object a line, or text."""

from __future__ import annotations

import json
import logging
import sys
from typing import Literal

from vedette.model.instant import rfc3339


class JsonFormatter(logging.Formatter):
    """time, level, message, and what else the call names."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": rfc3339(int(record.created * 1_000_000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        source = getattr(record, "source", None)
        if source:
            entry["source"] = source
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(level: str, form: Literal["json", "text"]) -> None:
    """Send the log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # It writes URLs with their secrets. What is wrong with a channel is said by Vedette.
    apprise = logging.getLogger("apprise")
    apprise.addHandler(logging.NullHandler())
    apprise.propagate = False
    if level != "debug":
        # its news are those of a web server; what concerns Vedette is said by Vedette
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
