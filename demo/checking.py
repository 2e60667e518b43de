"""Whether it came as it should: asked of Vedette's own commands, and of the world outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from demo.engine import Engine, vedette
from demo.mail.campaign import SENDER, TARGETS
from demo.mail.gateway import Gateway
from demo.place import Place
from demo.story import Story
from demo.website.intrusion import INTRUDER

LONGEST = 15.0
"""Seconds for something that is on its way."""


def check(place: Place, story: Story, gateway: Gateway, engine: Engine) -> list[str]:
    """What is not as it should be."""
    actions = _read(place, "actions", "list", "-n", "1000")
    incidents = _read(place, "incidents", "list")
    return [
        *_mail(gateway, story),
        *_website(story, actions),
        *_incidents(place, incidents),
        *_host(place, story, actions),
        *_bystanders(story, gateway, actions),
        *_taken_back(place, gateway),
        *_ledger(place),
        *(f"in the log: {line}" for line in engine.said if "WARNING" in line or "ERROR" in line),
    ]


def _mail(gateway: Gateway, story: Story) -> Iterator[str]:
    if len(story.happened.lures) != len(TARGETS) + 1:
        yield f"{len(story.happened.lures)} letters of the campaign were sent"
    arrived = [
        box for box, letters in gateway.delivered().items() if any(_of_persona(x) for x in letters)
    ]
    if arrived:
        yield f"letters of the persona lie in mailboxes: {', '.join(arrived)}"
    held = sum(_of_persona(letter) for letter in gateway.held())
    if held != len(story.happened.lures):
        yield f"{held} of {len(story.happened.lures)} letters of the persona are held"


def _website(story: Story, actions: list[dict[str, Any]]) -> Iterator[str]:
    goals = story.happened.goals
    if not goals or set(goals) != {403}:
        yield f"the intruder's goals were answered with {sorted(set(goals))}"
    if not any(
        one["kind"] == "refuse-client"
        and one["state"] == "applied"
        and one["target"]["value"] == INTRUDER.address
        for one in actions
    ):
        yield "the intruder is not refused by an action"
    if story.customers.statuses.get(403) or story.customers.statuses.get(0):
        yield f"customers were answered {story.customers.statuses}"
    if not story.customers.statuses.get(200):
        yield "no customer saw a page"


def _incidents(place: Place, incidents: list[dict[str, Any]]) -> Iterator[str]:
    if len(incidents) != 2:
        told = [(one["id"], [rule["title"] for rule in one["rules"]]) for one in incidents]
        yield f"{len(incidents)} incidents in place of two: {told}"
    of_website = [one for one in incidents if INTRUDER.address in _entities(one, "address")]
    of_lure = [one for one in incidents if _entities(one, "message")]
    if len(of_website) != 1 or len(of_lure) != 1 or of_website == of_lure:
        yield "not one incident of the website and one of the lure"


def _host(place: Place, story: Story, actions: list[dict[str, Any]]) -> Iterator[str]:
    waiting = [one for one in actions if one["kind"] == "isolate-host"]
    if [one["state"] for one in waiting] != ["proposed"]:
        yield f"isolating the computer: {[(one['target'], one['state']) for one in waiting]}"
        return
    done = vedette(place, "actions", "approve", waiting[0]["id"])
    if done.returncode or "applied" not in done.stdout:
        yield f"isolating was approved and not done: {done.stdout}{done.stderr}"


def _bystanders(story: Story, gateway: Gateway, actions: list[dict[str, Any]]) -> Iterator[str]:
    for one in actions:
        if one["state"] == "applied" and (one["cost"] or {}).get("benign_count"):
            yield f"{one['kind']} {one['target']} touches bystanders"
        if one["state"] == "failed":
            yield f"{one['kind']} {one['target']} failed: {one['detail']}"
    others = sum(not _of_persona(letter) for letter in gateway.held())
    if others:
        yield f"{others} ordinary letters are held"


def _taken_back(place: Place, gateway: Gateway) -> Iterator[str]:
    """What was held by actions alone is delivered when they are taken back."""
    for kind in ("refuse-url", "hold-message"):
        for one in _read(place, "actions", "list", "-n", "1000"):
            if one["kind"] == kind and one["state"] in ("intended", "applied"):
                done = vedette(place, "actions", "undo", one["id"], "-m", "checked")
                if done.returncode:
                    yield f"{kind} was not taken back: {done.stdout}{done.stderr}"

    def released() -> bool:
        letters = gateway.delivered().get(_first(), [])
        return sum(_of_persona(letter) for letter in letters) == 1

    if not _comes(released):
        yield "the letter that an action held was not delivered when that was taken back"


def _ledger(place: Place) -> Iterator[str]:
    done = vedette(place, "ledger", "verify")
    if done.returncode:
        yield f"the ledger: {done.stdout}{done.stderr}"


def _read(place: Place, *words: str) -> list[dict[str, Any]]:
    done = vedette(place, *words, "-o", "json")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"vedette {' '.join(words)}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _entities(incident: dict[str, Any], kind: str) -> list[str]:
    return list(incident["entities"].get(kind, {}))


def _of_persona(letter: bytes) -> bool:
    return SENDER.encode() in letter


def _first() -> str:
    from demo.firm import person

    return person(TARGETS[0][0]).mail


def _comes(done: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONGEST
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
