"""Hosts that are named like a job board and are none that anybody knows."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.delivery.lists import DeliveryLists
from vedette.lure.delivery.target import Target
from vedette.lure.language.folding import fold

LONGEST: Final = 63
WORDS: Final = 6

_BETWEEN: Final = re.compile(r"[^a-z]+")


def foreign_board(target: Target, lists: DeliveryLists) -> str:
    """What the host pretends to be: a known board's name, or "a job board"; "" where it does not.
    Remembered for each host.

    `target` is no service of the lists. Its organisational label, or one below it, holds a board's
    name, or is made of words as job boards are named.
    """
    known = lists.foreign.get(target.host)
    if known is None:
        known = _foreign_board(target, lists)
        lists.foreign.put(target.host, known, len(target.host))
    return known


def _foreign_board(target: Target, lists: DeliveryLists) -> str:
    labels = [fold(target.label).text[:LONGEST]]
    below = target.host.removesuffix(target.organisation).rstrip(".")
    labels += [label for label in below.split(".") if label not in ("", "www")]
    for label in labels:
        tokens = [token for token in _BETWEEN.split(label) if token]
        for size in (1, 2, 3):
            for at in range(len(tokens) - size + 1):
                board = lists.board_names.get("".join(tokens[at : at + size]))
                if board is not None:
                    return board
        for name, board in lists.long_names:
            if name in label:
                return board
    label = labels[0]
    words = [word for token in _BETWEEN.split(label) for word in _split(token, lists)]
    jobs = sum(word in lists.board_words for word in words)
    places = sum(word in lists.board_places for word in words)
    return "a job board" if jobs >= 2 or (jobs and places) else ""


def _split(token: str, lists: DeliveryLists) -> list[str]:
    """The words that a token is made of, where it is made of list words alone; else itself."""
    known = lists.board_words | lists.board_places
    ways: dict[int, list[str]] = {0: []}
    for at in range(len(token)):
        if at not in ways or len(ways[at]) >= WORDS:
            continue
        for end in range(at + 2, len(token) + 1):
            if end not in ways and token[at:end] in known:
                ways[end] = [*ways[at], token[at:end]]
    return ways.get(len(token), [token])
