"""The directives that set something, and those that are left out.

Read and kept in `Settings.others`, because they mean nothing here or belong to what stands around
the rules: the audit and debug logs, folders, uploads, limits of PCRE. Refused, because leaving
them out would change what the rules decide or what the user believes: see REFUSED.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from vedette.seclang.parse.faults import Wrong
from vedette.seclang.parse.lines import Line
from vedette.seclang.parse.names import spelled
from vedette.seclang.parse.words import Word, words

OTHERS: Final = {
    name.lower(): name
    for name in spelled("""SecAuditEngine SecAuditLog SecAuditLog2 SecAuditLogDir SecAuditLogDirMode
    SecAuditLogFileMode SecAuditLogFormat SecAuditLogParts SecAuditLogPrefix
    SecAuditLogRelevantStatus SecAuditLogStorageDir SecAuditLogType SecCacheTransformations
    SecConnEngine SecConnReadStateLimit SecConnWriteStateLimit SecCookieV0Separator SecDataDir
    SecDebugLog SecDebugLogLevel SecDisableBackendCompression SecGeoLookupDb SecGsbLookupDb
    SecHttpBlKey SecInterceptOnError SecPcreMatchLimit SecPcreMatchLimitRecursion
    SecReadStateLimit SecRemoteRulesFailAction SecRequestBodyInMemoryLimit SecRuleInheritance
    SecRulePerfTime SecSensorId SecServerSignature SecStatusEngine SecStreamInBodyInspection
    SecStreamOutBodyInspection SecTmpDir SecTmpSaveUploadedFiles SecUnicodeCodePage
    SecUploadDir SecUploadFileLimit SecUploadFileMode SecUploadKeepFiles SecWebAppId
    SecWriteStateLimit""")
}

REFUSED: Final = {
    "secrulescript": "scripts are not run; write the rule as SecRule",
    "secremoterules": "rules are never fetched over the network; download and review them",
    "secguardianlog": "no program is run on requests",
    "secchrootdir": "start the service in its own container or user instead",
    "sechashkey": "links are not signed here",
    "sechashparam": "links are not signed here",
    "sechashmethodrx": "links are not signed here",
    "sechashmethodpm": "links are not signed here",
    "secdataset": "only Coraza has it; put the words into a file for @pmFromFile",
}

ONLY_OFF: Final = {
    "sechashengine": "links are not signed here",
    "seccontentinjection": "bodies are not rewritten",
    "secxmlexternalentity": "documents that requests name are not loaded",
    "secignorerulecompilationerrors": "a rule set with errors is refused whole",
    "secparsexmlintoargs": "XML is seen through the variable XML",
}
"""Directives that may stand there as long as they are off."""

_NUMBERS: Final = {
    "secrequestbodylimit": "request_body_limit",
    "secrequestbodynofileslimit": "request_body_no_files_limit",
    "secrequestbodyjsondepthlimit": "request_body_json_depth",
    "secresponsebodylimit": "response_body_limit",
    "secargumentslimit": "arguments_limit",
    "seccollectiontimeout": "collection_timeout",
}
_CHOICES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "secruleengine": ("engine", {"on": "on", "off": "off", "detectiononly": "detectiononly"}),
    "secrequestbodyaccess": ("request_body_access", {"on": True, "off": False}),
    "secresponsebodyaccess": ("response_body_access", {"on": True, "off": False}),
    "secrequestbodylimitaction": (
        "request_body_limit_action",
        {"reject": "reject", "processpartial": "processpartial"},
    ),
    "secresponsebodylimitaction": (
        "response_body_limit_action",
        {"reject": "reject", "processpartial": "processpartial"},
    ),
    "seccookieformat": ("cookie_format", {"0": 0, "1": 1}),
}
LARGEST: Final = 2**40

Find = Callable[[str, int], str | None]


class SettingsDraft:
    """The settings so far; the later directive wins, as in ModSecurity."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.others: list[tuple[str, str]] = []
        self.signatures: list[str] = []

    def take(self, line: Line, find: Find) -> bool:
        """Read one directive; False where it is none of these. Raises Wrong."""
        name = line.name.lower()
        if name in REFUSED:
            raise Wrong(0, f"{line.name} is not supported: {REFUSED[name]}")
        if name in OTHERS:
            self.others.append((OTHERS[name], line.text[line.at :].strip()))
            return True
        given = words(line.text, line.at)
        if name in ONLY_OFF:
            if given and given[0].text.lower() != "off":
                raise Wrong(given[0].at, f"{line.name} is not supported: {ONLY_OFF[name]}")
            return True
        if name in _NUMBERS:
            self.values[_NUMBERS[name]] = _number(_one(line, given))
        elif name in _CHOICES:
            field, choices = _CHOICES[name]
            word = _one(line, given)
            if word.text.lower() not in choices:
                raise Wrong(word.at, f"{line.name} is one of {', '.join(choices)}")
            self.values[field] = choices[word.text.lower()]
        elif name == "seccomponentsignature":
            self.signatures.append(_one(line, given).text)
        elif name == "secargumentseparator":
            word = _one(line, given)
            if len(word.text) != 1 or not word.text.isascii():
                raise Wrong(word.at, "SecArgumentSeparator is one ASCII character")
            self.values["argument_separator"] = word.text
        elif name == "secresponsebodymimetype":
            self._types(given)
        elif name == "secresponsebodymimetypesclear":
            self.values["response_body_types"] = ()
        elif name == "secunicodemapfile":
            self._unicode_map(line, given, find)
        else:
            return False
        return True

    def _types(self, given: list[Word]) -> None:
        have: tuple[str, ...] = self.values.get("response_body_types", ())
        more = (each.lower() for word in given for each in word.text.split())
        self.values["response_body_types"] = tuple(dict.fromkeys((*have, *more)))

    def _unicode_map(self, line: Line, given: list[Word], find: Find) -> None:
        if len(given) != 2 or not given[1].text.isdecimal():
            raise Wrong(line.at, "SecUnicodeMapFile needs a file and the number of a code page")
        path = find(given[0].text, given[0].at)
        if path is not None:
            self.values["unicode_map"] = (path, _number(given[1]))


def _one(line: Line, given: list[Word]) -> Word:
    if len(given) != 1:
        raise Wrong(line.at, f"{line.name} needs one value, not {len(given)}")
    return given[0]


def _number(word: Word) -> int:
    text = word.text
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST):
        raise Wrong(word.at, f"a number up to {LARGEST} was expected, not {text[:40]!r}")
    return int(text)
