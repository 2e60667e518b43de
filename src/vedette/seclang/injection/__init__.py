"""Injections into SQL and HTML, told by libinjection's rules (`@detectSQLi`, `@detectXSS`).

`sqli(value)` gives the fingerprint of an injection into SQL, such as "s&1", or None; `xss(value)`
says whether there is one into HTML. Both are done in C where that was built.
"""

from __future__ import annotations

from vedette.seclang.injection import html, sql
from vedette.seclang.injection.compiled import compiled

_compiled = compiled()
sqli = _compiled.sqli if _compiled else sql.sqli
xss = _compiled.xss if _compiled else html.xss

__all__ = ["sqli", "xss"]
