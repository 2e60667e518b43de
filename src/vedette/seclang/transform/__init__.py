"""SecLang's transformations: what a rule does to a value before it looks at it.

`TRANSFORMATIONS[name]` takes bytes and gives bytes, the same object where nothing changes. Names
are in lower case. They do what ModSecurity 3.0.15 does, byte by byte.
"""

from __future__ import annotations

from vedette.seclang.transform.chain import compose, inert, steps
from vedette.seclang.transform.named import TRANSFORMATIONS
from vedette.seclang.transform.percent import url_decode_uni
from vedette.seclang.transform.unicode_map import read_unicode_map

__all__ = [
    "TRANSFORMATIONS",
    "compose",
    "inert",
    "read_unicode_map",
    "steps",
    "url_decode_uni",
]
