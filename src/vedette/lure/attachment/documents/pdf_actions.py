"""A PDF's actions: programs started, scripts, links, forms sent, other documents opened.

Source: ISO 32000-2, 12.6.3 (trigger events), 12.6.4 (action types). What starts by itself
(OpenAction, a page's or the document's AA) is told from what a click or a form field starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.pdf_file import Body, PdfFile
from vedette.lure.attachment.documents.pdf_objects import Object, Reference, text_of
from vedette.lure.attachment.documents.targets import PACKED, PROGRAMS, target, words

ACTIONS = 5_000
"""Dictionaries looked at; a long document has a link on every line."""
SCRIPT = 256 * 1024
"""Bytes of one script."""

_CODE = words("py pyw sh js url com app command run so sys dylib elf application")
_SOURCES = words("gz tgz bz2 xz tar")
_FETCHED = (PROGRAMS | PACKED) - _CODE - _SOURCES
"""What a link in a document has no business to fetch; source code, papers cite."""
_RISKY = re.compile(
    r"\b(app\.launchURL|this\.submitForm|submitForm|exportDataObject|getURL|eval|unescape|"
    r"Collab\.\w+|media\.newPlayer|SOAP\.\w+|Net\.HTTP|importDataObject|importTextData|"
    r"app\.setTimeOut|app\.openDoc|fromCharCode|util\.printf|getAnnots|syncAnnotScan|"
    r"XMLHttpRequest|importAnFDF|launchURL|exportAsFDF|mailDoc|app\.execMenuItem)\b"
)
_CALL = re.compile(r"([A-Za-z_$][\w$.]*)\s*\(")
_HARMLESS = re.compile(
    r"(?:this\.|app\.|event\.|\w+\.)*(?:print|alert|getField|resetForm|calculateNow|AF[A-Z]\w*|"
    r"getPrintParams|scroll|setFocus|zoom\w*|if|for|while|function|return|switch|printd|scand|Date|"
    r"toString|substring|indexOf|replace|match|test|parseInt|parseFloat|Number|String|isNaN|round|"
    r"floor|toFixed|getFullYear|getMonth|getDate|buttonSetCaption|goto\w*|addScript)$",
    re.I,
)
_FIELD_EVENTS = frozenset("KFVC")


def judge(file: PdfFile, bodies: list[Body], context: Context) -> None:
    """Say the signs of the actions in `bodies`."""
    parsed = [(body, file.value(body)) for body in bodies]
    automatic: set[int] = set()
    inline: set[int] = set()
    for body, value in parsed:
        _triggers(file, body, value, automatic, inline)
    left = ACTIONS
    for body, value in parsed:
        context.budget.time()
        for found in _dictionaries(value):
            left -= 1
            if left < 0:
                context.unseen(f"over {ACTIONS} actions and links; the rest were not read")
                return
            starts = id(found) in inline or (found is value and body.number in automatic)
            _action(file, found, starts, body, context)


def _triggers(
    file: PdfFile, body: Body, value: Object, automatic: set[int], inline: set[int]
) -> None:
    for found in _dictionaries(value):
        events: list[Object] = []
        if "OpenAction" in found:
            events.append(found["OpenAction"])
        additional = file.resolve(found.get("AA"))
        if isinstance(additional, dict):
            # A field's keystroke, format, validate and calculate events are its ordinary work.
            events += [act for key, act in additional.items() if key not in _FIELD_EVENTS]
        for event in events:
            if isinstance(event, Reference):
                automatic.add(event.number)
            elif isinstance(event, dict):
                inline.add(id(event))


def _action(
    file: PdfFile, found: dict[str, Object], starts: bool, body: Body, context: Context
) -> None:
    kind = found.get("S")
    trigger = "opening" if starts else "click"
    if kind == "Launch":
        _launch(file, found, trigger, context)
    elif "JS" in found:
        _script(file, found["JS"], starts, body, context)
    elif isinstance(found.get("URI"), bytes):
        url = text_of(found["URI"]).strip()
        _link(url, starts, context)
    elif kind in ("SubmitForm", "ImportData", "GoToR", "GoToE"):
        where = text_of(file.resolve(_file_name(file.resolve(found.get("F")))))
        place = target(where)
        if not place.remote:
            return
        context.url(where)
        if starts or place.scheme in ("unc", "file"):
            context.sign("external_link", where, type=str(kind), host=place.host, trigger=trigger)


def _launch(file: PdfFile, found: dict[str, Object], trigger: str, context: Context) -> None:
    special = file.resolve(found.get("Win", found.get("Unix", found.get("Mac"))))
    name = text_of(_file_name(file.resolve(found.get("F"))))
    parameters = ""
    if isinstance(special, dict):
        name = name or text_of(file.resolve(special.get("F")))
        parameters = text_of(file.resolve(special.get("P")))
    place = target(name)
    # Manuals on a disc open their other chapters so; a document beside it is no program.
    if place.remote or place.runs or parameters or not place.extension:
        context.sign("pdf_launch", f"{name} {parameters}".strip(), trigger=trigger, program=name)


def _script(file: PdfFile, value: Object, starts: bool, body: Body, context: Context) -> None:
    holder = file.body(value)
    if holder is not None and holder.end:
        text = text_of(file.stream(holder, SCRIPT))
    else:
        text = text_of(file.resolve(value))
    risky = sorted({found[1] for found in _RISKY.finditer(text)})
    calls = {found[1] for found in _CALL.finditer(text)}
    unknown = sorted(
        call for call in calls if not _HARMLESS.match(call) and f"function {call}" not in text
    )
    if risky or (starts and unknown):
        context.sign(
            "pdf_javascript",
            text.strip() or "/JS",
            trigger="opening" if starts else "form or click",
            calls=", ".join(risky or unknown[:8]),
            object=str(body.number),
        )


def _link(url: str, starts: bool, context: Context) -> None:
    place = target(url)
    context.url(url)
    if place.remote and place.extension in _FETCHED:
        context.sign("pdf_uri_program", url, host=place.host, extension=place.extension)
    if place.scheme in ("unc", "file") and place.remote:
        context.sign("external_link", url, type="URI", host=place.host)
    elif starts and place.remote:
        context.sign("external_link", url, type="URI", host=place.host, trigger="opening")


def _file_name(value: Object) -> Object:
    if isinstance(value, dict):
        return value.get("UF", value.get("F", value.get("DOS", value.get("Unix"))))
    return value


def _dictionaries(value: Object) -> Iterator[dict[str, Object]]:
    """`value` and every dictionary in it, outer ones first."""
    waiting: list[Object] = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
