"""What may be stored of a value."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.shield.masking import LONGEST, MASKED, mask, mask_name
from vedette.shield.secret_names import is_secret
from vedette.shield.secret_shapes import is_iban, luhn

CARD = "4111111111111111"  # the number that every payment provider documents for tests
IBAN = "GB82WEST12345698765432"  # the example of ISO 13616
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
RANDOM = base64.b64encode(bytes(range(7, 247, 5))).decode()

SECRET_NAMES = [
    "password", "user[password]", "json.user.apiKey", "X-CSRF-Token", "new_pass", "PHPSESSID",
    "JSESSIONID", "Authorization", "Proxy-Authorization", "cvv2", "card-number", "passwort",
    "mot_de_passe", "contraseña", "otp", "client_secret", "accessToken", "iban", "__session",
]  # fmt: skip
PLAIN_NAMES = [
    "author", "bypass", "compass", "q", "comment", "user", "json.list.array_0", "passenger",
    "pinned", "keyword", "sidebar", "", "REQUEST_URI", "User-Agent",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_secret_by_name(name: str) -> None:
    assert is_secret(name)
    assert mask(name, b"hunter2") == MASKED
    assert mask(f"ARGS:{name}", b"hunter2") == MASKED
    assert mask(f"ARGS_NAMES:{name}", b"hunter2") == "hunter2"
    assert mask(name, b"") == ""


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_not_secret_by_name(name: str) -> None:
    assert not is_secret(name)
    assert mask(f"ARGS:{name}", b"' OR 1=1 --") == "' OR 1=1 --"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"pay {CARD} now", f"pay {MASKED} now"),
        ("12 4111-1111-1111-1111, 7", f"12 {MASKED}, 7"),
        ("4111 1111 1111 1111", MASKED),
        ("4111+1111+1111+1111", MASKED),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("1700000000000", "1700000000000"),
        (f"to {IBAN} please", f"to {MASKED} please"),
        ("to gb82 west 1234 5698 7654 32 and on", f"to {MASKED} and on"),
        ("GB83WEST12345698765432", "GB83WEST12345698765432"),
        (f"a {JWT}, b", f"a {MASKED}, b"),
        ("Bearer abcdefgh12", f"Bearer {MASKED}"),
        ("Basic dXNlcjpwYXNz", f"Basic {MASKED}"),
        ("basic understanding", "basic understanding"),
        ("https://user:pw@host/", f"https://{MASKED}@host/"),
        ("key AKIAIOSFODNN7EXAMPLE.", f"key {MASKED}."),
        ("ghp_" + "a1B2" * 9, MASKED),
        ("0123456789abcdef" * 2, MASKED),
        ("a" * 64, "a" * 64),
        (RANDOM, MASKED),
        ("/Products/Category12/Item4567/detail-view", "/Products/Category12/Item4567/detail-view"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", MASKED),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("../../../../etc/passwd", "../../../../etc/passwd"),
        ("1 UNION SELECT password FROM users", "1 UNION SELECT password FROM users"),
    ],
)
def test_by_form(value: str, expected: str) -> None:
    assert mask("ARGS:q", value.encode()) == expected


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("REQUEST_URI", "/a?u=bob&password=pw&x=1", f"/a?u=bob&password={MASKED}&x=1"),
        ("QUERY_STRING", "p%61ssword=pw&c=4111%201111+1111%2d1111",
         f"p%61ssword={MASKED}&c={MASKED}"),
        ("REQUEST_BODY", '{"a":"b","password":"x\\" y","pin":12,"n":null}',
         f'{{"a":"b","password":"{MASKED}","pin":{MASKED},"n":null}}'),
        ("REQUEST_BODY", r'{\"password\": \"x y\", \"a\": 1}',
         rf'{{\"password\": \"{MASKED}\", \"a\": 1}}'),
        ("REQUEST_BODY", "<l><password>a b</password><u>b</u></l>",
         f"<l><password>{MASKED}</password><u>b</u></l>"),
        ("REQUEST_BODY",
         '--b\r\nContent-Disposition: form-data; name="pwd"\r\n\r\nmy own\r\n--b--',
         f'--b␍␊Content-Disposition: form-data; name="pwd"␍␊␍␊{MASKED}␍␊--b--'),
        ("REQUEST_COOKIES:x", "' OR 1=1 -- abc", "' a 0=0 -- a"),
        ("REQUEST_HEADERS:Cookie", "a=b12; c=\"d\"", 'a=a0; c="a"'),
        ("REQUEST_HEADERS:Referer", "https://x.example/?token=1", f"https://x.example/?token={MASKED}"),
    ],
)  # fmt: skip
def test_fields_inside(variable: str, value: str, expected: str) -> None:
    assert mask(variable, value.encode()) == expected


@given(st.text("ab1 =&;,", max_size=40), st.text("ab1 =&;,", max_size=40))
def test_a_card_is_never_shown(before: str, after: str) -> None:
    value = f"{before}#{CARD}#{after}"
    assert CARD not in mask("ARGS:q", value.encode(), 1_000)


@given(st.integers(0, 5_000))
def test_nor_a_part_of_one_where_the_value_is_cut(length: int) -> None:
    value = b"." * length + b" " + CARD.encode() + b" " + b"," * 3_000
    assert "4111" not in mask("ARGS:q", value, 10_000)


@given(st.text(max_size=30), st.binary(max_size=600), st.integers(1, 300))
def test_any_bytes(name: str, value: bytes, longest: int) -> None:
    text = mask(name, value, longest)
    assert len(text) <= max(longest, len(MASKED))
    assert text.isprintable()


@pytest.mark.parametrize("piece", [b"a", b"1 ", b'name="x"\r\n', b"4%20", b'"a":"', b"<a ", b"\\"])
def test_long_values_are_bounded(piece: bytes) -> None:
    assert len(mask("ARGS:q", piece * 100_000)) <= LONGEST


def test_names_of_variables() -> None:
    assert mask_name("ARGS:password") == "ARGS:password"
    assert mask_name('ARGS:{"password":"x"}') == f'ARGS:{{"password":"{MASKED}"}}'


def test_checks() -> None:
    assert luhn(CARD)
    assert not luhn("4111111111111112")
    assert is_iban(IBAN)
    assert not is_iban("ZZ82WEST12345698765432")
