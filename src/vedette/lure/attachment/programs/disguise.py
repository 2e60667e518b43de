"""Programs that are named as if they were documents.

The icon is not compared: the pictures of other makers' documents do not belong into this product.
"""

from __future__ import annotations

import re

from vedette.lure.attachment import kinds
from vedette.lure.attachment.context import Context
from vedette.lure.attachment.names import PASSIVE, extension, family_of_name

_WORDS = re.compile(
    r"job[ _-]?(?:description|offer|opportunit|spec|posting)|salar(?:y|ies)|curriculum|"
    r"offer[ _-]?letter|compensation|invitation|application[ _-]?form|vacanc(?:y|ies)|brochure|"
    r"(?:^|[\W_])(?:cv|nda|report|position|contract|agreement|benefits|resum[eé]|interview|invoice|"
    r"assessment|portfolio|oferta|puesto|umowa|vertrag|gehalt)(?:[\W_]|$)|"
    r"stellen(?:angebot|beschreibung|anzeige)|arbeitsvertrag|lebenslauf|bewerbung|"
    r"offre[ _-]?d[ _']?emploi|fiche[ _-]?de[ _-]?poste|contrato?(?:[\W_]|$)|salaire|salario|"
    r"wynagrodzeni|משרה|תיאור|שכר|חוזה|وظيف|راتب|عقد|채용|이력서|연봉|제안서|면접",
    re.I,
)
_TOOL_WORDS = re.compile(r"setup|install|updat|viewer|reader|client|driver|builder|generator", re.I)


def judge(context: Context, described: str = "") -> None:
    """Say `document_is_program` of a program or script whose name promises a document.

    `described` is how the program describes itself ("" where it does not).
    """
    name = context.name
    last = extension(name)
    if family_of_name(name) in PASSIVE:
        why = f"called .{last}, is {context.kind}"
    elif context.facts.get("dll") == "yes" and last in ("dll", "ocx", "sys", "cpl"):
        return
    else:
        stem = re.split(r"[/\\]", name)[-1]
        stem = stem.rpartition(".")[0] if last else stem
        inner = extension(stem)
        found = _WORDS.search(stem)
        if inner and family_of_name(stem) in PASSIVE:
            why = f"shown as .{inner}, is {context.kind}"
        elif found and not _TOOL_WORDS.search(stem) and context.kind in _RUNS:
            why = f"named {found.group().strip(' _-')!r}, is {context.kind}"
        elif re.match(r"(?:microsoft )?(?:word|adobe pdf|pdf|excel) document", described, re.I):
            why = f"describes itself as {described!r}"
        else:
            return
    context.sign("document_is_program", name, why=why, kind=context.kind)


_RUNS = kinds.PROGRAMS | {"hta", "vbs", "wsf", "bat", "lnk"}
