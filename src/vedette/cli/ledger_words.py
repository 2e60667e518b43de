"""What an entry of the ledger says, in a line for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from vedette.model.errors import VedetteError
from vedette.model.finding import LEVELS
from vedette.model.instant import rfc3339

SHORT: Final = 12
"""Characters of a digest or id that are shown."""
MOST_FAULTS: Final = 3

What = Mapping[str, Any]


def in_words(kind: str, what: What) -> str:
    """As JSON where the kind is not known, or says something else than it should."""
    try:
        words = _WORDS.get(kind, _json)(what)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, VedetteError):
        return _json(what)
    return words


def _json(what: What) -> str:
    import orjson

    return orjson.dumps(dict(what)).decode()


def _findings(what: What) -> str:
    found = what["findings"]
    levels = Counter(str(each["level"]) for each in found)
    known = [level for level in reversed(LEVELS) if levels[level]]
    others = sorted(set(levels) - set(known))
    told = ", ".join(f"{levels[each]} {each}" for each in [*known, *others])
    one = f"; rule {found[0]['rule']}" if len({each["rule"] for each in found}) == 1 else ""
    return f"{len(found)} findings: {told}{one}"


def _action(what: What) -> str:
    action = what["action"]
    scope = "".join(f" {name}={value}" for name, value in action.get("scope", ()))
    detail = f" ({what['detail']})" if what.get("detail") else ""
    agreed = f"; agreed: {', '.join(what['agreed'])}" if what.get("agreed") else ""
    return (
        f"{action['id'][:SHORT]} {action['state']}: {action['kind']} "
        f"{action['target']['value']}{scope}{detail}{agreed}; incident {action['incident']}"
    )


def _started(what: What) -> str:
    return (
        f"Vedette {what['version']}; {_rules(what)}; configuration {what['configuration'][:SHORT]},"
        f" playbooks {what['playbooks'][:SHORT]}"
    )


def _rules(what: What) -> str:
    counted = f"{what['loaded']:,} rules and {what['correlations']:,} correlations"
    return f"{counted} ({what['rules'][:SHORT]})"


def _refused(what: What) -> str:
    more = what["faults"] - MOST_FAULTS
    said = "; ".join(what["why"][:MOST_FAULTS])
    return f"the old rules go on: {said}" + (f"; and {more} more" if more > 0 else "")


def _set(what: What) -> str:
    return f"{what['name']} {what['version']}, sha256 {what['sha256']}"


def _everything(what: What) -> str:
    if set(what) - {"why"}:
        return _json(what)
    why = f": {what['why']}" if what else ""
    return f"everything that stands is to be taken back{why}"


def _unmasked(what: What) -> str:
    return f"finding {what['finding']}: {what['why']}"


def _incident(what: What) -> str:
    match what["type"]:
        case "turn":
            done = what["what"]
        case "judge":
            done = f"verdict {what['verdict']}"
        case "merge":
            return f"merge {what['one']} and {what['other']}"
        case "move-out":
            return f"move out {', '.join(what['findings'])}"
        case _:
            return _json(what)
    return f"{done} {what['incident']}" + (f": {what['words']}" if what["words"] else "")


def _exception(what: What) -> str:
    if what["type"] == "end-exception":
        return f"end {what['exception']}"
    hidden = [f"rule {what['rule']}"] if what["rule"] else []
    hides = " ".join([*hidden, *(f"{kind}={value}" for kind, value in what["entities"])])
    return (
        f"hide {hides} until {rfc3339(what['expires'])}: {what['reason']}; owner {what['owner']}; "
        f"{what['exception']}"
    )


_WORDS: Final[Mapping[str, Callable[[What], str]]] = {
    "findings": _findings,
    "action": _action,
    "watch-started": _started,
    "rules-changed": _rules,
    "rules-refused": _refused,
    "rules-installed": _set,
    "rules-rolled-back": _set,
    "incident": _incident,
    "exception": _exception,
    "undo-all": _everything,
    "unmasked": _unmasked,
}
