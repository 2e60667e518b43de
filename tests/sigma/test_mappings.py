"""The bundled field mappings: what they promise, on events as each format writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import corpora
from oracle.evaluate import first, routes_of
from sigma.mapping_cases import CASES
from vedette.model.batch import Batch, DictRows, JsonLines
from vedette.model.logsource import Logsource
from vedette.model.path import split_path
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, load_mappings

FOLDER = corpora.REPOSITORY / "content" / "mappings"
FORMATS = [
    *("access", "auditd", "json", "lure", "osquery", "shield", "suricata"),
    *("syslog", "sysmon-linux", "windows", "winlog", "zeek"),
]
KINDS = {
    *("person", "mailbox", "host", "account", "process", "hash", "document", "message"),
    *("domain", "address", "url", "certificate", "tag", "package"),
}


@pytest.fixture(scope="module")
def mappings() -> dict[str, Mapping]:
    return load_mappings(sorted(FOLDER.glob("*.yml")))


def test_there_is_one_for_each_format(mappings: dict[str, Mapping]) -> None:
    assert sorted(mappings) == FORMATS
    assert all(Path(mapping.path).stem == name for name, mapping in mappings.items())


def test_entities_are_of_known_kinds_and_paths_are_whole(mappings: dict[str, Mapping]) -> None:
    for mapping in mappings.values():
        assert set(mapping.entities) <= KINDS
        assert mapping.time or mapping.format == "json"
        fields = [mapping.fields, *(route.fields for route in mapping.routes), mapping.entities]
        for paths in (paths for table in fields for paths in table.values()):
            assert paths
            assert all(split_path(path) and "" not in split_path(path) for path in paths)


def test_no_route_is_there_twice(mappings: dict[str, Mapping]) -> None:
    for mapping in mappings.values():
        seen = [(route.logsource, sorted(route.when.items())) for route in mapping.routes]
        assert all(seen.count(entry) == 1 for entry in seen), mapping.format


def test_both_windows_formats_have_the_same_routes(mappings: dict[str, Mapping]) -> None:
    flat, nested = mappings["windows"], mappings["winlog"]
    assert [(r.logsource, r.when) for r in flat.routes] == [
        (r.logsource, r.when) for r in nested.routes
    ]
    assert [sorted(r.fields) for r in flat.routes] == [sorted(r.fields) for r in nested.routes]


@pytest.mark.parametrize(("format", "event", "source", "fields"), CASES)
def test_an_event_is_of_its_logsource_and_its_fields_are_found(
    mappings: dict[str, Mapping],
    format: str,
    event: dict[str, Any],
    source: dict[str, str],
    fields: dict[str, Any],
) -> None:
    mapping = mappings[format]
    wanted = Logsource(**source)
    routes = [
        route for route in routes_of(mapping, event, Logsource()) if wanted.covers(route.logsource)
    ]
    assert len(routes) >= 1
    for name, value in fields.items():
        assert first(event, mapping.paths(name, routes[0])) == value


def test_a_rule_of_each_logsource_fires_by_every_front_end(
    mappings: dict[str, Mapping], tmp_path: Path
) -> None:
    documents = []
    for number, (_, _, source, fields) in enumerate(CASES):
        selection = {k: v[0] if isinstance(v, list) else v for k, v in fields.items()}
        documents.append(
            {
                "title": f"case {number}",
                "id": f"00000000-0000-4000-8000-{number:012d}",
                "level": "low",
                "logsource": source,
                "detection": {"s": selection or {"no such field": None}, "condition": "s"},
            }
        )
    (tmp_path / "rules.yml").write_text(yaml.safe_dump_all(documents), "utf-8")
    rules = load_rules([tmp_path]).rules
    assert len(rules) == len(CASES)
    detector = SigmaDetector(rules, mappings)
    for number, (format, event, _, _) in enumerate(CASES):
        line = json.dumps(event).encode()
        for rows in (DictRows([event], [line], ["record 0"]), JsonLines([line])):
            found = detector.inspect(Batch("test", format, rows)).findings
            assert f"case {number}" in {finding.rule.title for finding in found}


@pytest.mark.corpus
def test_every_logsource_of_sigmahq_is_mapped_or_must_be_configured(
    mappings: dict[str, Mapping],
) -> None:
    """What no event tells of itself (an application's own log) has to be said in the
    configuration of its source: products and categories below, and nothing else."""
    to_be_configured = {
        *("django", "jvm", "nodejs", "python", "ruby_on_rails", "spring", "sql", "velocity"),
        *("qualys", "paloalto", "fortios", "huawei"),
    }
    known = [route.logsource for mapping in mappings.values() for route in mapping.routes]
    found: set[str] = set()
    for path in corpora.sigmahq().glob("rules*/**/*.yml"):
        source = yaml.load(path.read_bytes(), yaml.CSafeLoader)["logsource"]
        wanted = Logsource(*(source.get(part) for part in ("product", "category", "service")))
        if not any(wanted.covers(logsource) for logsource in known):
            found.add(wanted.product or str(wanted))
    assert found == to_be_configured
