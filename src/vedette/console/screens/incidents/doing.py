"""What people do with incidents: close, judge, note, merge, take apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.incidents.members import FindingName
from vedette.console.screens.incidents.story import Name
from vedette.console.table import Done
from vedette.engine.thwarting.asking import LONGEST, Judge, Merge, MoveOut, Turn
from vedette.incident.knots import incident_id
from vedette.incident.reading import incident_of, members, present_name
from vedette.incident.verdicts import Verdict
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Words = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Needed = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
Many = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=200)]
Findings = Annotated[tuple[FindingName, ...], msgspec.Meta(min_length=1, max_length=500)]

What = Literal["close", "reopen", "note", "merge", "true", "false", "benign"]
_SAID: Final = {"true": "an attack", "false": "a false alarm", "benign": "allowed"}


class Turned(msgspec.Struct, frozen=True):
    """Which incident, and why (for the record)."""

    incident: Name
    words: Words = ""


class Noted(msgspec.Struct, frozen=True):
    """What is to be remembered of an incident."""

    incident: Name
    words: Needed


class Judged(msgspec.Struct, frozen=True):
    """`true`: an attack; `false`: a rule's error; `benign`: the rule was right, and it was
    allowed. `close` closes the incident with it."""

    incident: Name
    verdict: Verdict
    words: Words = ""
    close: bool = False


class Merged(msgspec.Struct, frozen=True):
    """Make one of `incident` and `other`."""

    incident: Name
    other: Name


class Moved(msgspec.Struct, frozen=True):
    """Findings that are taken out of the incident; each stays by itself."""

    incident: Name
    findings: Findings


class Sent(msgspec.Struct, frozen=True):
    """Findings that are put into the incident."""

    incident: Name
    findings: Findings


class Batch(msgspec.Struct, frozen=True):
    """The same for several incidents. `merge` makes one of all of them."""

    incidents: Many
    what: What
    words: Words = ""


class Failure(msgspec.Struct, frozen=True):
    """An incident that it was not done to, and why."""

    incident: str
    why: str


class BatchDone(msgspec.Struct, frozen=True):
    """What became of each."""

    said: str
    done: tuple[str, ...]
    failed: tuple[Failure, ...]
    next: str = ""


def close(seat: Seat, asked: Turned) -> Done:
    """Until a new finding joins it."""
    name = seat.ask(Turn(asked.incident, "close", asked.words))["incident"]
    return _done(f"Incident {name} is closed.", name)


def reopen(seat: Seat, asked: Turned) -> Done:
    """Open a closed incident."""
    name = seat.ask(Turn(asked.incident, "reopen", asked.words))["incident"]
    return _done(f"Incident {name} is open.", name)


def note(seat: Seat, asked: Noted) -> Done:
    """Write something down about it."""
    name = seat.ask(Turn(asked.incident, "note", asked.words))["incident"]
    return _done("Your note is written down.", name)


def judge(seat: Seat, asked: Judged) -> Done:
    """Say what it was."""
    name = seat.ask(Judge(asked.incident, asked.verdict, asked.words))["incident"]
    said = f"Incident {name} is judged: {_SAID[asked.verdict]}."
    if asked.close:
        seat.ask(Turn(name, "close", asked.words))
        said = f"{said[:-1]}, and closed."
    return _done(said, name)


def merge(seat: Seat, asked: Merged) -> Done:
    """Make one of two."""
    answer = seat.ask(Merge(asked.incident, asked.other))
    if not answer["changes"]:
        raise RequestError("conflict", "they are one incident already")
    name = str(answer["changes"][0]["incident"])
    return _done(f"They are one incident now: {name}.", name)


def move_out(seat: Seat, asked: Moved) -> Done:
    """Take findings out of an incident. Raises RequestError where one is not in it."""
    name = present_name(seat.state, asked.incident)
    for finding in asked.findings:
        if incident_of(seat.state, finding) != name:
            raise RequestError("conflict", f"{finding}: is not in incident {name}")
    seat.ask(MoveOut(asked.findings))
    count = len(asked.findings)
    what = "finding stands" if count == 1 else "findings stand"
    return _done(f"{count} {what} by {'itself' if count == 1 else 'themselves'} now.", name)


def send_to(seat: Seat, asked: Sent) -> Done:
    """Put findings into an incident: those that are all of theirs bring it along; of others they
    are taken out first."""
    name = present_name(seat.state, asked.incident)
    homes: dict[str, set[str]] = {}
    for finding in asked.findings:
        home = incident_of(seat.state, finding)
        if not home:
            raise RequestError(
                "conflict",
                f"{finding}: is in no incident (an exception hides it, or its level is too low)",
            )
        if home != name:
            homes.setdefault(home, set()).add(finding)
    if not homes:
        raise RequestError("conflict", "they are in that incident already")
    whole = [home for home, those in homes.items() if those >= set(members(seat.state, home))]
    parts = [one for home, those in homes.items() if home not in whole for one in sorted(those)]
    others = list(whole)
    if parts:
        seat.ask(MoveOut(tuple(parts)))
        others += map(incident_id, parts)
    for other in others:
        answer = seat.ask(Merge(name, other))
        name = str(answer["changes"][0]["incident"]) if answer["changes"] else name
    moved = sum(map(len, homes.values()))
    return _done(f"{moved} finding{'s' if moved > 1 else ''} sent to incident {name}.", name)


def act_on_many(seat: Seat, asked: Batch) -> BatchDone:
    """Do the same to several. What fails for one is said, and the others are done."""
    if asked.what == "note" and not asked.words.strip():
        raise RequestError("invalid", "words: write what is to be noted")
    if asked.what == "merge":
        return _merge_all(seat, asked)
    done: list[str] = []
    failed: list[Failure] = []
    for name in dict.fromkeys(asked.incidents):
        try:
            answer = seat.ask(_asked(name, asked.what, asked.words))
        except VedetteError as error:
            failed.append(Failure(name, str(error)))
        else:
            done.append(str(answer["incident"]))
    return _many(asked.what, done, failed)


def _asked(name: str, what: What, words: str) -> Turn | Judge:
    if what == "true" or what == "false" or what == "benign":
        return Judge(name, what, words)
    if what == "merge":
        raise AssertionError("merging is of several")
    return Turn(name, what, words)


def _merge_all(seat: Seat, asked: Batch) -> BatchDone:
    names = list(dict.fromkeys(asked.incidents))
    if len(names) < 2:
        raise RequestError("invalid", "incidents: choose two or more to make one of them")
    name, *others = names
    failed = []
    for other in others:
        try:
            changes = seat.ask(Merge(name, other))["changes"]
        except VedetteError as error:
            failed.append(Failure(other, str(error)))
        else:
            name = str(changes[0]["incident"]) if changes else name
    if asked.words.strip():
        seat.ask(Turn(name, "note", asked.words))
    said = f"Incident {name} has taken over the findings of {len(others) - len(failed)} more."
    return BatchDone(said, (name,), tuple(failed), f"/incidents/{name}")


def _many(what: str, done: list[str], failed: list[Failure]) -> BatchDone:
    words = {"close": "closed", "reopen": "open again", "note": "noted"}
    told = words.get(what) or f"judged: {_SAID[what]}"
    count = f"{len(done)} incident{'' if len(done) == 1 else 's'}"
    said = f"{count} {told}." if what != "note" else f"Your note stands with {count}."
    if failed:
        said += f" Not done for {len(failed)}: {failed[0].incident}: {failed[0].why}"
    return BatchDone(said, tuple(done), tuple(failed), "")


def _done(said: str, name: str) -> Done:
    return Done(said, f"/incidents/{name}")
