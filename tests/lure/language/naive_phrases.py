"""Phrases the plain way: every pattern is tried at every place, by rules written out one by one.

Shares with the fast search only the parsed patterns and the numbers that bound them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vedette.lure.language import grammar
from vedette.lure.language.candidate import Phrase
from vedette.lure.language.expressions import AFFIX, ATTACHED, SPACING, STRANGER
from vedette.lure.language.guards import REACH, words_after, words_before
from vedette.lure.language.phrases import Found
from vedette.lure.language.spelling import ENDS, Spelling

SENTENCE = re.compile(r"\n[ \t\r]*\n|[;:()–—؛]")
WORD = re.compile(r"[^\W_]+")

Patterns = Sequence[grammar.Pattern]
Guards = dict[str, tuple[Patterns, Patterns, Patterns]]
"""By language: what negates before, after, and what excuses."""


def search(text: str, phrases: Sequence[Phrase], guards: Guards) -> set[Found]:
    """All that stands in the folded text."""
    found: list[Found] = []
    void: list[Found] = []
    for number, phrase in enumerate(phrases):
        for start in range(len(text)):
            end = first_end(phrase.pattern.core, text, start, phrase.spelling)
            if end is None or not fits(phrase, text, start, end):
                continue
            one = Found(phrase.concept, number, start, end)
            negated = phrase.negations is not None and is_negated(
                guards[phrase.language], phrase.spelling, text, start, end
            )
            (void if negated else found).append(one)
    return {
        one
        for one in found
        if not any(
            one.concept == other.concept
            and phrases[one.phrase].language != phrases[other.phrase].language
            and set(range(one.start, one.end)) & set(range(other.start, other.end))
            for other in void
        )
    }


def first_end(what: grammar.Sequence, text: str, start: int, spelling: Spelling) -> int | None:
    return next(all_ends(what, text, start, spelling), None)


def all_ends(what: grammar.Sequence, text: str, start: int, spelling: Spelling) -> Iterator[int]:
    if not spelling.attached and start and text[start - 1].isalnum():
        return
    yield from _sequence(list(what.items), text, start, spelling, None)


def _sequence(
    items: list[grammar.Item], text: str, at: int, spelling: Spelling, lead: object
) -> Iterator[int]:
    """`lead` is None before the first item that must be there, then " " or the gap to come."""
    if not items:
        yield at
        return
    item, rest = items[0], items[1:]
    if isinstance(item, grammar.Gap):
        yield from _sequence(rest, text, at, spelling, item)
        return
    optional = isinstance(item, grammar.Group) and item.optional
    if optional and lead is None:
        for end in _item(item, text, at, spelling):
            for beyond in _space(text, end, spelling):
                yield from _sequence(rest, text, beyond, spelling, None)
        yield from _sequence(rest, text, at, spelling, None)
        return
    for begin in [at] if lead is None else _lead(lead, text, at, spelling):
        for end in _item(item, text, begin, spelling):
            yield from _sequence(rest, text, end, spelling, " ")
    if optional:
        yield from _sequence(rest, text, at, spelling, " ")


def _lead(lead: object, text: str, at: int, spelling: Spelling) -> Iterator[int]:
    if not isinstance(lead, grammar.Gap):
        yield from _space(text, at, spelling)
    elif spelling.attached:
        yield at
        for _ in range(ATTACHED * lead.most):
            if not _may_be_stepped_over(text, at):
                return
            at += 1
            yield at
    else:
        for _ in range(lead.most + 1):
            for begin in _space(text, at, spelling):
                yield begin
                word = WORD.match(text, begin)
                if word is None or word.group() in spelling.breaks:
                    return
                at = min(word.end(), begin + STRANGER)
                break
            else:
                return


def _space(text: str, at: int, spelling: Spelling) -> Iterator[int]:
    end = at
    while end < len(text) and end < at + SPACING and _fills(text[end]):
        end += 1
    if text[end : end + 1] == "\n" and (end > at or text[at] == "\n"):
        line = end = end + 1
        while end < len(text) and end < line + SPACING and _fills(text[end]):
            end += 1
    elif end == at and text[at : at + 1] and text[at] in ENDS and text[at + 1 : at + 2].isalnum():
        end = at + 1
    if end > at:
        yield end
    if spelling.attached:
        yield at


def _fills(char: str) -> bool:
    return not char.isalnum() and char not in ENDS and char != "\n"


def _may_be_stepped_over(text: str, at: int) -> bool:
    if at >= len(text):
        return False
    if text[at] == "\n":
        return re.match(r"[ \t\r]*\n", text[at + 1 :]) is None
    return text[at] not in ENDS or text[at + 1 : at + 2].isalnum()


def _item(item: grammar.Item, text: str, at: int, spelling: Spelling) -> Iterator[int]:
    if isinstance(item, grammar.Group):
        for option in item.options:
            yield from _sequence(list(option.items), text, at, spelling, None)
    elif isinstance(item, grammar.Number):
        yield from _number(text, at, spelling)
    elif isinstance(item, grammar.Word):
        yield from _word(item, text, at, spelling)


def _number(text: str, at: int, spelling: Spelling) -> Iterator[int]:
    for lead in range(AFFIX, -1, -1):
        before = text[at : at + lead]
        digit = text[at + lead : at + lead + 1]
        if len(before) < lead or not digit.isdecimal():
            continue
        if not all(char.isalnum() and not char.isdecimal() for char in before):
            continue
        for tail in range(AFFIX, -1, -1):
            end = at + lead + 1 + tail
            after = text[at + lead + 1 : end]
            whole = len(after) == tail and all(map(str.isalnum, after))
            if whole and (spelling.attached or not text[end : end + 1].isalnum()):
                yield end


def _word(word: grammar.Word, text: str, at: int, spelling: Spelling) -> Iterator[int]:
    latin = all(each.isascii() for each in word.texts)
    if word.exact and at and text[at - 1].isalnum():
        return
    if spelling.attached and latin and not word.exact and re.match("[a-z0-9]", text[at - 1 : at]):
        return
    for begin in _starts(word, text, at, spelling):
        for spelt in word.texts:
            if not text.startswith(spelt, begin):
                continue
            end = begin + len(spelt)
            if spelling.attached and not word.exact:
                if word.after:
                    for more in range(AFFIX, -1, -1):
                        tail = text[end : end + more]
                        if len(tail) == more and all(map(str.isalnum, tail)):
                            yield end + more
                elif not (latin and re.match("[a-z0-9]", text[end : end + 1])):
                    yield end
                continue
            if word.after:
                while end < len(text) and end < begin + len(spelt) + AFFIX and text[end].isalnum():
                    end += 1
            if not text[end : end + 1].isalnum():
                yield end


def _starts(word: grammar.Word, text: str, at: int, spelling: Spelling) -> Iterator[int]:
    if word.before and not spelling.attached:
        for lead in range(AFFIX, -1, -1):
            before = text[at : at + lead]
            if len(before) == lead and all(map(str.isalnum, before)):
                yield at + lead
        return
    if not word.exact and not spelling.attached:
        for prefix in spelling.prefixes:
            if text.startswith(prefix, at):
                yield at + len(prefix)
    yield at


def fits(phrase: Phrase, text: str, start: int, end: int) -> bool:
    pattern, spelling = phrase.pattern, phrase.spelling
    if pattern.not_after is not None:
        low = words_before(text, start, REACH)
        last = start
        while last > low and not text[last - 1].isalnum():
            last -= 1
        if not borders(text, last, start, comma=False) and any(
            last in all_ends(pattern.not_after, text[:last], at, spelling)
            for at in range(low, last)
        ):
            return False
    if pattern.not_before is not None:
        high = words_after(text, end, REACH)
        first = end
        while first < high and not text[first].isalnum():
            first += 1
        if not borders(text, end, first, comma=False) and any(
            True for _ in all_ends(pattern.not_before, text[:high], first, spelling)
        ):
            return False
    for near in pattern.near:
        low, high = words_before(text, start, near.words), words_after(text, end, near.words)
        there = any(
            True for at in range(low, high) for _ in all_ends(near.what, text[:high], at, spelling)
        )
        if there != near.wanted:
            return False
    return True


def is_negated(
    guards: tuple[Patterns, Patterns, Patterns],
    spelling: Spelling,
    text: str,
    start: int,
    end: int,
) -> bool:
    before, after, excused = guards
    low = words_before(text, start, REACH)
    for border in borders(text, low, start, spelling.comma_ends):
        low = border
    if _negation(before, excused, text[:end], range(low, start), low, spelling):
        return True
    high = words_after(text, end, REACH)
    for border in borders(text, end, high, comma=True):
        high = border - 1 if text[border - 1] != "\n" else text.rindex("\n", 0, border - 1)
        break
    return _negation(after, excused, text[:high], range(end, high), start, spelling)


def _negation(
    negations: Patterns,
    excused: Patterns,
    text: str,
    starts: range,
    low: int,
    spelling: Spelling,
) -> bool:
    excuses = [
        (at, end)
        for at in range(low, len(text))
        if (end := _either(excused, text, at, spelling)) is not None
    ]
    for at in starts:
        end = _either(negations, text, at, spelling)
        if end is not None and not any(a <= at and end <= b for a, b in excuses):
            return True
    return False


def _either(patterns: Patterns, text: str, at: int, spelling: Spelling) -> int | None:
    for pattern in patterns:
        end = first_end(pattern.core, text, at, spelling)
        if end is not None:
            return end
    return None


def borders(text: str, low: int, high: int, comma: bool) -> list[int]:
    """Where clauses end that begin to end from `low` up to `high`: behind the mark."""
    found: list[int] = []
    at = low
    while at < high:
        blank = SENTENCE.match(text, at, high + 1)
        mark = text[at] in ENDS or (comma and text[at] in ",،")
        if blank is not None:
            found.append(blank.end())
            at = blank.end()
            continue
        if mark and not text[at + 1 : at + 2].isalnum():
            found.append(at + 1)
        at += 1
    return found
