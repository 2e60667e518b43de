"""Single sign-on against providers that are real, strict, or lying."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from console.access.access_shapes import HOME, PASSWORD, SECOND, Clock, House, entered, house
from console.access.oidc.openid_provider import (
    CLIENT,
    SECRET,
    OpenIdProvider,
    new_key,
    plain,
    served,
)
from vedette.console.access.errors import NotFoundError, SignOnError
from vedette.console.access.oidc.signon import Departure
from vedette.console.access.person import Denied, Opened
from vedette.console.access.roles import Role
from vedette.console.access.settings import OidcSettings
from vedette.model.errors import RefusedError

BASE = "http://127.0.0.1:8360"
ROLES: dict[str, Role] = {
    "vedette-viewers": "viewer", "vedette-analysts": "analyst", "vedette-admins": "admin"
}  # fmt: skip


def settings(issuer: str, **changed: Any) -> OidcSettings:
    given: dict[str, Any] = {
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uri": f"{BASE}/sign-in/return",
        "after_logout": f"{BASE}/",
        "roles_claim": "groups",
        "roles": ROLES,
        "allow_private": True,
    }
    return OidcSettings(**{**given, **changed})


class Firm:
    def __init__(self, it: House, provider: OpenIdProvider) -> None:
        self.it = it
        self.provider = provider

    def depart(self, back: str = "/") -> Departure:
        assert self.it.access.oidc is not None
        return self.it.access.oidc.begin(back)

    def come(self, back: str = "/incidents") -> Opened | Denied:
        departure = self.depart(back)
        query = returned(departure.url)
        return self.it.access.enter(query, departure.flow, HOME)


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    made = OpenIdProvider(f"{BASE}/sign-in/return")
    with served(made):
        yield made


@contextmanager
def firm(folder: Path, provider: OpenIdProvider, **changed: Any) -> Iterator[Firm]:
    clock = Clock()
    provider.reset(clock)
    with house(folder, settings(provider.issuer, **changed), clock) as it:
        yield Firm(it, provider)


@pytest.fixture
def here(tmp_path: Path, provider: OpenIdProvider) -> Iterator[Firm]:
    with firm(tmp_path, provider) as made:
        yield made


def returned(url: str) -> dict[str, str]:
    """Go to the provider as a browser does; the query that it sends back with."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303, answer.status
        where = answer.getheader("location") or ""
    finally:
        connection.close()
    assert where.startswith(f"{BASE}/sign-in/return?")
    return dict(parse_qsl(urlsplit(where).query))


def test_whoever_the_provider_names_comes_in_with_its_role(here: Firm) -> None:
    opened = entered(here.come())
    person = opened.who.person
    assert (person.name, person.role, person.has_password) == ("ada", "analyst", False)
    assert (person.issuer, person.subject) == (here.provider.issuer, "u-1")
    assert opened.back == "/incidents"
    who = here.it.access.who(opened.token)
    assert who is not None and who.person.id == person.id
    assert [audit.done.what for audit in here.it.book.audits] == ["first-sign-on", "login"]
    again = entered(here.come())
    assert again.who.person.id == person.id
    assert len(here.it.access.people.all()) == 1


def test_the_role_is_what_the_provider_says_now(here: Firm) -> None:
    before = entered(here.come())
    here.provider.claims["groups"] = ["others", "vedette-viewers", "vedette-admins"]
    opened = entered(here.come())
    assert opened.who.person.role == "admin"
    assert here.it.access.who(before.token) is None  # made with other rights
    here.provider.claims["groups"] = ["others"]
    with pytest.raises(SignOnError, match="no role in Vedette"):
        here.come()


@pytest.mark.parametrize(
    "groups", [None, [], "vedette", ["VEDETTE-ADMINS"], [["vedette-admins"]], {"vedette-admins": 1}]
)
def test_without_a_mapped_role_nobody_comes_in(here: Firm, groups: object) -> None:
    here.provider.claims["groups"] = groups
    with pytest.raises(SignOnError, match="no role in Vedette"):
        here.come()
    assert here.it.access.people.all() == ()


def test_roles_may_lie_deep_or_under_a_name_with_dots(
    tmp_path: Path, provider: OpenIdProvider
) -> None:
    with firm(tmp_path, provider, roles_claim="realm_access.roles") as it:
        it.provider.claims["realm_access"] = {"roles": ["vedette-viewers"]}
        assert entered(it.come()).who.person.role == "viewer"
        it.provider.claims["realm_access.roles"] = "vedette-admins"
        assert entered(it.come()).who.person.role == "admin"


