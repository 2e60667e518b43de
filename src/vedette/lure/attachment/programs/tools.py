"""Well-known tools handed out in altered form: not signed, or not what their makers release."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.known import Tool, known


def judge(context: Context) -> None:
    """Say `tool_unsigned` or `tool_not_release` of a program that is or claims to be such a tool.

    Reads the facts that the headers gave: "product", "company", "original_name", "signed".
    """
    tool = _tool(context)
    if tool is None:
        return
    facts = context.facts
    signed = facts.get("signed") == "yes"
    told = facts.get("product", "")
    if tool.signed and not signed:
        context.sign("tool_unsigned", context.name, tool=tool.name, product=told)
    faults = []
    if tool.products and not _one_of(told, tool.products):
        faults.append(f"product {told!r}" if told else "no product in its version")
    company = facts.get("company", "")
    if tool.companies and not _one_of(company, tool.companies):
        faults.append(f"company {company!r}" if company else "no company in its version")
    if faults:
        context.sign("tool_not_release", context.name, tool=tool.name, why=", ".join(faults))


def _tool(context: Context) -> Tool | None:
    facts = context.facts
    if facts.get("dll") == "yes":
        return None
    names = [re.split(r"[/\\]", context.name)[-1].lower(), facts.get("original_name", "").lower()]
    for tool in known().tools:
        if _one_of(facts.get("product", ""), tool.products):
            return tool
        if any(name and fnmatchcase(name, pattern) for name in names for pattern in tool.files):
            return tool
    return None


def _one_of(text: str, wanted: tuple[str, ...]) -> bool:
    folded = text.strip().casefold()
    return bool(folded) and any(folded == one.casefold() for one in wanted)
