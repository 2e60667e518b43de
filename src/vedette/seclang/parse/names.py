"""The words of the language: variables, operators, transformations, actions.

From the reference manual of ModSecurity 3 and the grammar of libmodsecurity 3.0.15. What stands
in a table of refusals is known and left out on purpose; the text says why.
"""

from __future__ import annotations

from typing import Final


def spelled(text: str) -> list[str]:
    """The words of a list that is too long to stand in quotes one by one."""
    return text.split()


COLLECTIONS: Final = frozenset(
    spelled("""
    ARGS ARGS_GET ARGS_GET_NAMES ARGS_NAMES ARGS_POST ARGS_POST_NAMES ENV FILES FILES_NAMES
    FILES_SIZES FILES_TMPNAMES FILES_TMP_CONTENT GLOBAL IP MATCHED_VARS MATCHED_VARS_NAMES
    MULTIPART_FILENAME MULTIPART_NAME MULTIPART_PART_HEADERS REQUEST_COOKIES
    REQUEST_COOKIES_NAMES REQUEST_HEADERS REQUEST_HEADERS_NAMES RESOURCE RESPONSE_HEADERS
    RESPONSE_HEADERS_NAMES RULE SESSION TX USER XML""")
)
"""Variables with keys."""

SCALARS: Final = frozenset(
    spelled("""
    ARGS_COMBINED_SIZE AUTH_TYPE DURATION FILES_COMBINED_SIZE FULL_REQUEST FULL_REQUEST_LENGTH
    HIGHEST_SEVERITY INBOUND_DATA_ERROR MATCHED_VAR MATCHED_VAR_NAME MODSEC_BUILD
    MULTIPART_BOUNDARY_QUOTED MULTIPART_BOUNDARY_WHITESPACE MULTIPART_CRLF_LF_LINES
    MULTIPART_DATA_AFTER MULTIPART_DATA_BEFORE MULTIPART_FILE_LIMIT_EXCEEDED
    MULTIPART_HEADER_FOLDING MULTIPART_INVALID_HEADER_FOLDING MULTIPART_INVALID_PART
    MULTIPART_INVALID_QUOTING MULTIPART_LF_LINE MULTIPART_MISSING_SEMICOLON
    MULTIPART_STRICT_ERROR MULTIPART_UNMATCHED_BOUNDARY OUTBOUND_DATA_ERROR PATH_INFO
    QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_PORT REMOTE_USER REQBODY_ERROR
    REQBODY_ERROR_MSG REQBODY_PROCESSOR REQUEST_BASENAME REQUEST_BODY REQUEST_BODY_LENGTH
    REQUEST_FILENAME REQUEST_LINE REQUEST_METHOD REQUEST_PROTOCOL REQUEST_URI REQUEST_URI_RAW
    RESPONSE_BODY RESPONSE_CONTENT_LENGTH RESPONSE_CONTENT_TYPE RESPONSE_PROTOCOL
    RESPONSE_STATUS SERVER_ADDR SERVER_NAME SERVER_PORT SESSIONID STATUS STATUS_LINE TIME
    TIME_DAY TIME_EPOCH TIME_HOUR TIME_MIN TIME_MON TIME_SEC TIME_WDAY TIME_YEAR UNIQUE_ID
    URLENCODED_ERROR USERID WEBAPPID""")
)

ALIASES: Final = {
    "MULTIPART_SEMICOLON_MISSING": "MULTIPART_MISSING_SEMICOLON",
    "REQBODY_PROCESSOR_ERROR": "REQBODY_ERROR",
    "REQBODY_PROCESSOR_ERROR_MSG": "REQBODY_ERROR_MSG",
    "REQUEST_XML": "XML",
}
"""Other names of the same variable."""

REFUSED_VARIABLES: Final = {
    "GEO": "there is no @geoLookup here that would fill it",
    "WEBSERVER_ERROR_LOG": "libmodsecurity does not have it either",
    "RESPONSE_XML": "responses are not parsed",
    "RESPONSE_ARGS": "responses are not parsed",
    "STREAM_INPUT_BODY": "only ModSecurity 2 has it; use REQUEST_BODY",
    "STREAM_OUTPUT_BODY": "only ModSecurity 2 has it; use RESPONSE_BODY",
    "USERAGENT_IP": "only ModSecurity 2 has it; use REMOTE_ADDR",
    "SDBM_DELETE_ERROR": "only ModSecurity 2 has it",
    **dict.fromkeys(
        spelled("""
        SCRIPT_BASENAME SCRIPT_FILENAME SCRIPT_GID SCRIPT_GROUPNAME SCRIPT_MODE
        SCRIPT_UID SCRIPT_USERNAME CONTEXT_ID PERF_ALL PERF_COMBINED PERF_GC PERF_LOGGING
        PERF_PHASE1 PERF_PHASE2 PERF_PHASE3 PERF_PHASE4 PERF_PHASE5 PERF_RULES PERF_SREAD
        PERF_SWRITE"""),
        "it belongs to Apache and to ModSecurity 2",
    ),
}

