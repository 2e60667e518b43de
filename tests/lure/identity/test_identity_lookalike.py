from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import REPOSITORY
from vedette.lure.identity.lookalike.edits import Near, is_near, strokes
from vedette.lure.identity.registry import Registry


@pytest.mark.parametrize(
    ("host", "employer", "how"),
    [
        ("boeing.careers", "boeing", "suffix"),
        ("airbus.co", "airbus", "suffix"),
        ("boe1ng.com", "boeing", "letters"),
        ("rheinrnetall.com", "rheinmetall", "letters"),
        ("lockheedmart1n.com", "lockheed-martin", "letters"),
        ("\u0430irbus.com", "airbus", "letters"),
        ("xn--irbus-3ve.com", "airbus", "letters"),
        ("lockheed-martin.com", "lockheed-martin", "hyphen"),
        ("navalgroup.net", "naval-group", "suffix"),
        ("boieng.com", "boeing", "typing"),
        ("boeings.com", "boeing", "typing"),
        ("rheinmetal.com", "rheinmetall", "typing"),
        ("northropgrummann.com", "northrop-grumman", "typing"),
        ("raytheeon.com", "rtx", "typing"),
        ("boeing-careers.example", "boeing", "combination"),
        ("careersboeing.com", "boeing", "combination"),
        ("boeinghr.net", "boeing", "combination"),
        ("jobs-at-airbus.com", "airbus", "combination"),
        ("thalesgroup-recrutement.fr", "thales", "combination"),
        ("lockheed-martin-careers.com", "lockheed-martin", "combination"),
        ("rheinmetal-karriere.de", "rheinmetall", "combination"),
        ("saab-careers.com", "saab", "combination"),
        ("elbit-jobs2026.co.il", "elbit", "combination"),
        ("boeing.com.jobs.example", "boeing", "subdomain"),
        ("airbus.careers-portal.example", "airbus", "subdomain"),
        ("careers.airbus.talent.example", "airbus", "subdomain"),
    ],
)
def test_imitations(registry: Registry, host: str, employer: str, how: str) -> None:
    found = registry.lookalike(host)
    assert found is not None
    assert (found.employer, found.how) == (employer, how)


@pytest.mark.parametrize(
    "host",
    [
        # true domains and what lies below them
        "boeing.com",
        "jobs.boeing.com",
        "airbus-group.com",
        "edfenergy.com",
        "mbdacareers.co.uk",
        "samsungcareers.com",
        "airbus.taleo.net",
        "boeing.wd1.myworkdayjobs.com",
        # others who have a name like it
        "airbnb.com",
        "thalys.com",
        "juniper.net",
        "bechtle.com",
        "equinox.com",
        "pepco.com",
        "rankgroup.com",
        "forum.example",
        "opera.com",
        "tenet.com",
        "siemon.com",
        "orbit.com",
        # the name with words that are not a recruiter's
        "boeing-museum.org",
        "airbusfans.example",
        "boeingblogs.net",
        "siemens-stiftung.org",
        # a namesake, or a branch, in another country
        "boeing.fr",
        "airbus.at",
        "siemens.pt",
        "ruag.it",
        # services that carry a customer's name
        "airbus.sharepoint.com",
        "boeing.okta.com",
        "www.boeing.com.edgekey.net",
        # short names beside ordinary words
        "saabgroup.com",
        "mbda-shop.com",
        "192.0.2.7",
        "localhost",
        "",
    ],
)
def test_others_are_left_alone(registry: Registry, host: str) -> None:
    assert registry.lookalike(host) is None


def test_no_common_domain_is_taken_for_an_imitation(registry: Registry) -> None:
    path = REPOSITORY / "tests" / "_data" / "lure" / "identity" / "common_domains.txt"
    hosts = path.read_text("utf-8").split()
    assert len(set(hosts)) >= 300
    assert [host for host in hosts if registry.lookalike(host)] == []


def _distance(one: str, other: str) -> int:
    """Optimal string alignment, by the table."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                rows[i][j] = i + j
                continue
            cost = int(one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def _is_near(word: str, name: str) -> bool:
    if len(word) == len(name) == 5 and sorted(word) != sorted(name):
        return False
    near = 0 < _distance(word, name) <= strokes(name)
    return near and (len(name) >= 9 or word[:1] == name[:1])


WORDS = st.text("abc", min_size=1, max_size=13)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=8), WORDS)
def test_index_finds_what_comparing_finds(names: list[str], word: str) -> None:
    near = [name for name in names if _is_near(word, name)]
    found = Near(names).find(word)
    assert (found is None) == (not near)
    assert found is None or found in near


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_every_stroke_is_found(registry: Registry, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["rheinmetall", "boeing", "lockheedmartin", "conocophillips"]))
    word = name
    for _ in range(strokes(name)):
        at = data.draw(st.integers(1, len(word) - 2))
        letter = data.draw(st.sampled_from(string.ascii_lowercase))
        kind = data.draw(st.sampled_from(["put", "drop", "replace", "swap"]))
        word = {
            "put": word[:at] + letter + word[at:],
            "drop": word[:at] + word[at + 1 :],
            "replace": word[:at] + letter + word[at + 1 :],
            "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        }[kind]
    if word == name or word in registry.nearby or not is_near(word, name):
        return
    found = registry.lookalike(f"{word}.com")
    assert found is not None and found.how in ("typing", "letters")
