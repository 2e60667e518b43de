"""Events as each format writes them, and what the bundled mappings must make of them."""

from __future__ import annotations

from typing import Any

SYSMON = "Microsoft-Windows-Sysmon/Operational"
POWERSHELL = "Microsoft-Windows-PowerShell/Operational"
DEFENDER = "Microsoft-Windows-Windows Defender/Operational"


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
