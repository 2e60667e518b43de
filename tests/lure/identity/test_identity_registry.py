from __future__ import annotations

from pathlib import Path

import pytest

from corpora import REPOSITORY
from vedette.lure.identity.domains import domain_of
from vedette.lure.identity.load import load_registry
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.tenants import Tenancy
from vedette.model.errors import ConfigError

BUNDLED = REPOSITORY / "content" / "lures"


def test_bundled_registry_is_wide(registry: Registry) -> None:
    employers = registry.employers.values()
    assert len(employers) >= 80
    assert len({employer.country for employer in employers}) >= 12
    assert {employer.sector for employer in employers} >= {
        "defence",
        "aerospace",
        "energy",
        "water",
        "research",
    }
    scripts = "".join(name for employer in employers for name in employer.aliases)
    for letter in "א", "ا", "보":
        assert letter in scripts


def test_every_domain_is_registrable_and_leads_back(registry: Registry) -> None:
    for employer in registry.employers.values():
        for host in employer.hosts:
            assert domain_of(host).organisation, host
            assert registry.employer_of(host) is employer
            assert registry.employer_of(f"mail.{host}") is employer
            assert not registry.is_freemail(host)


def test_owners(registry: Registry) -> None:
    assert registry.employer_of("mail.jpl.nasa.gov").key == "jpl"  # type: ignore[union-attr]  # None fails the test too
    assert registry.employer_of("nasa.gov") is None
    assert registry.employer_of("notboeing.com") is None
    assert registry.agency_of("mail.hays.com").name == "Hays"  # type: ignore[union-attr]  # as above
    assert registry.network_of("e.linkedin.com").name == "LinkedIn"  # type: ignore[union-attr]  # as above
    assert registry.is_freemail("gmail.com")
    assert not registry.is_freemail("gmail.com.evil.example")
    assert registry.is_disposable("mailinator.com")
    assert not registry.is_disposable("boeing.com")


def test_the_firm_adds_itself(tmp_path: Path) -> None:
    (tmp_path / "employers.yml").write_text(
        "employers:\n"
        "- {key: acme, name: Acme Rotors, country: DE, sector: aerospace, domains: [acme.example],"
        " own: true, titles: [Acme People Team]}\n"
        "- {key: boeing, name: Boeing, country: US, sector: aerospace, domains: [boeing.example]}\n"
    )
    registry = load_registry([BUNDLED, tmp_path])
    assert [entry.key for entry in registry.own] == ["acme"]
    assert registry.employers["boeing"].domains == ("boeing.example",)
    found = registry.lookalike("acme-careers.example")
    assert found is not None and found.employer == "acme"
    assert registry.lookalike("acme.fr") is not None  # own names are protected everywhere


ENTRY = "key: xy, name: Xylo Works, country: DE, sector: energy, domains: [xylo.example]"


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("employers:\n- {" + ENTRY + ", colour: red}\n", "2:3", "unknown field `colour`"),
        ("employers:\n- {" + ENTRY.replace("DE", "Germany") + "}\n", "2:40", "matching regex"),
        ("employers:\n- {" + ENTRY.replace("[xylo.example]", "[nodot]") + "}\n", "2:70", "regex"),
        ("employers:\n- {" + ENTRY.replace("energy", "sport") + "}\n", "2:52", "invalid enum"),
        ("employers:\n- {" + ENTRY + "}\n- {" + ENTRY + "}\n", "3:3", "stands twice"),
        ("employers:\n- {" + ENTRY + ", tenants: ['nosuch:x']}\n", "2:3", "names no system"),
        ("employers:\n- {" + ENTRY + ", ambiguous: [Other]}\n", "2:3", "none of the names"),
        ("employers:\n- {" + ENTRY + ", titles: [HR]}\n", "2:3", "own: true"),
        ("firms: []\n", "1:1", "one key 'employers'"),
        ("employers: 5\n", "1:12", "is no list"),
        ("employers: [\n", "2:1", "not YAML"),
    ],
)
def test_faults_have_their_place(tmp_path: Path, text: str, place: str, what: str) -> None:
    path = tmp_path / "employers.yml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_registry([tmp_path])
    assert any(f"{path}:{place}" in fault and what in fault for fault in caught.value.faults), (
        caught.value.faults
    )


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "freemail.yml").write_text("freemail: [good.example, bad]\n")
    (tmp_path / "agencies.yml").write_text("agencies:\n- {name: Ab}\n")
    (tmp_path / "tenants.yml").write_text(
        "systems:\n- {key: sys, name: Sys, mail: [nowhere], links: ['{tenant}.{tenant}.example']}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_registry([tmp_path])
    text = str(caught.value)
    assert "freemail.yml:1:26" in text
    assert "agencies.yml:2:3" in text
    assert "more than one {tenant}" in text and "is no address" in text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ag@myworkday.com", Tenancy("workday", "ag", "airbus")),
        ("other@myworkday.com", Tenancy("workday", "other")),
        ("no-reply@us.greenhouse-mail.io", Tenancy("greenhouse")),
        ("jobs@acme.icims.com", Tenancy("icims", "acme")),
        ("jane@work.example", None),
        ("boeing@myworkday.com.evil.example", None),
    ],
)
def test_tenant_of_sender(registry: Registry, address: str, expected: Tenancy | None) -> None:
    assert registry.tenants.of_sender(address) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ag.wd3.myworkdayjobs.com/Airbus/job/1", Tenancy("workday", "ag", "airbus")),
        ("https://boards.greenhouse.io/spacex/jobs/1", Tenancy("greenhouse", "spacex", "spacex")),
        ("https://jobs.lever.co/Palantir/x", Tenancy("lever", "palantir", "palantir")),
        ("https://jobs.smartrecruiters.com/CERN/7", Tenancy("smartrecruiters", "cern", "cern")),
        ("https://careers-acme.icims.com/jobs/1", Tenancy("icims", "acme")),
        ("https://user@boards.greenhouse.io@evil.example/spacex", None),
        ("https://evil.example/boards.greenhouse.io/spacex", None),
        ("https://work.example/x", None),
    ],
)
def test_tenant_of_link(registry: Registry, url: str, expected: Tenancy | None) -> None:
    assert registry.tenants.of_link(url) == expected


@pytest.mark.parametrize(
    "host",
    [
        *(
            "boeing.com",
            "a.b.boeing.com",
            "xboeing.com",
            "linkedin.com",
            "x.linkedin.com",
            "com",
            "",
        ),
        *("example.test", "a." * 40 + "boeing.com", "acme.myworkdayjobs.com", "1.2.3.4"),
    ],
)
def test_known_is_who_has_an_owner(registry: Registry, host: str) -> None:
    owners = (registry.employer_of(host), registry.agency_of(host), registry.network_of(host))
    known = any(owner is not None for owner in owners)
    assert registry.is_known(host) == (known or registry.tenants.system_of(host) is not None)
