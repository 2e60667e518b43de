"""From an operator as written to a test that is ready to run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from vedette.model.errors import ConfigError
from vedette.seclang.ir import Operator, Place
from vedette.seclang.operators.addresses import Addresses, networks_of, networks_of_file
from vedette.seclang.operators.expressions import Expression
from vedette.seclang.operators.fixed import Always, Never, Sqli, Xss
from vedette.seclang.operators.identities import CHECKS, Identity
from vedette.seclang.operators.match import Test
from vedette.seclang.operators.numbers import Number
from vedette.seclang.operators.patterns import Rx, RxGlobal
from vedette.seclang.operators.phrases import Phrases, phrases_of, phrases_of_file
from vedette.seclang.operators.texts import COMPARISONS, Text
from vedette.seclang.operators.validation import ByteRange, UrlEncoding, Utf8Encoding
from vedette.seclang.text import raw, readable

Read = Callable[[str], bytes]
"""The content of a data file by its path. Raises OSError."""

_MACRO = re.compile(r"%\{[A-Za-z]")


def _from_disk(path: str) -> bytes:
    return Path(path).read_bytes()


def make_test(operator: Operator, place: Place, read: Read = _from_disk) -> Test:
    """The operator, ready. Raises ConfigError, with its place, for an argument that can't be
    meant and for a data file that can't be read."""
    try:
        return _made(operator, read)
    except ValueError as error:
        raise ConfigError([f"{place}: {error}"]) from error
    except OSError as error:
        what = f"{error.filename} can't be read: {error.strerror}"
        raise ConfigError([f"{place}: {what}; check the path"]) from error


def check(operator: Operator, read: Read = _from_disk) -> None:
    """Raises ValueError for an argument that can't be meant; cheaper than `make_test`."""
    if operator.name in ("rx", "rxglobal"):
        if not has_macros(operator):
            Expression.of(raw(operator.argument))
    elif operator.name not in ("pm", "pmfromfile", "detectsqli", "detectxss"):
        try:
            _made(operator, read)
        except OSError as error:
            raise ValueError(f"{error.filename} can't be read: {error.strerror}") from error


def has_macros(operator: Operator) -> bool:
    """Whether the argument is another one for each transaction."""
    return _MACRO.search(operator.argument) is not None


def _made(operator: Operator, read: Read) -> Test:
    name, macros = operator.name, has_macros(operator)
    argument = raw(operator.argument)
    if name in COMPARISONS:
        return Text(COMPARISONS[name], argument, macros=macros)
    if name in CHECKS:
        return Identity(CHECKS[name], argument)
    match name:
        case "rx":
            return Rx(argument, macros=macros)
        case "rxglobal":
            return RxGlobal(argument, macros=macros)
        case "eq" | "ge" | "gt" | "le" | "lt":
            return Number(name, argument, macros=macros)
        case "pm":
            return Phrases(phrases_of(argument))
        case "pmfromfile":
            return Phrases(
                [each for path in operator.files for each in phrases_of_file(read(path))]
            )
        case "ipmatch":
            return Addresses(networks_of(operator.argument))
        case "ipmatchfromfile":
            texts = (readable(read(path)) for path in operator.files)
            return Addresses([each for text in texts for each in networks_of_file(text)])
        case "validatebyterange":
            return ByteRange(operator.argument)
        case "validateurlencoding":
            return UrlEncoding()
        case "validateutf8encoding":
            return Utf8Encoding()
        case "unconditionalmatch":
            return Always()
        case "nomatch":
            return Never()
        case "detectsqli" | "detectxss":
            from vedette.seclang import injection

            return Sqli(injection.sqli) if name == "detectsqli" else Xss(injection.xss)
    raise ValueError(f"the operator @{name} is not supported; see the reference")