def test_accounts_are_never_joined_by_name_or_mail(here: Firm) -> None:
    local = here.it.admin("ada").person
    here.provider.claims |= {"email": "ada", "email_verified": True}
    person = entered(here.come()).who.person
    assert person.id != local.id
    assert person.name.startswith("ada-") and person.role == "analyst"
    here.provider.claims["sub"] = "u-2"
    third = entered(here.come()).who.person
    assert len({local.name, person.name, third.name}) == 3


@pytest.mark.parametrize("name", ["", "<script>", "é", "../..", "a" * 300, "..."])
def test_names_of_any_kind_become_names_here(here: Firm, name: str) -> None:
    here.provider.claims["preferred_username"] = name
    person = entered(here.come()).who.person
    assert here.it.access.people.named(person.name) == here.it.access.people.get(person.id)


def test_a_disabled_account_stays_out(here: Firm) -> None:
    person = entered(here.come()).who.person
    here.it.access.people.disable("root", person.id)
    with pytest.raises(SignOnError, match="disabled"):
        here.come()


def test_an_account_of_the_provider_has_no_password(here: Firm) -> None:
    opened = entered(here.come())
    assert here.it.access.login("ada", PASSWORD, HOME) == Denied("wrong")
    with pytest.raises(RefusedError, match="single sign-on"):
        here.it.access.people.reset("root", opened.who.person.id)
    with pytest.raises(RefusedError, match="single sign-on"):
        here.it.access.change_password(opened.who, "", PASSWORD, HOME)


def test_logging_out_goes_on_to_the_provider(here: Firm) -> None:
    opened = entered(here.come())
    where = here.it.access.logout(opened.token)
    assert where is not None and where.startswith(f"{here.provider.issuer}/logout?tenant=1&")
    query = dict(parse_qsl(urlsplit(where).query))
    assert query["post_logout_redirect_uri"] == f"{BASE}/" and query["client_id"] == CLIENT
    assert query["id_token_hint"].count(".") == 2


# who begins must be who comes back


def test_another_browser_cannot_finish_what_one_began(here: Firm) -> None:
    mine, theirs = here.depart(), here.depart()
    query = returned(theirs.url)
    for flow in (mine.flow, "", "x.y", theirs.flow[:-1], theirs.flow.replace(".", "A.")):
        with pytest.raises(SignOnError, match="not begun in this browser"):
            here.it.access.enter(query, flow, HOME)
    assert "token" not in here.provider.asked
    with pytest.raises(SignOnError, match="not begun in this browser"):
        here.it.access.enter({**query, "state": ""}, theirs.flow, HOME)
    assert isinstance(here.it.access.enter(query, theirs.flow, HOME), Opened)


def test_a_journey_ends_after_ten_minutes_and_is_made_once(here: Firm) -> None:
    departure = here.depart()
    query = returned(departure.url)
    entered(here.it.access.enter(query, departure.flow, HOME))
    with pytest.raises(SignOnError, match="can't be asked"):  # the code was used
        here.it.access.enter(query, departure.flow, HOME)
    late = here.depart()
    query = returned(late.url)
    here.it.clock.pass_by(600 * SECOND)
    with pytest.raises(SignOnError, match="too long"):
        here.it.access.enter(query, late.flow, HOME)


def test_answers_of_another_issuer_are_not_taken(here: Firm) -> None:
    for iss in ("https://evil.example", ""):
        departure = here.depart()
        with pytest.raises(SignOnError, match="not accepted"):
            here.it.access.enter({**returned(departure.url), "iss": iss}, departure.flow, HOME)
    departure = here.depart()
    query = returned(departure.url)
    del query["iss"]  # the provider says that it always sends it
    with pytest.raises(SignOnError, match="not accepted"):
        here.it.access.enter(query, departure.flow, HOME)
    assert "token" not in here.provider.asked


def test_what_the_provider_refuses_is_said_without_its_words(here: Firm) -> None:
    for error, said in (("access_denied", "did not let you in"), ("<b>server", "can't be asked")):
        departure = here.depart()
        state = dict(parse_qsl(urlsplit(departure.url).query))["state"]
        query = {"error": error, "state": state, "iss": here.provider.issuer,
                 "error_description": "<script>alert(1)</script>"}  # fmt: skip
        with pytest.raises(SignOnError, match=said) as caught:
            here.it.access.enter(query, departure.flow, HOME)
        assert "<" not in str(caught.value)


