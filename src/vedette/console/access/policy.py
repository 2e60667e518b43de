"""Which names and passwords are taken.

Source: NIST SP 800-63B-4, 3.1.1: long, not common, sequential, repetitive or about the service;
no rules of composition, no expiry.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

from vedette.console.access.errors import PolicyError

SHORTEST: Final = 12
MOST_BYTES: Final = 1024
FEWEST: Final = 5
"""Different characters."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")

_OBVIOUS: Final = frozenset((
    "abc", "access", "account", "admin", "adminadmin", "administrator", "alpha", "april",
    "august", "autumn", "baseball", "basketball", "batman", "blessed", "changeit", "changeme",
    "charlie", "chocolate", "company", "computer", "contrasena", "correcthorsebatterystaple",
    "december", "default", "demo", "donttellanyone", "dragon", "enter", "february", "firewall",
    "football", "freedom", "friday", "fuckyou", "god", "guest", "hello", "helloworld", "ilove",
    "iloveyou", "incorrect", "internet", "january", "july", "june", "killer", "letmein", "login",
    "logmein", "love", "lovely", "manager", "march", "master", "matrix", "may",
    "maytheforcebewithyou", "michael", "monday", "monitor", "monkey", "motdepasse", "mother",
    "mypassword", "mysecretpassword", "ninja", "nopassword", "nothing", "november", "october",
    "office", "openme", "opensesame", "operator", "pass", "passphrase", "passwd", "password",
    "passwort", "princess", "private", "qazwsx", "qazwsxedc", "root", "rootroot", "samsung",
    "saturday", "sayplease", "secret", "secure", "security", "september", "server", "shadow",
    "soccer", "spring", "starwars", "success", "summer", "sunday", "sunshine", "superman",
    "superuser", "support", "system", "temp", "temporary", "test", "testing", "thisisapassword",
    "thisismypassword", "thursday", "tobeornottobe", "toor", "topsecret", "trustno", "tuesday",
    "user", "username", "vedette", "vedetteadmin", "wednesday", "welcome", "whatever", "winter",
    "winteriscoming", "wordpass", "xsw", "zaq",
))  # fmt: skip
"""Words that, with digits and signs around or after them, people take for passwords."""

_LOOKS: Final = str.maketrans("@4301!|5$7", "aaeoiilsst")
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertzuiopü", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "!@#$%^&*()", "!\"§$%&/()=",
)  # fmt: skip
_NEXT: Final = frozenset(pair for row in _ROWS for pair in (*pairwise(row), *pairwise(row[::-1])))
MOST_LETTERS: Final = 64
MOST_STEPS: Final = 0.7
"""Share of neighbouring characters that lie beside each other on a keyboard or in the alphabet."""


def login_name(text: str) -> str:
    """The form in which names are kept and compared. Raises PolicyError."""
    name = folded(text)
    if not _NAME.fullmatch(name):
        raise PolicyError(
            "a name has 1 to 64 letters a to z, digits and . _ @ + -, and begins with a letter or "
            "digit"
        )
    return name


def folded(text: str) -> str:
    """A name as somebody typed it, as it would be kept."""
    sound = text[:256].encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    return unicodedata.normalize("NFKC", sound).strip().casefold()[:256]


def check_password(password: str, name: str) -> None:
    """Raises PolicyError that says what to do."""
    if len(password) < SHORTEST:
        raise PolicyError(f"a password has at least {SHORTEST} characters; several words are good")
    if len(password.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise PolicyError(f"a password has at most {MOST_BYTES} bytes")
    text = unicodedata.normalize("NFKC", password).casefold()
    if len(set(text)) < FEWEST or _repeats(text):
        raise PolicyError("this password repeats itself; take several words")
    if _steps(text) > MOST_STEPS:
        raise PolicyError("this password follows the keyboard or the alphabet; take several words")
    if _is_name(text, folded(name)):
        raise PolicyError("the name may not be the password; take several other words")
    if _is_obvious(text):
        raise PolicyError("this password is among the first that are tried; take several words")


def _repeats(text: str) -> bool:
    """One piece again and again, with what is left over at the end."""
    return any(
        (text[:size] * (len(text) // size + 1))[: len(text)] == text
        for size in range(1, len(text) // 2 + 1)
    )


def _steps(text: str) -> float:
    pairs = list(pairwise(text))
    return sum(pair in _NEXT or pair[0] == pair[1] for pair in pairs) / max(len(pairs), 1)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())


def _is_name(text: str, name: str) -> bool:
    if text in (name, name[::-1]):
        return True
    parts = {name, *re.split(r"[._@+-]", name)}
    left = text
    for part in sorted((part for part in parts if len(part) >= 4), key=len, reverse=True):
        left = left.replace(part, "").replace(part[::-1], "")
    return left != text and len(_letters(left)) < 4


def _is_obvious(text: str) -> bool:
    """Nothing but obvious words, with letters read out of digits and signs or not."""
    first = next((at for at, letter in enumerate(text) if letter.isalpha()), 0)
    last = next((at for at, letter in enumerate(reversed(text)) if letter.isalpha()), 0)
    inner = text[first : len(text) - last]
    return any(
        _of_words(_letters(read))
        for read in (text, text.translate(_LOOKS), inner.translate(_LOOKS))
    )


def _of_words(text: str) -> bool:
    """Whether at most four obvious words, one behind the other, give the whole text. `fewest[i]` is
    how few give its first i letters."""
    if not 0 < len(text) <= MOST_LETTERS:
        return False
    most = 4
    fewest = [0] + [most + 1] * len(text)
    for end in range(1, len(text) + 1):
        for begin in range(end):
            if fewest[begin] < most and text[begin:end] in _OBVIOUS:
                fewest[end] = min(fewest[end], fewest[begin] + 1)
    return fewest[-1] <= most
