"""The arguments of setvar, expirevar, initcol and ctl, checked when rules are loaded."""

from __future__ import annotations

import re

from vedette.seclang.parse.actions import Written
from vedette.seclang.parse.macros import check_macros
from vedette.seclang.parse.names import CONTROLS, REFUSED_CONTROLS, WRITABLE
from vedette.seclang.parse.targets import Report, parse_targets

_SETVAR = re.compile(r"!?\s*(?P<collection>[A-Za-z]+)[.:](?P<name>[^=]+)(?:=.*)?", re.DOTALL)
_IDS = re.compile(r"\s*'?\d+(?:\s*-\s*\d+)?(?:[,\s]+\d+(?:\s*-\s*\d+)?)*'?\s*")
_SWITCHES = {
    "auditengine": ("on", "off", "relevantonly"),
    "forcerequestbodyvariable": ("on", "off"),
    "requestbodyaccess": ("on", "off"),
    "ruleengine": ("on", "off", "detectiononly"),
    "requestbodyprocessor": ("urlencoded", "multipart", "json", "xml"),
}
_NUMBERS = frozenset({"debugloglevel"})


def check_kept(action: Written, report: Report) -> None:
    """Reports what is wrong with the argument of an action of `names.KEPT`."""
    name, value, at = action.name, action.value, action.at
    if not value:
        report(at, f"{action.spelled} needs an argument; write {action.spelled}:...")
        return
    check_macros(value, at, report)
    if name in ("setvar", "expirevar"):
        found = _SETVAR.fullmatch(value)
        if found is None:
            report(at, f"{action.spelled} needs a collection and a name: tx.name=value")
        elif found["collection"].upper() not in WRITABLE:
            report(at, f"{found['collection']} can't be set; use {', '.join(sorted(WRITABLE))}")
        elif name == "expirevar" and "=" not in value:
            report(at, "expirevar needs a number of seconds: ip.name=60")
    elif name == "initcol":
        collection, equals, key = value.partition("=")
        if collection.strip().upper() not in WRITABLE - {"TX"} or not equals or not key:
            report(at, "initcol needs a collection and a key: ip=%{REMOTE_ADDR}")
    elif name == "ctl":
        _check_ctl(value, at, report)
    elif name == "setenv" and "=" not in value:
        report(at, "setenv needs a name and a value: name=value")


def _check_ctl(text: str, at: int, report: Report) -> None:
    spelled, equals, value = text.partition("=")
    option, value = spelled.strip().lower(), value.strip()
    if option in REFUSED_CONTROLS:
        report(at, f"ctl:{spelled.strip()} is not supported: {REFUSED_CONTROLS[option]}")
    elif option not in CONTROLS:
        report(at, f"ctl has no option {spelled!r}; it has {', '.join(CONTROLS.values())}")
    elif not equals or not value:
        report(at, f"{CONTROLS[option]} needs a value; write ctl:{CONTROLS[option]}=...")
    elif option in _SWITCHES and value.lower() not in _SWITCHES[option]:
        report(at, f"{CONTROLS[option]} is one of {', '.join(_SWITCHES[option])}, not {value!r}")
    elif option in _NUMBERS and not value.isdecimal():
        report(at, f"{CONTROLS[option]} needs a number, not {value!r}")
    elif option == "ruleremovebyid" and not _IDS.fullmatch(value):
        report(at, f"{value!r} is no list of rule ids; write 942100 or 942100-942199")
    elif option.startswith("ruleremovetarget"):
        which, semicolon, target = value.partition(";")
        if not semicolon or not which.strip():
            report(at, f"{CONTROLS[option]} needs a rule and a variable: 942100;ARGS:name")
        else:
            if option == "ruleremovetargetbyid" and not _IDS.fullmatch(which):
                report(at, f"{which!r} is no rule id; write 942100 or 942100-942199")
            parse_targets(target, at, report)