def test_coming_back_again_and_again_asks_the_provider_a_bounded_number_of_times(
    here: Firm,
) -> None:
    departure = here.depart()
    query = returned(departure.url)
    results: list[Opened | Denied | None] = []
    for _ in range(60):
        try:
            results.append(here.it.access.enter({**query, "code": "bad"}, departure.flow, HOME))
        except SignOnError:
            results.append(None)
    assert results.count(None) == here.provider.asked.count("token") == 30
    assert all(one is None or (isinstance(one, Denied) and one.reason == "slow") for one in results)


# ID tokens


def changed(**claims: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda real: {**real, **claims}


def moved(name: str, seconds: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda real: {**real, name: real[name] + seconds}


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda real: {key: value for key, value in real.items() if key != name}


def test_tokens_that_are_not_taken(here: Firm) -> None:
    wrongs = [
        changed(iss="https://evil.example"), without("iss"),
        changed(aud="other"), changed(aud=["other"]), without("aud"),
        changed(aud=[CLIENT, "other"]),
        changed(azp="other"), changed(aud=[CLIENT, "other"], azp="other"), changed(azp=7),
        changed(exp=0), changed(exp="tomorrow"), changed(exp=True), changed(exp=1e300),
        without("exp"), moved("exp", -400),
        moved("iat", -700), moved("iat", 120), without("iat"), changed(nbf=2**33),
        changed(nonce="another's"), without("nonce"), changed(nonce=None),
        changed(at_hash="wrong"), changed(at_hash=7),
        changed(sub=""), changed(sub=7), without("sub"), changed(sub="x" * 256),
    ]  # fmt: skip
    for number, wrong in enumerate(wrongs):
        here.provider.wrong = wrong
        with pytest.raises(SignOnError, match="not accepted"):
            print(number, here.come())
        here.it.clock.pass_by(60 * SECOND)
    assert here.it.access.people.all() == ()


def test_tokens_that_are_taken(here: Firm) -> None:
    for right in (
        changed(aud=[CLIENT]), changed(aud=[CLIENT, "other"], azp=CLIENT), without("at_hash"),
        moved("exp", -310), moved("iat", 50), changed(extra={"deep": [1, 2]}),
    ):  # fmt: skip
        here.provider.wrong = right
        assert isinstance(here.come(), Opened)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_algorithms_that_are_taken(here: Firm, algorithm: str) -> None:
    here.provider.algorithm, here.provider.key = algorithm, new_key(algorithm, "k2")
    assert isinstance(here.come(), Opened)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{plain({**header, 'alg': 'none'})}.{plain(claims)}."


def signed_with_the_public_key(
    provider: OpenIdProvider,
) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    """The confusion of algorithms: what everybody knows, taken for a shared secret."""

    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        text = f"{plain({**header, 'alg': 'HS256'})}.{plain(claims)}"
        key = json.dumps(provider.key.as_dict(private=False)).encode()
        mac = hmac.digest(key, text.encode(), hashlib.sha256)
        return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    return sign


def test_signatures_that_are_not_taken(here: Firm) -> None:
    real = here.provider._sign
    strangers = OpenIdProvider("")  # another key of the same name
    liars: list[Callable[[dict[str, Any], dict[str, Any]], str]] = [
        unsigned,
        lambda header, claims: unsigned({**header, "alg": "None"}, claims),
        signed_with_the_public_key(here.provider),
        strangers._sign,
        lambda header, claims: real(header, claims)[:-4] + "AAAA",
        lambda header, claims: real({**header, "alg": "ES256", "kid": "unknown"}, claims),
        lambda header, claims: "no token",
        lambda header, claims: "a.b.c",
        lambda header, claims: "é.b.c",
        lambda header, claims: "A" * 100_000,
        lambda header, claims: f"{plain([1])}.{plain(claims)}.AAAA",
        lambda header, claims: f"{plain({'alg': ['ES256']})}.{plain(claims)}.AAAA",
    ]
    for liar in liars:
        here.provider.signs = liar
        with pytest.raises(SignOnError, match="not accepted"):
            here.come()
        here.it.clock.pass_by(60 * SECOND)
    assert here.it.access.people.all() == ()


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1}, {"crit": []}, {"alg": "Ed448"}, {"alg": "ES256"},
        {"alg": "EdDSA", "kid": 7, "crit": "x"},
    ],
)  # fmt: skip
def test_headers_that_are_not_taken(here: Firm, header: dict[str, object]) -> None:
    here.provider.algorithm, here.provider.key = "EdDSA", new_key("EdDSA", "k3")
    assert isinstance(here.come(), Opened)
    here.provider.header = header
    with pytest.raises(SignOnError, match="not accepted"):
        here.come()


