"""SecLang as data: what a parsed rule set says, before it is made ready to run."""

from __future__ import annotations

from typing import Literal

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where a directive begins."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Target(msgspec.Struct, frozen=True):
    """One variable of a rule: `ARGS`, `ARGS:name`, `ARGS:/expression/`, `&ARGS`, `!ARGS:name`.

    `name` is in upper case; aliases are resolved. `key` selects one entry of a collection (keys
    are compared without case, as ModSecurity 3 does), `pattern` those whose key it matches. For
    XML, `key` is the XPath expression.
    """

    name: str
    key: str | None = None
    pattern: str | None = None
    counted: bool = False
    excluded: bool = False


class Operator(msgspec.Struct, frozen=True):
    """`name` is in lower case ("rx" where none was written); `argument` as written, with macros.
    `files` are the paths of `@pmFromFile` and its like, found relative to the rule's file."""

    name: str
    argument: str = ""
    negated: bool = False
    files: tuple[str, ...] = ()


class Action(msgspec.Struct, frozen=True):
    """One action that stays in the order written: setvar, ctl, capture, log, tag, msg, ...
    `name` is in lower case, `argument` "" where there is none."""

    name: str
    argument: str = ""


Disruptive = Literal["", "pass", "block", "deny", "drop", "allow", "redirect", "proxy"]


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A SecRule or SecAction (no targets, operator `unconditionalmatch`) with its defaults filled
    in. `links` are the rules chained to it, in order; theirs have no id and no phase of their own.

    `transformations` are in lower case, after `t:none` and SecDefaultAction were applied. `block`
    stands until the default action is known to the engine: `Program.defaults` says what it does.
    """

    id: int
    phase: int
    targets: tuple[Target, ...]
    operator: Operator
    place: Place
    transformations: tuple[str, ...] = ()
    multi_match: bool = False
    disruptive: Disruptive = ""
    disruptive_argument: str = ""
    status: int | None = None
    actions: tuple[Action, ...] = ()
    msg: str = ""
    logdata: str = ""
    severity: int | None = None
    """0 EMERGENCY to 7 DEBUG; `Program` readers print the names."""
    tags: tuple[str, ...] = ()
    ver: str = ""
    rev: str = ""
    maturity: int | None = None
    accuracy: int | None = None
    skip: int = 0
    skip_after: str = ""
    log: bool = True
    auditlog: bool = True
    capture: bool = False
    links: tuple[Rule, ...] = ()


class Marker(msgspec.Struct, frozen=True, tag=True):
    """SecMarker: where skipAfter leads."""

    name: str
    place: Place


class Default(msgspec.Struct, frozen=True):
    """What SecDefaultAction says for a phase: the meaning of `block`, and of silence."""

    disruptive: Disruptive = "pass"
    disruptive_argument: str = ""
    status: int = 403
    log: bool = True
    auditlog: bool = True
    transformations: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True):
    """The directives that are no rules. Sizes in bytes."""

    engine: Literal["on", "off", "detectiononly"] = "detectiononly"
    request_body_access: bool = True
    request_body_limit: int = 13_107_200
    request_body_no_files_limit: int = 131_072
    request_body_limit_action: Literal["reject", "processpartial"] = "reject"
    request_body_json_depth: int = 512
    response_body_access: bool = False
    response_body_limit: int = 524_288
    response_body_limit_action: Literal["reject", "processpartial"] = "processpartial"
    response_body_types: tuple[str, ...] = ("text/plain", "text/html", "text/xml")
    arguments_limit: int = 1_000
    argument_separator: str = "&"
    cookie_format: int = 0
    unicode_map: tuple[str, int] | None = None
    """File and code page of SecUnicodeMapFile."""
    collection_timeout: int = 3_600
    component_signatures: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """Directives that are read, mean nothing here (audit log, temporary folders) and are listed."""


class Program(msgspec.Struct, frozen=True):
    """A whole rule set, exclusions applied. `defaults` by phase, 1 to 5. `sources` are the files
    read, with the SHA-256 of each (rules and their data files): the identity of compiled plans."""

    entries: tuple[Rule | Marker, ...]
    settings: Settings
    defaults: dict[int, Default]
    sources: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()
    """What ModSecurity lets pass but nobody can mean, with places: a skipAfter to no marker, an
    exclusion of no rule."""
