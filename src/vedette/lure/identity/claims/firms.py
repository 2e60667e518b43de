"""Firms that a signature names by their legal form and that the registry does not hold."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.identity.claims.body import MAX_TEXT, own_words
from vedette.lure.identity.claims.claim import Claim
from vedette.lure.identity.claims.names import Names
from vedette.lure.identity.claims.words import Contexts
from vedette.lure.message import Text
from vedette.lure.sign import SignEvidence

TAIL: Final = 700
"""Characters at the end of what the writer says in which a signature stands."""

_FIRM: Final = re.compile(
    r"^[ \t|*>]{0,6}(?:[^\n,|]{0,60}[,|][ \t]*)?"
    r"((?:[^\W\d_a-z][\w&.'-]{0,30}[ \t]){1,5}"
    r"(?:GmbH|AG|SE|KG|Ltd|Limited|PLC|plc|LLC|LLP|Inc|Corp|Corporation|S\.?A\.?S?|SARL|S\.?L\.?U?"
    r"|B\.?V|N\.?V|Oy|AB|A/S|ApS|AS|Sp\.[ ]?z[ ]?o\.?o|S\.p\.A|Pty Ltd))"
    r"\b\.?[ \t]*(?:[,|(][^\n]{0,60})?$",
    re.MULTILINE,
)


def signed_firm(text: Text, names: Names, contexts: Contexts) -> Claim | None:
    """The firm under whose name a text that speaks of recruiting is signed."""
    words = own_words(text.text[:MAX_TEXT]).rstrip()
    start = max(0, len(words) - TAIL)
    found = _FIRM.search(words, words.find("\n", start) + 1 if start else 0)
    if found is None or names.find(names.folded(found[1])):
        return None
    if contexts.role.search(names.folded(words).text) is None:
        return None
    evidence = SignEvidence(text.part, found.start(1), found.end(1), found[1])
    return Claim("", found[1], "unknown", "weak", evidence)
