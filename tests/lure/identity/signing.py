"""Keys and DNS records made for tests, and messages signed with them."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

import dkim
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from vedette.lure.identity.authentication.dns import Kind

SELECTOR = "s1"

Records = dict[tuple[str, Kind], list[str]]


@cache
def key(domain: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_record(domain: str) -> tuple[tuple[str, Kind], list[str]]:
    public = key(domain).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()
    return (f"{SELECTOR}._domainkey.{domain}", "TXT"), [text]


def signed(raw: bytes, domain: str, **options: object) -> bytes:
    """`raw` with a DKIM signature of the domain on top."""
    header: bytes = dkim.sign(raw, SELECTOR.encode(), domain.encode(), _pem(domain), **options)
    return header + raw


def sealed(raw: bytes, domain: str, results: str) -> bytes:
    """`raw` with a first ARC set of the domain on top (RFC 8617 section 5.1), which vouches for
    `results`, the content of an Authentication-Results header."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        fields[name.lower().decode()] = value.decode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    results_field = f"i=1; {results}"
    names = ("from", "to", "subject", "message-id")
    message = (
        f"i=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={SELECTOR}; h={':'.join(names)};"
        f" bh={digest}; b="
    )
    covered = [_relaxed(name, fields[name]) for name in names]
    message += _signature(domain, [*covered, _relaxed("arc-message-signature", message)])
    seal = f"i=1; cv=none; a=rsa-sha256; d={domain}; s={SELECTOR}; b="
    sets = [("arc-authentication-results", results_field), ("arc-message-signature", message)]
    seal += _signature(domain, [_relaxed(*field) for field in (*sets, ("arc-seal", seal))])
    top = [f"{name}: {value}\r\n" for name, value in (("arc-seal", seal), *reversed(sets))]
    return "".join(top).encode() + raw


def _relaxed(name: str, value: str) -> str:
    unfolded = re.sub(r"[\t ]+", " ", value.replace("\r\n", "")).strip()
    return f"{name}:{unfolded}"


def _signature(domain: str, fields: list[str]) -> str:
    text = "\r\n".join(fields).encode()
    made = key(domain).sign(text, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()


def _pem(domain: str) -> bytes:
    return key(domain).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