WRITABLE: Final = frozenset({"TX", "IP", "GLOBAL", "SESSION", "USER", "RESOURCE"})
"""Collections that setvar and expirevar change."""

OPERATORS: Final = {
    **dict.fromkeys(
        spelled("""rx rxglobal pm pmfromfile contains containsword strmatch within streq beginswith
        endswith eq ge gt le lt ipmatch ipmatchfromfile validatebyterange verifycc verifyssn
        verifycpf verifysvnr"""),
        True,
    ),
    **dict.fromkeys(
        spelled("""validateurlencoding validateutf8encoding unconditionalmatch nomatch detectsqli
        detectxss"""),
        False,
    ),
}
"""Whether an operator takes an argument."""

OPERATOR_ALIASES: Final = {"pmf": "pmfromfile", "ipmatchf": "ipmatchfromfile"}

WITH_FILES: Final = frozenset({"pmfromfile", "ipmatchfromfile"})

REFUSED_OPERATORS: Final = {
    "inspectfile": "no program is run on requests; scan uploads by a service of their own",
    "fuzzyhash": "it needs ssdeep, which libmodsecurity is mostly built without",
    "geolookup": "there is no geographic database here",
    "gsblookup": "Google closed that interface",
    "rbl": "no names are looked up while a request waits",
    "rsub": "bodies are not rewritten",
    "validatedtd": "documents that requests name are not loaded",
    "validateschema": "schemas are not supported",
    "validatehash": "links are not signed here",
    "validatenid": "only Coraza has it; use @verifySSN or @verifyCPF",
    "restpath": "only Coraza has it; use @rx on REQUEST_FILENAME",
}

TRANSFORMATIONS: Final = frozenset(
    spelled("""base64decode base64decodeext base64encode cmdline compresswhitespace cssdecode
    escapeseqdecode hexdecode hexencode htmlentitydecode jsdecode length lowercase md5
    normalizepath normalizepathwin parityeven7bit parityodd7bit parityzero7bit removecomments
    removecommentschar removenulls removewhitespace replacecomments replacenulls sha1
    sqlhexdecode trim trimleft trimright uppercase urldecode urldecodeuni urlencode
    utf8tounicode""")
)

TRANSFORMATION_ALIASES: Final = {
    "normalisepath": "normalizepath",
    "normalisepathwin": "normalizepathwin",
}

SEVERITIES: Final = (
    "EMERGENCY",
    "ALERT",
    "CRITICAL",
    "ERROR",
    "WARNING",
    "NOTICE",
    "INFO",
    "DEBUG",
)

PHASES: Final = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "request": 2, "response": 4, "logging": 5}

DISRUPTIVE: Final = frozenset({"pass", "block", "deny", "drop", "allow", "redirect", "proxy"})

KEPT: Final = frozenset(
    spelled("""setvar expirevar initcol ctl setuid setsid setrsc setenv xmlns sanitisearg
    sanitisematched sanitisematchedbytes sanitiserequestheader sanitiseresponseheader""")
)
"""Actions that `Rule.actions` holds, in the order written."""

REFUSED_ACTIONS: Final = {
    "exec": "no program is run on requests",
    "pause": "no request is made to wait",
    "append": "bodies are not rewritten",
    "prepend": "bodies are not rewritten",
    "deprecatevar": "libmodsecurity does not have it either; use expirevar",
    "logmarker": "it is not an action; use SecMarker",
}

CONTROLS: Final = {
    name.lower(): name
    for name in spelled("""auditEngine auditLogParts debugLogLevel forceRequestBodyVariable
    requestBodyAccess requestBodyProcessor ruleEngine ruleRemoveById ruleRemoveByMsg
    ruleRemoveByTag ruleRemoveTargetById ruleRemoveTargetByMsg ruleRemoveTargetByTag""")
}
"""Options of ctl, in lower case, and as they are spelled."""

REFUSED_CONTROLS: Final = {
    "requestbodylimit": "libmodsecurity does not have it either; use SecRequestBodyLimit",
    "responsebodyaccess": "libmodsecurity does not have it either; use SecResponseBodyAccess",
    "responsebodylimit": "libmodsecurity does not have it either; use SecResponseBodyLimit",
    "hashengine": "links are not signed here",
    "hashenforcement": "links are not signed here",
}
