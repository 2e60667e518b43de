"""Whether an ID token is genuine, ours, and of this moment.

Source: OpenID Connect Core 1.0, 3.1.3.7 and 3.1.3.8; RFC 8725 (the algorithm is never the token's
choice alone).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from vedette.console.access.signing import encoded, same

LEEWAY: Final = 60
"""Seconds that clocks may differ."""
OLDEST: Final = 600
"""Seconds since it was issued: it comes straight from the provider."""
MOST_BYTES: Final = 64 << 10

_KINDS: Final[Mapping[str, type[RSAKey | ECKey | OKPKey]]] = {
    "RS256": RSAKey, "PS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey, "Ed25519": OKPKey,
}  # fmt: skip
_TYPES: Final = {RSAKey: "RSA", ECKey: "EC", OKPKey: "OKP"}
_CURVES: Final = {"ES256": "P-256", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}


class _Registry(jws.JWSRegistry):
    """Without a warning at each token that names EdDSA: it was deprecated (RFC 9864) for not naming
    its curve, which `_fits` sees to, and providers go on writing it."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name] if name == "EdDSA" else super().get_alg(name)


class TokenError(ValueError):
    """What is wrong with an ID token."""


def key_id(token: str) -> str | None:
    """The key that a token says it was signed with. Raises TokenError."""
    return _header(token)[1]


def verified(
    token: str,
    keys: Iterable[Mapping[str, Any]],
    *,
    issuer: str,
    audience: str,
    nonce: str,
    access_token: str,
    now: int,
) -> dict[str, Any]:
    """Its claims. `now` in seconds. Raises TokenError."""
    algorithm, kid = _header(token)
    claims = _signed(token, algorithm, kid, keys)
    _judge(claims, issuer, audience, now)
    if not isinstance(claims.get("nonce"), str) or not same(claims["nonce"], nonce):
        raise TokenError("its nonce is another's")
    bound = claims.get("at_hash")
    if bound is not None and not same(str(bound), access_hash(access_token, algorithm)):
        raise TokenError("its at_hash is not that of the access token")
    return claims


def access_hash(access_token: str, algorithm: str) -> str:
    """Half of the hash that goes with the algorithm (for Ed25519, SHA-512)."""
    kind = "sha512" if algorithm in ("EdDSA", "Ed25519") else "sha256"
    digest = hashlib.new(kind, access_token.encode("utf-8", "surrogatepass")).digest()
    return encoded(digest[: len(digest) // 2])


def _header(token: str) -> tuple[str, str | None]:
    if len(token) > MOST_BYTES or not token.isascii():
        raise TokenError("is too long or no token")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenError(f"can't be read ({error})") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _KINDS:
        raise TokenError(f"is signed with {str(algorithm)[:40]!a}, which is not taken")
    if "crit" in header:
        raise TokenError("has an extension that must be understood (crit)")
    return algorithm, kid if isinstance(kid, str) else None


def _signed(
    token: str, algorithm: str, kid: str | None, keys: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    kind = _KINDS[algorithm]
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    for key in keys:
        if not _fits(key, algorithm, kid):
            continue
        try:
            known = kind.import_key({**key})
            claims = jwt.decode(token, known, registry=registry).claims
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            continue  # the next key may be it
        return dict(claims)
    raise TokenError("none of the provider's keys has signed it")


def _fits(key: Mapping[str, Any], algorithm: str, kid: str | None) -> bool:
    return (
        key.get("kty") == _TYPES[_KINDS[algorithm]]
        and (kid is None or key.get("kid") == kid)
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and ("crv" not in key or key["crv"] == _CURVES.get(algorithm))
    )


def _judge(claims: Mapping[str, Any], issuer: str, audience: str, now: int) -> None:
    if claims.get("iss") != issuer:
        raise TokenError("is of another issuer")
    meant = claims.get("aud")
    audiences = meant if isinstance(meant, list) else [meant]
    if audience not in audiences:
        raise TokenError("is for another client")
    party = claims.get("azp")
    if (len(audiences) > 1 and party is None) or (party is not None and party != audience):
        raise TokenError("was given to another client (azp)")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise TokenError("names nobody (sub)")
    issued = _time(claims, "iat")
    if now >= _time(claims, "exp") + LEEWAY:
        raise TokenError("is over (exp)")
    if not issued - LEEWAY <= now <= issued + OLDEST + LEEWAY:
        raise TokenError("is not of this moment (iat); see to the clocks")
    if "nbf" in claims and now < _time(claims, "nbf") - LEEWAY:
        raise TokenError("is not valid yet (nbf)")


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise TokenError(f"says no time ({name})")
    return value
