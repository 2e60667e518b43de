"""Zeek logs as JSON: which log a record is of, and its dotted keys nested.

Zeek's JSON writer names the log only where it is told to (`_path`); otherwise it is told from
the fields. Fields that are unset are left out, so each log is known by fields it always has
(Zeek 7 script reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vedette.sources.nesting import nest

_KNOWN_BY: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("conn", ("conn_state",)),
    ("dhcp", ("msg_types",)),
    ("intel", ("seen.indicator",)),
    ("notice", ("note",)),
    ("x509", ("certificate.serial",)),
    ("pe", ("machine", "compile_ts")),
    ("kerberos", ("request_type",)),
    ("dce_rpc", ("endpoint", "operation")),
    ("smb_mapping", ("share_type",)),
    ("smb_files", ("action", "name")),
    ("ntlm", ("server_nb_computer_name",)),
    ("ntlm", ("domainname",)),
    ("rdp", ("security_protocol",)),
    ("rdp", ("cookie",)),
    ("ssh", ("auth_attempts",)),
    ("ssh", ("hassh",)),
    ("ssh", ("direction", "client")),
    ("ssl", ("cipher",)),
    ("ssl", ("established", "resumed")),
    ("smtp", ("trans_depth", "mailfrom")),
    ("smtp", ("trans_depth", "helo")),
    ("http", ("trans_depth", "method")),
    ("http", ("trans_depth", "status_code")),
    ("http", ("trans_depth", "host")),
    ("dns", ("trans_id", "rcode")),
    ("dns", ("trans_id", "query")),
    ("dns", ("query", "qtype")),
    ("ftp", ("command", "user")),
    ("files", ("fuid", "source")),
    ("files", ("fuid", "mime_type")),
    ("software", ("software_type",)),
    ("tunnel", ("tunnel_type",)),
    ("weird", ("name", "notice")),
    ("snmp", ("community",)),
    ("socks", ("request.host",)),
    ("sip", ("call_id",)),
    ("mysql", ("cmd", "arg")),
    ("modbus", ("func",)),
    ("dnp3", ("fc_request",)),
    ("ntp", ("ref_id",)),
    ("dpd", ("analyzer", "failure_reason")),
    ("capture_loss", ("gaps", "acks")),
    ("stats", ("pkts_proc",)),
)


def is_zeek(record: Mapping[str, Any]) -> bool:
    """True for a record that Zeek's JSON writer wrote."""
    if "ts" not in record:
        return "_path" in record and "_write_ts" in record
    if "id.orig_h" in record or "_path" in record:
        return True
    connection = record.get("id")
    if isinstance(connection, dict) and "orig_h" in connection:
        return True
    return "uid" in record and log_of(record) is not None


def log_of(record: Mapping[str, Any]) -> str | None:
    """The name of the log (`conn`, `dns`, ...), None where the fields don't tell."""
    path = record.get("_path")
    if isinstance(path, str):
        return path
    for name, fields in _KNOWN_BY:
        if all(field in record for field in fields):
            return name
    return None


def zeek_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with dotted keys nested and `_path` set where it can be told."""
    nested = nest(record)
    path = log_of(record)
    if path is not None:
        nested["_path"] = path
    return nested
