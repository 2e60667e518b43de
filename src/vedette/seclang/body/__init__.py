"""Request bodies, read the way ModSecurity 3 reads them, and helpers for bodies in general."""

from __future__ import annotations

from vedette.seclang.body.inflate import Refused, inflate
from vedette.seclang.body.parsed import Body, File, Limits
from vedette.seclang.body.reading import read_body
from vedette.seclang.body.response import Held, is_inspected, response_type
from vedette.seclang.body.xml.paths import XPath, compile_xpath

__all__ = [
    "Body",
    "File",
    "Held",
    "Limits",
    "Refused",
    "XPath",
    "compile_xpath",
    "inflate",
    "is_inspected",
    "read_body",
    "response_type",
]
