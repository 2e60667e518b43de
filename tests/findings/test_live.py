"""Findings as they come."""

from __future__ import annotations

import msgspec
from hypothesis import given

from finding_shapes import any_texts, finding, findings
from vedette.findings.live import live
from vedette.model.finding import Finding


@given(findings(any_texts))
def test_nothing_of_an_event_moves_the_terminal(found: Finding) -> None:
    assert all(character.isprintable() or character == "\n" for character in live(found, False))
    assert live(found, False).count("\n") <= 3


def test_what_matched_is_shown() -> None:
    assert "powershell \u00bb-enc\u00ab AAAA" in live(finding(), False)
    assert finding().id not in live(finding(), False)


def test_what_was_judged_by_adding_up_says_why_and_by_which_id_it_is_looked_at() -> None:
    words = "This looks like a fake job offer: " + 20 * "it asks for much, "
    found = msgspec.structs.replace(finding(), probability=0.9, message=words[:380])
    shown = live(found, False)
    assert words[:380] in shown and "AAAA" not in shown
    assert shown.endswith(found.id)


def test_words_keep_their_beginning() -> None:
    words = "Vedette was not running from 2026-11-21T11:51:15Z: " + "mail passed, " * 50
    shown = live(msgspec.structs.replace(finding(), evidence=(), message=words), False)
    assert words[:300] in shown and words not in shown
