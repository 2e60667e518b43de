"""Secrets known by their form: keys of well-known services, tokens, card numbers, IBANs.

Sources: ISO/IEC 7812-1 (Luhn) and the issuers' number ranges; ISO 13616 (IBAN registry);
RFC 7519 (JWT); RFC 7617, RFC 6750 (Basic and Bearer credentials); the services' own pages on how
their keys begin.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

MASKED: Final = "(masked)"

_IBAN_LENGTHS: Final = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2}\d{2})((?:[ +.-]?[A-Za-z0-9]){11,32})")

_DIGITS: Final = re.compile(r"(?<![\d])\d(?:(?:[ .+-]|%20)?\d){12,}")
_GROUP: Final = re.compile(r"(?:%20)?(\d+)")
_ISSUER: Final = re.compile(r"4|5[0-8]|2[2-7]|3[04-9]|6[0-9]")
CARD_DIGITS: Final = (13, 19)

_KEYS: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}-----|\Z)"
    r"|(?<![\w-])eyJ[\w-]{8,}+(?:\.[\w-]*+){0,4}"
    r"|(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}+"
    r"|github_pat_\w{20,}+|glpat-[\w-]{16,}+|xox[a-z]-[\w-]{10,}+|[sprw]k_(?:live|test)_\w{10,}+"
    r"|sk-[\w-]{20,}+|AIza[\w-]{30,}+|ya29\.[\w-]{10,}+|npm_[A-Za-z0-9]{30,}+"
    r"|hf_[A-Za-z0-9]{20,}+|pypi-[\w-]{20,}+|SG\.[\w-]{16,}+\.[\w-]{16,}+|whsec_\w{16,}+)",
    re.ASCII | re.DOTALL,
)
_BEARER: Final = re.compile(r"(?i)(?<![a-z])(bearer(?:\s|%20|\+)+)[\w.~+/=-]{8,}+", re.ASCII)
_BASIC: Final = re.compile(r"(?i)(?<![a-z])(basic(?:\s|%20|\+)+)([A-Za-z0-9+/_-]{4,}+={0,2})")
_USER_INFO: Final = re.compile(r"://[^/\s:@?#]{1,256}:[^/\s@?#]{1,256}@")

_RUN: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{32,}+={0,2}")
_HEX: Final = re.compile(r"(?i)(?<![0-9a-f])[0-9a-f]{32,}+(?![0-9a-z])")
_FEWEST_DIGITS: Final = 6
"""Different hexadecimal digits of a key: fewer are a pattern that someone typed."""
_CHANGES: Final = re.compile(r"[a-z][A-Z0-9]|[A-Z][a-z0-9]|[0-9][A-Za-z]")
RANDOM: Final = 0.22
"""Changes between small, capital and digit that do not overlap, per character: names and paths
of websites have less than 0.15, Base64 of random bytes 0.34 on average."""


def mask_shapes(text: str) -> str:
    """The text with what looks like a secret replaced; the same object where nothing does."""
    if len(text) < 8:
        return text
    text = _KEYS.sub(MASKED, text)
    text = _BEARER.sub(rf"\1{MASKED}", text)
    text = _BASIC.sub(_credentials, text)
    if "://" in text:
        text = _USER_INFO.sub(f"://{MASKED}@", text)
    text = _IBAN.sub(_iban, text)
    text = _DIGITS.sub(_cards, text)
    text = _HEX.sub(_hexadecimal, text)
    return _RUN.sub(_random, text)


def luhn(digits: str) -> bool:
    """Whether the check digit at the end is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) << (place & 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """Whether a text without blanks is an account number with the right length and check."""
    if _IBAN_LENGTHS.get(text[:2].upper()) != len(text):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def _credentials(match: re.Match[str]) -> str:
    """Basic credentials hold a colon (RFC 7617 section 2); "basic understanding" holds none."""
    try:
        told = base64.b64decode(match[2] + "=" * (-len(match[2]) % 4), b"+/", validate=False)
    except (binascii.Error, ValueError):
        return match[0]
    return match[1] + MASKED if b":" in told else match[0]


def _iban(match: re.Match[str]) -> str:
    """What follows an account number may look as if it went on: the country knows its length."""
    length = _IBAN_LENGTHS.get(match[1][:2].upper(), 0)
    text, count = match[0], 0
    for end, char in enumerate(text, 1):
        count += char.isalnum()
        if count == length:
            plain = "".join(each for each in text[:end] if each.isalnum())
            return MASKED + text[end:] if is_iban(plain) else text
    return text


def _cards(match: re.Match[str]) -> str:
    text = match[0]
    pieces, done = [], 0
    for start, end in _card_spans(text):
        if start >= done:
            pieces += [text[done:start], MASKED]
            done = end
    return "".join((*pieces, text[done:])) if done else text


def _card_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where whole groups of digits make up a card's number."""
    groups = [(found.start(1), found.end(1), found[1]) for found in _GROUP.finditer(text)]
    for first, (start, _, _) in enumerate(groups):
        digits = ""
        for _, end, more in groups[first : first + CARD_DIGITS[1]]:
            digits += more
            if len(digits) > CARD_DIGITS[1]:
                break
            if len(digits) >= CARD_DIGITS[0] and _ISSUER.match(digits) and luhn(digits):
                yield start, end
                break


def _random(match: re.Match[str]) -> str:
    text = match[0]
    changes = sum(1 for _ in _CHANGES.finditer(text))
    return MASKED if changes >= RANDOM * len(text) else text


def _hexadecimal(match: re.Match[str]) -> str:
    return MASKED if len(set(match[0])) >= _FEWEST_DIGITS else match[0]
