"""The bundled field mappings: what they promise, on events as each format writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import corpora
from oracle.evaluate import first, routes_of
from vedette.model.batch import Batch, DictRows, JsonLines
from vedette.model.logsource import Logsource
from vedette.sigma.detector import SigmaDetector
from vedette.sigma.load import load_rules
from vedette.sigma.mapping import Mapping, load_mappings, split_path

FOLDER = corpora.REPOSITORY / "content" / "mappings"
FORMATS = [
    *("access", "auditd", "json", "osquery", "suricata"),
    *("syslog", "sysmon-linux", "windows", "winlog", "zeek"),
]
KINDS = {
    *("person", "mailbox", "host", "account", "process", "hash", "document"),
    *("domain", "address", "url", "certificate", "tag", "package"),
}
SYSMON = "Microsoft-Windows-Sysmon/Operational"
POWERSHELL = "Microsoft-Windows-PowerShell/Operational"
DEFENDER = "Microsoft-Windows-Windows Defender/Operational"


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


def windows(channel: str, event_id: int, provider: str = "P", **data: Any) -> dict[str, Any]:
    return {"Channel": channel, "EventID": event_id, "Provider_Name": provider, **data}


def winlog(channel: str, event_id: int, provider: str = "P", **data: Any) -> dict[str, Any]:
    inner = {"channel": channel, "event_id": event_id, "provider_name": provider}
    return {"winlog": {**inner, "event_data": data}}


CASES: list[tuple[str, dict[str, Any], dict[str, str], dict[str, Any]]] = [
    # format, event, a logsource that it must be of, Sigma fields and their values there
    *(
        ("windows", windows(SYSMON, event_id), {"product": "windows", "category": category}, {})
        for category, event_ids in {
            "process_creation": [1],
            "file_change": [2],
            "network_connection": [3],
            "sysmon_status": [4, 16],
            "process_termination": [5],
            "driver_load": [6],
            "image_load": [7],
            "create_remote_thread": [8],
            "raw_access_thread": [9],
            "process_access": [10],
            "file_event": [11],
            "registry_add": [12],
            "registry_delete": [12],
            "registry_set": [13],
            "registry_rename": [14],
            "registry_event": [12, 13, 14],
            "create_stream_hash": [15],
            "pipe_created": [17, 18],
            "wmi_event": [19, 20, 21],
            "dns_query": [22],
            "file_delete": [23, 26],
            "clipboard_capture": [24],
            "process_tampering": [25],
            "file_block_executable": [27],
            "file_block_shredding": [28],
            "file_executable_detected": [29],
            "sysmon_error": [255],
        }.items()
        for event_id in event_ids
    ),
    (
        "windows",
        windows(
            "Security",
            4688,
            NewProcessName="C:\\new.exe",
            ParentProcessName="C:\\old.exe",
            NewProcessId="0x2",
            ProcessId="0x1",
            SubjectUserName="ann",
            MandatoryLabel="S-1-16-12288",
            CommandLine="new /x",
        ),
        {"product": "windows", "category": "process_creation"},
        {
            "Image": "C:\\new.exe",
            "ParentImage": "C:\\old.exe",
            "ProcessId": "0x2",
            "ParentProcessId": "0x1",
            "User": "ann",
            "IntegrityLevel": "S-1-16-12288",
            "CommandLine": "new /x",
        },
    ),
    (
        "windows",
        windows("security", 4688, NewProcessName="x", ProcessId="0x1"),
        {"product": "windows", "service": "security"},
        {"NewProcessName": "x", "ProcessId": "0x1", "Image": None},
    ),
    (
        "windows",
        windows("Security", 4657, ObjectName="\\REGISTRY\\MACHINE\\S", NewValue="1"),
        {"product": "windows", "category": "registry_event"},
        {"TargetObject": "\\REGISTRY\\MACHINE\\S", "Details": "1"},
    ),
    (
        "windows",
        windows("MICROSOFT-WINDOWS-POWERSHELL/OPERATIONAL", 4104, ScriptBlockText="iex"),
        {"product": "windows", "category": "ps_script"},
        {"ScriptBlockText": "iex"},
    ),
    (
        "windows",
        {"Channel": "PowerShellCore/Operational", "EventID": "4103", "Payload": "p"},
        {"product": "windows", "category": "ps_module"},
        {"Payload": "p"},
    ),
    (
        "windows",
        {"Channel": "Windows PowerShell", "EventID": 400, "Message": "HostName=x"},
        {"product": "windows", "category": "ps_classic_start"},
        {"Data": "HostName=x"},
    ),
    (
        "windows",
        windows(DEFENDER, 1116, **{"Threat Name": "T", "Source Name": "AMSI", "Path": "C:\\p"}),
        {"product": "windows", "service": "windefend"},
        {"ThreatName": "T", "SourceName": "AMSI"},
    ),
    (
        "windows",
        windows(DEFENDER, 1116, **{"Threat Name": "T", "Path": "C:\\p"}),
        {"category": "antivirus"},
        {"Signature": "T", "Filename": "C:\\p"},
    ),
    (
        "windows",
        {"Channel": "System", "EventID": 104, "SourceName": "L", "UserData_Channel": "Security"},
        {"product": "windows", "service": "system"},
        {"Provider_Name": "L", "Channel": "Security"},
    ),
    (
        "windows",
        windows("Microsoft-Windows-Kernel-File/Analytic", 12, "Microsoft-Windows-Kernel-File"),
        {"product": "windows", "category": "file_access"},
        {},
    ),
    (
        "winlog",
        winlog(SYSMON, 1, Image="C:\\a.exe"),
        {"product": "windows", "category": "process_creation"},
        {"Image": "C:\\a.exe", "EventID": 1, "Channel": SYSMON, "Provider_Name": "P"},
    ),
    (
        "winlog",
        {
            "winlog": {"channel": SYSMON, "event_id": "1"},
            "process": {"executable": "C:\\a.exe", "parent": {"executable": "C:\\b.exe"}},
        },
        {"product": "windows", "category": "process_creation"},
        {"Image": "C:\\a.exe", "ParentImage": "C:\\b.exe"},
    ),
    (
        "winlog",
        winlog("Security", 4688, NewProcessName="C:\\new.exe"),
        {"product": "windows", "category": "process_creation"},
        {"Image": "C:\\new.exe"},
    ),
    (
        "sysmon-linux",
        {"EventID": 1, "Image": "/bin/sh", "Channel": "Linux-Sysmon/Operational"},
        {"product": "linux", "category": "process_creation"},
        {"Image": "/bin/sh"},
    ),
    (
        "auditd",
        {
            "type": "SYSCALL",
            "types": ["SYSCALL", "EXECVE", "PATH"],
            "argc": "2",
            "a0": "dd",
            "cmdline": "dd if=x",
            "exe": "/bin/dd",
            "name": ["/bin/dd", "/lib/ld.so"],
            "nametype": ["NORMAL"],
        },
        {"product": "linux", "category": "process_creation"},
        {"Image": "/bin/dd", "CommandLine": "dd if=x"},
    ),
    (
        "auditd",
        {"type": "SYSCALL", "types": ["SYSCALL", "EXECVE"], "a0": "dd"},
        {"product": "linux", "service": "auditd"},
        {"type": ["SYSCALL", "EXECVE"], "a0": "dd"},
    ),
    (
        "auditd",
        {"type": "SYSCALL", "name": ["/etc", "/etc/x"], "nametype": ["PARENT", "CREATE"]},
        {"product": "linux", "category": "file_event"},
        {"TargetFilename": ["/etc", "/etc/x"]},
    ),
    (
        "auditd",
        {"type": "SYSCALL", "syscall": "42", "syscall_name": "connect", "saddr_addr": "192.0.2.1"},
        {"product": "linux", "category": "network_connection"},
        {"DestinationIp": "192.0.2.1"},
    ),
    ("syslog", {"appname": "sshd", "message": "x"}, {"product": "linux", "service": "sshd"}, {}),
    ("syslog", {"appname": "SUDO", "message": "x"}, {"product": "linux", "service": "sudo"}, {}),
    ("syslog", {"facility": 10, "message": "x"}, {"product": "linux", "service": "auth"}, {}),
    ("syslog", {"appname": "CRON", "message": "x"}, {"product": "linux", "service": "cron"}, {}),
    ("syslog", {"appname": "clamd"}, {"product": "linux", "service": "clamav"}, {}),
    ("syslog", {"appname": "%SYS-5-CONFIG_I"}, {"product": "cisco", "service": "aaa"}, {}),
    (
        "suricata",
        {"event_type": "dns", "dns": {"queries": [{"rrname": "a.example", "rrtype": "TXT"}]}},
        {"category": "dns"},
        {"query": ["a.example"], "record_type": ["TXT"]},
    ),
    (
        "suricata",
        {"event_type": "http", "http": {"url": "/a?b", "http_method": "GET", "status": 200}},
        {"category": "webserver"},
        {"cs-uri-query": "/a?b", "cs-method": "GET", "sc-status": 200},
    ),
    (
        "suricata",
        {"event_type": "http", "http": {"http_user_agent": "curl"}},
        {"category": "proxy"},
        {"c-useragent": "curl"},
    ),
    (
        "suricata",
        {"event_type": "alert", "alert": {"signature": "s"}},
        {"product": "suricata", "service": "alert"},
        {"alert.signature": "s"},
    ),
    (
        "zeek",
        {"_path": "dns", "query": "a.example", "answers": ["1.2.3.4"], "id": {"orig_h": "::1"}},
        {"category": "dns"},
        {"query": "a.example", "answer": ["1.2.3.4"], "src_ip": "::1"},
    ),
    (
        "zeek",
        {"_path": "rdp", "id": {"orig_h": "10.0.0.1"}},
        {"product": "zeek", "service": "rdp"},
        {"id.orig_h": "10.0.0.1"},
    ),
    (
        "zeek",
        {"_path": "http", "uri": "/x", "user_agent": "a"},
        {"category": "proxy"},
        {"c-uri": "/x", "c-useragent": "a"},
    ),
    (
        "access",
        {"cs-uri": "/p/../x?q=1", "cs-uri-query": "q=1", "cs-uri-stem": "/p/../x"},
        {"category": "webserver"},
        {"cs-uri-query": "/p/../x?q=1", "cs-uri-stem": "/p/../x"},
    ),
    ("access", {"cs-user-agent": "curl"}, {"category": "proxy"}, {"c-useragent": "curl"}),
    (
        "osquery",
        {"name": "n", "columns": {"path": "/bin/a", "cmdline": "a b", "syscall": "execve"}},
        {"product": "linux", "category": "process_creation"},
        {"Image": "/bin/a", "CommandLine": "a b"},
    ),
    (
        "osquery",
        {"name": "n", "columns": {"path": "/bin/a", "cmdline": "a b", "event_type": "exec"}},
        {"product": "macos", "category": "process_creation"},
        {"Image": "/bin/a", "CommandLine": "a b"},
    ),
    (
        "osquery",
        {"columns": {"path": "/bin/a", "action": "connect", "remote_address": "192.0.2.1"}},
        {"product": "linux", "category": "network_connection"},
        {"DestinationIp": "192.0.2.1"},
    ),
    (
        "osquery",
        {"columns": {"target_path": "/etc/cron.d/x", "action": "CREATED"}},
        {"product": "linux", "category": "file_event"},
        {"TargetFilename": "/etc/cron.d/x"},
    ),
    (
        "json",
        {"eventVersion": "1.08", "eventType": "AwsApiCall", "eventName": "DeleteTrail"},
        {"product": "aws", "service": "cloudtrail"},
        {"eventName": "DeleteTrail"},
    ),
    (
        "json",
        {"category": "SignInLogs", "resultType": "50057", "properties": {"appId": "x"}},
        {"product": "azure", "service": "signinlogs"},
        {"ResultType": "50057", "AppId": "x"},
    ),
    (
        "json",
        {"Type": "AuditLogs", "OperationName": "Add user"},
        {"product": "azure", "service": "auditlogs"},
        {"operationName": "Add user"},
    ),
    (
        "json",
        {"category": "Administrative", "operationName": {"value": "A/B/WRITE"}},
        {"product": "azure", "service": "activitylogs"},
        {"operationName": "A/B/WRITE"},
    ),
    (
        "json",
        {
            "protoPayload": {
                "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                "methodName": "storage.buckets.delete",
            }
        },
        {"product": "gcp", "service": "gcp.audit"},
        {"gcp.audit.method_name": "storage.buckets.delete"},
    ),
    (
        "json",
        {"legacyEventType": "core.x", "eventType": "user.session.start"},
        {"product": "okta", "service": "okta"},
        {"eventType": "user.session.start"},
    ),
    (
        "json",
        {"Workload": "Exchange", "Operation": "New-InboxRule"},
        {"product": "m365", "service": "audit"},
        {"Operation": "New-InboxRule"},
    ),
    (
        "json",
        {"apiVersion": "audit.k8s.io/v1", "verb": "list", "objectRef": {"resource": "secrets"}},
        {"product": "kubernetes", "category": "application", "service": "audit"},
        {"objectRef.resource": "secrets"},
    ),
    (
        "json",
        {"_document_id": "x", "action": "repo.archived"},
        {"product": "github", "service": "audit"},
        {"action": "repo.archived"},
    ),
    (
        "json",
        {"auditType": {"category": "Permissions", "action": "a"}},
        {"product": "bitbucket", "service": "audit"},
        {"auditType.action": "a"},
    ),
    ("json", {"event_type_id": 13}, {"product": "onelogin", "service": "onelogin.events"}, {}),
    (
        "json",
        {"logtype": 5004, "node_id": "n"},
        {"product": "opencanary", "category": "application"},
        {"logtype": 5004},
    ),
]


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
