"""ID tokens of any shape: judged or refused, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.access.oidc.openid_provider import new_key, plain
from vedette.console.access.errors import SignOnError
from vedette.console.access.oidc.identity import name_in, role_in
from vedette.console.access.oidc.verification import TokenError, key_id, verified

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=10)
JSON = st.recursive(
    PLAIN | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(["iss", "aud", "sub", "exp", "iat", "nbf", "nonce", "at_hash", "azp"])
CLAIMS = st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=9)
PARTS = ["kty", "kid", "use", "alg", "crv", "x", "n"]
KEY = new_key("EdDSA", "k")


def judge(token: str, keys: list[dict[str, object]]) -> None:
    verified(
        token, keys, issuer="i", audience="a", nonce="a nonce nobody guesses", access_token="",
        now=1_800_000_000,
    )  # fmt: skip


@given(st.text(max_size=300) | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
def test_texts_that_are_no_tokens(text: str) -> None:
    with pytest.raises(TokenError):
        key_id(text)
    with pytest.raises(TokenError):
        judge(text, [])


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), JSON), CLAIMS)
@settings(max_examples=40)
def test_headers_and_claims_of_any_kind(header: dict[str, object], claims: object) -> None:
    with pytest.raises(TokenError):
        judge(f"{plain({'alg': 'ES256', **header})}.{plain(claims)}.AAAA", [dict(KEY.as_dict())])


@given(st.dictionaries(st.sampled_from(PARTS), PLAIN))
@settings(max_examples=60)
def test_keys_of_any_kind(key: dict[str, object]) -> None:
    with pytest.raises(TokenError, match="none of the provider's keys"):
        judge(f"{plain({'alg': 'EdDSA'})}.{plain({})}.AAAA", [{**key, "kty": "OKP"}])


@given(CLAIMS)
@settings(max_examples=40)
def test_signed_claims_of_any_kind(claims: dict[str, object]) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from vedette.console.access.signing import encoded

    private = KEY.get_op_key("sign")
    assert isinstance(private, Ed25519PrivateKey)
    text = f"{plain({'alg': 'EdDSA', 'kid': 'k'})}.{plain(claims)}"
    signed = f"{text}.{encoded(private.sign(text.encode()))}"
    with pytest.raises(TokenError) as caught:
        judge(signed, [dict(KEY.as_dict(private=False))])
    assert "keys" not in str(caught.value)


@given(st.dictionaries(st.sampled_from(["groups", "a", "name", "email", "sub"]), JSON))
def test_names_and_roles_of_any_kind(claims: dict[str, object]) -> None:
    assert isinstance(name_in(claims), str)
    try:
        assert role_in(claims, "groups.a", {"x": "viewer"}) == "viewer"
    except SignOnError:
        return
