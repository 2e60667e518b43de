"""Claims in one line: a sender's display name, a profile's headline."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.identity.claims.names import Folded, Hit, Names
from vedette.lure.identity.claims.words import Contexts

MAX_NAME: Final = 256

_CORPORATE: Final = re.compile(
    r"(?<!\w)(?:inc|llc|ltd|limited|plc|corp|corporation|company|co|gmbh|ag|se|sa|s\.a\.?|sas|spa"
    r"|s\.p\.a\.?|srl|bv|nv|ab|as|asa|oyj|the|group|groupe|gruppe|holding|international|global"
    r"|europe|usa|uk|deutschland|france|italia|espana|polska|israel|korea|emea|no ?-?reply|team"
    r"|info|notifications?|noreply|do not reply)(?!\w)"
)
_ADDRESS: Final = re.compile(r"\S@\S")
_SEPARATOR_BEFORE: Final = re.compile(r"(?:[|@(\[/,:•·~]|(?<=\s)-+)\s*\Z")
_SEPARATOR_AFTER: Final = re.compile(r"\s*(?:[|@)\]/,:•·~]|-+(?=\s))")
_DEPARTMENT: Final = re.compile(r"\W{0,3}(?:team|department|dept|office|abteilung)?\W{0,3}")
_AT: Final = re.compile(r"(?:at|@|bei|chez|en|w|for|of|von|de)\s+")
_PARTING: Final = re.compile(r"[,|@/:-]")


def line_strength(folded: Folded, hit: Hit, contexts: Contexts) -> str:
    """How strongly a line that holds an employer's name claims to be of it: "strong", "weak", or
    "" for a name that means somebody else here (a person called Leonardo)."""
    before, after = folded.text[: hit.begin], folded.text[hit.end :]
    if contexts.former.search(before[-40:]):
        return ""
    rest = f"{before} {after}"
    role = contexts.role.search(rest) is not None
    bare = leaves_nothing(rest)
    at = (
        hit.attached != ""
        or contexts.at.search(before) is not None
        or _SEPARATOR_BEFORE.search(before) is not None
    )
    if hit.ambiguous:
        return "strong" if role and _stands_apart(before, after, at, contexts) else ""
    if bare or role or at or _SEPARATOR_AFTER.match(after):
        return "strong"
    return "weak"


def leaves_nothing(rest: str) -> bool:
    """Whether what stands beside a name in a folded line adds nothing to it ("Inc", "the")."""
    return not _CORPORATE.sub("", rest).strip(" \"'.,-|()&:·")


def _stands_apart(before: str, after: str, at: bool, contexts: Contexts) -> bool:
    """Whether nothing but separators and recruiters' words touch the name, so that it is no part
    of a person's."""
    left = at or not before.strip() or _ends_with_role(before, contexts)
    right = not after.strip() or _SEPARATOR_AFTER.match(after) or contexts.team.match(after)
    return left and bool(right)


def _ends_with_role(before: str, contexts: Contexts) -> bool:
    stripped = before.rstrip()
    return any(found.end() == len(stripped) for found in contexts.role.finditer(stripped))


def unknown_name(line: str, names: Names, contexts: Contexts) -> tuple[int, int] | None:
    """Where a line of recruiters' words names an employer that the registry does not hold:
    "HR, Acme Robotics", "Acme Robotics Careers", "Jane at Acme Robotics (recruiting)"."""
    folded = names.folded(line[:MAX_NAME])
    roles = list(contexts.role.finditer(folded.text))
    if not roles or _ADDRESS.search(line):
        return None
    tail = _DEPARTMENT.match(folded.text, roles[-1].end())
    end = tail.end() if tail else roles[-1].end()
    rest = folded.text[end:]
    opens = _AT.match(rest)
    start = end + (opens.end() if opens else 0)
    parted = opens or (tail and _PARTING.search(tail.group()))
    if parted and _is_name(folded.text[start:]):
        return folded.span(start, len(folded.text.rstrip()))
    first = roles[0].start()
    head = folded.text[:first].rstrip(" ,|-(:")
    if folded.text[roles[-1].end() :].strip(" .)") in ("", "team") and _is_name(head):
        begin = len(head) - len(head.lstrip())
        return folded.span(begin, len(head))
    return None


def _is_name(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    return letters >= 3 and len(text.split()) <= 5
