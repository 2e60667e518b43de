"""Names of fields, cookies and headers whose values are secret."""

from __future__ import annotations

import re
from typing import Final

_PARTS: Final = (
    "password", "passwd", "passwort", "passphrase", "passcode", "passkey", "kennwort", "geheim",
    "secret", "token", "apikey", "accesskey", "privatekey", "secretkey", "signingkey",
    "encryptionkey", "authorization", "authorisation", "credential", "sessionid", "sessid",
    "jsession", "csrf", "xsrf", "antiforgery", "requestverification", "cardnumber", "ccnumber",
    "cardnum", "creditcard", "kartennummer", "accountnumber", "kontonummer", "iban",
    "securitycode", "onetimecode", "verificationcode", "resetcode", "socialsecurity", "motdepasse",
    "contrasena", "contraseña", "wachtwoord", "hasło", "parola", "jelszó", "salasana", "lösenord",
    "losenord", "adgangskode", "connectionstring",
)  # fmt: skip
"""What a secret's name holds, once separators and digits are gone."""

_WORDS: Final = frozenset((
    "pass", "pwd", "pw", "psw", "pswd", "pin", "puk", "tan", "sid", "otp", "totp", "hotp", "mfa",
    "cvv", "cvc", "cvn", "csc", "ssn", "auth", "jwt", "bearer", "cookie", "session", "sig",
    "signature", "mdp", "pan", "haslo", "senha", "heslo",
))  # fmt: skip
"""Words that tell a secret by themselves, but not as a part of another (`author`, `bypass`)."""

_HUMP: Final = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST: Final = 256


def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret: `user[password]`, `apiKey`, `X-CSRF-Token`."""
    words = _WORD.findall(_HUMP.sub(" ", name[-_LONGEST:]).lower())
    whole = "".join(words)
    return not _WORDS.isdisjoint(words) or any(part in whole for part in _PARTS)
