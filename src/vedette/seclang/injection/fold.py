"""Tokens of SQL folded to at most five, as libinjection does it.

What an attacker may write as long as he likes (arithmetic, lists, comments, repeated parentheses)
becomes one token, so that the kinds of the first five tell an injection.
"""

from __future__ import annotations

from collections.abc import Iterator

from vedette.seclang.injection.tokens import LONGEST, Token

MOST = 5
"""Tokens of a fingerprint."""

_ARITHMETIC = frozenset((b"*", b"/", b"-", b"+", b"%"))
_UNARY = frozenset((b"+", b"-", b"!", b"~", b"!!", b"NOT"))
_PHRASE_FIRST = frozenset("knoUfETt")
_PHRASE_SECOND = _PHRASE_FIRST | {"&"}
_CALLED = frozenset(
    (
        *(b"USER_ID", b"USER_NAME", b"DATABASE", b"PASSWORD", b"USER", b"CURRENT_USER"),
        *(b"CURRENT_DATE", b"CURRENT_TIME", b"CURRENT_TIMESTAMP", b"LOCALTIME", b"LOCALTIMESTAMP"),
    )
)
_IN = frozenset((b"IN", b"NOT IN"))
_LIKE = frozenset((b"LIKE", b"NOT LIKE"))
_VALUE_OF_TYPE = frozenset("n1t(fvs")


def fold(tokens: Iterator[Token], words: dict[bytes, str]) -> list[Token]:
    """At most five tokens that stand for all of `tokens`, of which no more are read than needed."""
    return _Folding(tokens, words).run()


class _Folding:
    """The tokens kept, and how many of them, from the left, are done with. `_pair` and `_triple`
    look at the first two and three that are not. As in libinjection a token that goes is taken
    from the end, wherever the ones stand that were folded."""

    def __init__(self, tokens: Iterator[Token], words: dict[bytes, str]) -> None:
        self._tokens = tokens
        self._words = words
        self._kept: list[Token] = []
        self._left = 0
        self._more = True
        self._comment: Token | None = None

    def run(self) -> list[Token]:
        kept = self._kept
        for token in self._tokens:
            if token.kind not in "c(t" and not _is_unary(token):
                kept.append(token)
                break
        else:
            return []
        while True:
            if len(kept) >= MOST and _is_closed_expression(kept):
                kept[1:] = kept[MOST:]
                self._left = 0
            if not self._more or self._left >= MOST:
                break
            self._read(2)
            if len(kept) - self._left < 2:
                self._left = len(kept)
                continue
            folded = self._pair()
            if folded is None:
                return kept[: self._left + 2]
            if folded:
                continue
            self._read(3)
            if len(kept) - self._left < 3:
                self._left = len(kept)
            elif not self._triple():
                self._left += 1
        if self._comment and len(kept) < MOST:
            kept.append(self._comment)
        return kept[:MOST]

    def _read(self, wanted: int) -> None:
        """Read until there are `wanted` tokens that are not done with; comments are left out, but
        for one that is the last token."""
        kept, left = self._kept, self._left
        while self._more and len(kept) <= MOST and len(kept) - left < wanted:
            token = next(self._tokens, None)
            if token is None:
                self._more = False
            elif token.kind == "c":
                self._comment = token
            else:
                self._comment = None
                kept.append(token)

    def _drop(self, count: int, left: int) -> bool:
        del self._kept[-count:]
        self._left = left
        return True

    def _pair(self) -> bool | None:
        """Fold two tokens. Gives whether to look again from where `_left` is now; None when the
        whole is evil."""
        kept, left = self._kept, self._left
        one, two = kept[left], kept[left + 1]
        first, second = one.kind, two.kind
        back = max(left - 1, 0)
        if first == second and first in "s;":
            return self._drop(1, left)
        if first in "o&" and (second == "t" or _is_unary(two)):
            return self._drop(1, 0)
        if first == "(" and _is_unary(two):
            return self._drop(1, back)
        if first in _PHRASE_FIRST and second in _PHRASE_SECOND and self._merge(one, two):
            return self._drop(1, back)
        if first == ";" and second == "f" and two.text[:2].upper() == b"IF":
            two.kind = "T"
            return True
        if first in "nv" and second == "(" and one.text.upper() in _CALLED:
            one.kind = "f"
            return True
        if first == "k" and one.text.upper() in _IN:
            one.kind = "o" if second == "(" else "n"
            return True
        if first == "o" and one.text.upper() in _LIKE:
            if second == "(":
                one.kind = "f"
            return False
        if first == "t" and second in _VALUE_OF_TYPE:
            kept[left] = two.copy()
            return self._drop(1, 0)
        if first == "A" and second == "n":
            if b"_" in two.text:
                two.kind = "t"
                self._left = 0
            return False
        if first == "\\":
            if second == "o" and two.text in _ARITHMETIC:
                one.kind = "1"
                self._left = 0
                return True
            kept[left] = two.copy()
            return self._drop(1, 0)
        if first == second and first in "()":
            return self._drop(1, 0)
        if first == "{" and second == "n":
            if not two.text:
                two.kind = "X"
                return None
            return self._drop(2, 0)
        if second == "}":
            return self._drop(1, 0)
        return False

    def _merge(self, one: Token, two: Token) -> bool:
        """Make one of two words that are a phrase."""
        if len(one.text) + len(two.text) + 1 > LONGEST:
            return False
        phrase = one.text + b" " + two.text
        kind = self._words.get(phrase.upper())
        if not kind:
            return False
        one.kind, one.text = kind, phrase
        return True

    def _triple(self) -> bool:
        """Fold three tokens; whether there was something to fold."""
        kept, left = self._kept, self._left
        one, two, three = kept[left : left + 3]
        first, second, third = one.kind, two.kind, three.kind
        if second == "o":
            if first in "1n" and third in "1n":
                return self._drop(2, 0)
            if first == "v" and third in "v1n":
                return self._drop(2, 0)
        if first == "o" and second != "(" and third == "o":
            return self._drop(2, 0)
        if first == third == "&":
            return self._drop(2, 0)
        if second == "o" and first in "n1vs" and two.text == b"::" and third == "t":
            return self._drop(2, 0)
        if second == "," and first in "n1sv" and third in "1nsv":
            return self._drop(2, 0)
        if first in "EB,k" and _is_unary(two):
            # The sign before a value or a call goes; "1,-1" is a list as "1,1" is.
            if (first != "k" and third == "(") or (first != "," and third in "1nvsf"):
                kept[left + 1] = three.copy()
                return self._drop(1, 0)
            if first == "," and third in "1nvs":
                kept[left + 1] = three.copy()
                return self._drop(3, 0)
            if first == "," and third == "f":
                kept[left + 1] = three.copy()
                return self._drop(1, 0)
        if second == "." and third == "n":
            if first == "n":
                return self._drop(2, 0)
            if first == "E":
                kept[left + 1] = three.copy()
                return self._drop(1, 0)
        if first == "f" and second == "(" and third != ")" and one.text.upper() == b"USER":
            one.kind = "n"
        return False


def _is_unary(token: Token) -> bool:
    return token.kind == "o" and token.text.upper() in _UNARY


def _is_closed_expression(kept: list[Token]) -> bool:
    """Whether the first five are an expression in parentheses that folds to its first."""
    one, two, three, four, five = (token.kind for token in kept[:MOST])
    if three == "(" and five == ")":
        if one == "1":
            return two in "o," and four == "1"
        return one == "n" and two == "o" and four in "n1"
    if two == ")" and four == "(":
        if one == "1":
            return three == "," and five == "1"
        return one == "n" and three == "o" and five == "n"
    return False