def test_a_key_that_was_changed_is_asked_for_and_not_too_often(here: Firm) -> None:
    assert isinstance(here.come(), Opened)
    here.provider.key = new_key("ES256", "k2")
    with pytest.raises(SignOnError):  # asked for a moment ago
        here.come()
    here.it.clock.pass_by(31 * SECOND)
    assert isinstance(here.come(), Opened)
    assert isinstance(here.come(), Opened)
    assert here.provider.asked.count("keys") == 2
    assert here.provider.asked.count("description") == 1
    here.it.clock.pass_by(3600 * SECOND)
    assert isinstance(here.come(), Opened)
    assert here.provider.asked.count("keys") == 3
    assert here.provider.asked.count("description") == 2


# providers that can't be asked, or lead elsewhere


def test_answers_of_no_use_let_nobody_in(here: Firm) -> None:
    answers: list[Callable[[object], Response]] = [
        lambda _: Response("<html>", 200), lambda _: Response(b"\xff\xfe", 200),
        lambda _: JSONResponse({"id_token": 7}), lambda _: JSONResponse({}),
        lambda _: JSONResponse({"error": "invalid_grant"}, 400),
        lambda _: RedirectResponse("http://169.254.169.254/latest/meta-data/", 307),
        lambda _: Response("[" * 100_000), lambda _: Response("{" + " " * 600_000 + "}"),
    ]  # fmt: skip
    for answer in answers:
        here.provider.token_answer = answer
        with pytest.raises(SignOnError, match="can't be asked"):
            here.come()


def test_descriptions_that_are_not_taken(here: Firm) -> None:
    wrongs: list[dict[str, object]] = [
        {"issuer": "https://evil.example"}, {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": "http://user:pass@127.0.0.1/"},
        {"token_endpoint": "http://127.0.0.1:0/"}, {"jwks_uri": 7}, {"jwks_uri": "http://["},
        {"end_session_endpoint": "data:text/html,x"},
        {"token_endpoint": "http://127.0.0.1/\r\nX: y"},
    ]  # fmt: skip
    for metadata in wrongs:
        here.provider.metadata = metadata
        with pytest.raises(SignOnError, match="can't be asked"):
            print(metadata, here.depart())


def test_a_provider_cannot_send_us_elsewhere(here: Firm) -> None:
    for endpoint in (
        "https://169.254.169.254/token", "http://169.254.169.254/token", "http://198.51.100.7/token",
        "https://[::ffff:169.254.169.254]/token", "https://0.0.0.0/token",
    ):  # fmt: skip
        here.provider.metadata = {"token_endpoint": endpoint}
        with pytest.raises(SignOnError, match="can't be asked"):
            here.come()
        here.it.clock.pass_by(3600 * SECOND)


def test_without_allow_private_nothing_inside_is_asked(tmp_path: Path) -> None:
    for issuer in ("https://127.0.0.1:9", "https://localhost", "https://10.0.0.1", "http://127.1"):
        with house(tmp_path, settings(issuer, allow_private=False)) as it:
            assert it.access.oidc is not None
            with pytest.raises(SignOnError, match="can't be asked"):
                it.access.oidc.begin("/")


def test_a_secret_in_the_form_where_the_provider_knows_no_other_way(
    tmp_path: Path, provider: OpenIdProvider
) -> None:
    with firm(tmp_path, provider) as it:
        it.provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        assert isinstance(it.come(), Opened)
    with firm(tmp_path, provider, client_secret="wrong") as it, pytest.raises(SignOnError):
        it.come()


def test_over_https_with_a_certificate_of_the_firm(tmp_path: Path) -> None:
    import trustme

    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate, key, ca = (tmp_path / name for name in ("cert.pem", "key.pem", "ca.pem"))
    for blob in issued.cert_chain_pems:
        blob.write_to_path(certificate, append=True)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(ca)
    clock = Clock()
    provider = OpenIdProvider(f"{BASE}/sign-in/return")
    with served(provider, (certificate, key)) as issuer:
        with house(tmp_path, settings(issuer, ca=ca), clock) as it:
            assert it.access.oidc is not None
            assert it.access.oidc.begin("/").url.startswith(f"{issuer}/authorize?")
        with house(tmp_path, settings(issuer), clock) as it:
            assert it.access.oidc is not None
            with pytest.raises(SignOnError, match="can't be asked"):
                it.access.oidc.begin("/")


def test_where_it_is_not_configured_there_is_none(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        assert it.access.oidc is None
        with pytest.raises(NotFoundError):
            it.access.enter({}, "", HOME)
