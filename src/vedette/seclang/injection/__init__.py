"""Injections into SQL and HTML, told by libinjection's rules (`@detectSQLi`, `@detectXSS`)."""

from __future__ import annotations

from vedette.seclang.injection.html import xss
from vedette.seclang.injection.sql import sqli

__all__ = ["sqli", "xss"]
