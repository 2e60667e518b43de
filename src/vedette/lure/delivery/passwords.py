"""Words of a message that may open an archive that came with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vedette.lure.language.folding import fold
from vedette.lure.message import Message

MOST: Final = 64
MAX_TEXT: Final = 65_536
"""Characters of one text that are searched."""
LONGEST: Final = 64
MAX_TOKEN: Final = 200
REACH: Final = 80
"""Characters after a word for "password" in which the password is expected."""

WORDS: Final = tuple(
    fold(word).text
    for word in (
        *("password", "passwd", "passcode", "passphrase", "pass code", "pwd", "pass:", "pin:"),
        *("passwort", "kennwort", "losung", "mot de passe", "mdp", "contraseña", "clave"),
        *("senha", "parola", "wachtwoord", "hasło", "hasła", "hasłem", "пароль", "parool"),
        *("סיסמה", "סיסמא", "סיסמת", "ססמה", "كلمة المرور", "كلمة السر", "كلمة مرور", "كلمة سر"),
        *("الرقم السري", "비밀번호", "패스워드", "암호", "비번", "密码", "パスワード"),
        *("unlock code", "entsperrcode", "code de déverrouillage", "código de desbloqueo"),
        *("kod odblokowania", "קוד פתיחה", "رمز الفتح", "잠금 해제 코드"),
    )
)
"""Words for "password", folded."""

_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile(r"[^\W\d_]")
_QUOTES: Final = (
    *(('"', '"'), ("\u201c", "\u201d\u201c"), ("\u201e", "\u201c\u201d"), ("\u201d", "\u201d")),
    *(("'", "'"), ("\u2018", "\u2019"), ("\u00ab", "\u00bb"), ("`", "`"), ("[", "]")),
    ("(", ")"),
)
"""What opens a quotation, and what may close it."""


def _quotation(opening: str, closing: str) -> re.Pattern[str]:
    opens, closes = re.escape(opening), re.escape(closing)
    return re.compile(rf"{opens}\s?([^{closes}\n]{{3,64}}?)\s?[{closes}]")


# each begins with a literal, which is searched for at the speed of copying
_QUOTED: Final = tuple((opening, _quotation(opening, closing)) for opening, closing in _QUOTES)
_LATIN: Final = re.compile(r"[!-~]{3,64}")
_STRIP: Final = (
    " \t.,;:!?\"'`*_()[]{}<>\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb=\u2013\u2014\u060c"
)
_FILLERS: Final = frozenset(
    fold(word).text
    for word in (
        *(
            "is",
            "to",
            "for",
            "of",
            "the",
            "this",
            "file",
            "archive",
            "zip",
            "and",
            "be",
            "will",
            "open",
        ),
        *(
            "lautet",
            "ist",
            "für",
            "das",
            "die",
            "zum",
            "öffnen",
            "est",
            "le",
            "pour",
            "ouvrir",
            "de",
        ),
        *(
            "es",
            "la",
            "el",
            "para",
            "abrir",
            "del",
            "to",
            "do",
            "jest",
            "pliku",
            "archiwum",
            "brzmi",
        ),
        *(
            "היא",
            "הוא",
            "לקובץ",
            "هي",
            "هو",
            "للملف",
            "입니다",
            "는",
            "은",
            "with",
            "you",
            "can",
            "it",
        ),
    )
)


def thread_words(message: Message) -> tuple[str, ...]:
    """Up to MOST words of the message and those inside it that may be passwords, best first: what
    follows a word for "password", then what stands in quotes, then words with digits. As written,
    without the sentence's punctuation, each once. Never raises."""
    after: dict[str, None] = {}
    quoted: dict[str, None] = {}
    mixed: dict[str, None] = {}
    for text in _texts(message):
        for word in _after(text):
            after[word] = None
        for quote in _quoted(text):
            for word in _spellings(quote):
                quoted[word] = None
        for token in text.split():
            # letters alone are most of a text, and soon told
            if not token.isalpha() and _DIGIT.search(token) and _LETTER.search(token):
                for word in _spellings(token[:MAX_TOKEN]):
                    mixed[word] = None
        if len(after) + len(quoted) + len(mixed) > 16 * MOST:
            break
    likely = sorted(after, key=_plain)
    return tuple(list(dict.fromkeys([*likely, *quoted, *mixed]))[:MOST])


def _texts(message: Message) -> Iterator[str]:
    for text in message.texts:
        yield text.text[:MAX_TEXT]
    for inner in message.nested:
        for text in inner.texts:
            yield text.text[:MAX_TEXT]


def _quoted(text: str) -> Iterator[str]:
    for opening, quote in _QUOTED:
        if opening in text:
            for match in quote.finditer(text):
                yield match.group(1)


def _after(text: str) -> Iterator[str]:
    folded = fold(text)
    for sought in WORDS:
        at = folded.text.find(sought)
        while at >= 0:
            end = folded.span(at, at + len(sought))[1]
            window = text[end : end + REACH]
            for quote in _quoted(window):
                yield from _spellings(quote)
            for token in window.split()[:8]:
                yield from _spellings(token, ends=True)
            at = folded.text.find(sought, at + len(sought))


def _spellings(token: str, *, ends: bool = False) -> Iterator[str]:
    """The token without punctuation around it, then its Latin part (a particle of another script
    may be written on to it); with `ends`, also with the punctuation that may belong to it."""
    bare = token.strip(_STRIP)
    ways = [bare]
    if ends:
        ways += [token.strip(' \t"\u201c\u201d'), token.strip().rstrip(".,;")]
    for word in ways:
        if 3 <= len(word) <= LONGEST and fold(word).text not in _FILLERS:
            yield word
    if not bare.isascii():
        for match in _LATIN.findall(bare):
            if match != bare:
                yield match


def _plain(word: str) -> int:
    """Words with digits or signs are passwords more often than plain ones."""
    return 0 if any(not char.isalpha() for char in word) else 1
