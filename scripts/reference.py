"""Write the generated parts of docs/reference from the code.

Usage: python scripts/reference.py [--check]

Each page keeps its hand-written text; what stands between the marks `<!-- generated -->` and
`<!-- end generated -->` is replaced. With --check nothing is written and the exit code is 1 where a
page is not as the code says.
"""

from __future__ import annotations

import difflib
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import click
import msgspec
from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from vedette import cli
from vedette.console.screens import table
from vedette.console.table import API, View
from vedette.engine.config import types as config_types
from vedette.engine.config.schema import Config
from vedette.engine.config.units import format_duration, format_size, parse_duration, parse_size
from vedette.engine.embedded.metrics import METRICS
from vedette.lure.features import load_features
from vedette.lure.scoring.weights import load_weights
from vedette.seclang.parse import names as seclang
from vedette.seclang.parse import settings as directives

ROOT: Final = Path(__file__).resolve().parent.parent
REFERENCE: Final = ROOT / "docs" / "reference"
LURES: Final = ROOT / "content" / "lures"
BEGIN: Final = "<!-- generated -->"
END: Final = "<!-- end generated -->"

EXIT_CODES: Final = {
    "FINE": "Fine: nothing found, every check passed.",
    "FOUND": "Findings, or failed checks. `vedette search`: nothing was found.",
    "USAGE": "Wrong usage or a faulty configuration; the lines on standard error say what to do.",
    "PARTIAL": "Partial: some of the sources could not be read.",
}
SIGNAL_CODES: Final = (
    (130, "Interrupted with Ctrl-C."),
    (143, "Ended by SIGTERM."),
    (141, "The reader of the output has gone away, as with `\\| head`."),
)

KINDS: Final[dict[Any, str]] = {
    parse_duration: "duration",
    parse_size: "size",
    config_types.parse_address: "address",
    config_types._path: "path",
    config_types._glob: "path or glob",
    config_types._secret: "secret",
    config_types._header: "text or secret",
}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before what is in them."""
    yield from _commands(cli.command, "vedette")


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None, f"{name} {child} is listed but not there"
            yield from _commands(found, f"{name} {child}")


def commands_page() -> Iterator[str]:
    """docs/reference/commands.md"""
    for name, command in commands():
        yield f"## `{name}`"
        yield ""
        yield " ".join((command.help or "").split("\f")[0].split("\n\n")[0].split())
        for paragraph in (command.help or "").split("\n\n")[1:]:
            yield ""
            yield " ".join(paragraph.split())
        yield ""
        if isinstance(command, click.Group):
            context = click.Context(command)
            names = command.list_commands(context)
            yield "Commands: " + ", ".join(
                f"[`{child}`](#{name.replace(' ', '-')}-{child})" for child in names
            )
            yield ""
        else:
            context = click.Context(command, info_name=name)
            usage = command.get_usage(context).removeprefix("Usage: ")
            yield f"    {' '.join(usage.split())}"
            yield ""
        options = [one for one in command.params if isinstance(one, click.Option)]
        if options:
            yield "| option | meaning |"
            yield "|---|---|"
            for option in options:
                yield f"| {_option(option)} | {_escaped(_meaning(option))} |"
            yield ""


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{one}`" for one in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    metavar = option.make_metavar(click.Context(click.Command("x")))
    if isinstance(option.type, click.Choice):
        metavar = "\\|".join(str(one) for one in option.type.choices)
    return f"{names} {metavar}"


def _meaning(option: click.Option) -> str:
    parts = [option.help or ("The form of what is printed." if option.name == "output" else "")]
    default = option.default
    if isinstance(default, (str, int, float)) and not isinstance(default, bool) and default != "":
        parts.append(f"Default: `{default}`.")
    elif option.secondary_opts:
        parts.append(f"Default: `{(option.opts if default else option.secondary_opts)[0]}`.")
    if option.required:
        parts.append("Required.")
    if option.envvar:
        parts.append(f"Also from the environment: `{option.envvar}`.")
    return " ".join(part for part in parts if part)


def configuration_page() -> Iterator[str]:
    """docs/reference/configuration.md"""
    for title, model in sections():
        yield f"## {title}"
        yield ""
        yield " ".join((model.__doc__ or "").split())
        yield ""
        yield "| key | value | default | meaning |"
        yield "|---|---|---|---|"
        for name, info in model.model_fields.items():
            key = info.alias or name
            value = _escaped(_kind(info.annotation, info.metadata))
            yield (f"| `{key}` | {value} | {_default(info)} | {_escaped(info.description or '')} |")
        yield ""


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every part of the configuration with its title: `store`, `sources: kind file`, ..."""
    yield from _sections(Config, "")


def _sections(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    yield (f"`{path}`" if path else "The whole file"), model
    for name, info in model.model_fields.items():
        key = info.alias or name
        inner = f"{path}.{key}" if path else key
        for found, is_list in _models(info.annotation):
            kind = found.model_fields.get("kind")
            place = f"{inner}[]" if is_list else inner
            if kind is not None:
                place += f" (kind: {typing.get_args(kind.annotation)[0]})"
            yield from _sections(found, place)


def _models(annotation: Any, in_list: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, in_list
        return
    in_list = in_list or typing.get_origin(annotation) is list
    for argument in typing.get_args(annotation):
        if not isinstance(argument, FieldInfo):
            yield from _models(argument, in_list)


def _kind(annotation: Any, metadata: Any = ()) -> str:
    for one in metadata:
        if isinstance(one, BeforeValidator) and one.func in KINDS:
            return KINDS[one.func]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0], arguments[1:])
    if origin is Literal:
        return " | ".join(f"`{one}`" for one in arguments)
    if origin is list:
        models = list(_models(arguments[0]))
        return "list, see below" if models else f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"map of {_kind(arguments[0])} to {_kind(arguments[1])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(one) for one in arguments)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "map, see below"
    known = {str: "text", int: "number", float: "number", bool: "true, false", type(None): "null"}
    return known[annotation]


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    if info.default_factory is not None:
        return "empty" if _kind(info.annotation, info.metadata) != "map, see below" else "see below"
    value = info.default
    if value is None:
        return "none"
    kind = _kind(info.annotation, info.metadata)
    if "duration" in kind:
        value = format_duration(value)
    elif "size" in kind:
        value = format_size(value)
    elif isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`"


def metrics_page() -> Iterator[str]:
    """docs/reference/metrics.md"""
    yield "| metric | kind | label | meaning |"
    yield "|---|---|---|---|"
    for one in METRICS:
        label = f"`{one.label}`" if one.label else ""
        yield f"| `{one.name}` | {one.kind} | {label} | {_escaped(one.help)} |"


def lures_page() -> Iterator[str]:
    """docs/reference/lures.md"""
    features = load_features(LURES / "features.yml")
    weights = load_weights(LURES / "weights.json", features)
    yield f"Fitted on {weights.fitted_on or 'nothing yet: these are the weights people gave'}."
    yield (
        f"The addition begins at {weights.bias:+.2f}: {weights.base_rate:.0%} of job mail are taken"
        f" to be lures. *Lure* from {weights.lure:.1%}, *suspicious* from {weights.suspicious:.1%}."
    )
    yield ""
    yield "| feature | weight | given | group | ATT&CK | what people are told |"
    yield "|---|---:|---:|---|---|---|"
    for name, one in features.by_name.items():
        mark = " **!**" if one.contradiction else ""
        says = _escaped(one.says)
        if one.all_of:
            parts = " and ".join(part.replace("|", " or ") for part in one.all_of)
            says += f" ({parts})"
        yield (
            f"| `{name}`{mark} | {weights.weights[name]:+.2f} | {one.prior:+.1f} | {one.group} "
            f"| {one.technique} | {says} |"
        )


def api_page() -> Iterator[str]:
    yield "| operation | role | scope | does |"
    yield "|---|---|---|---|"
    operations = [
        (entry.path, "GET" if isinstance(entry, View) else "POST", entry)
        for entry in table()
        if entry.api
    ]
    for path, method, entry in sorted(operations, key=lambda one: one[:2]):
        plain = path.replace(":path}", "}")
        yield (
            f"| `{method} {API}{plain}` | {entry.role} | `{entry.scope}` "
            f"| {_escaped(entry.summary)} |"
        )


def console_page() -> Iterator[str]:
    yield "| page | address | role | in the address |"
    yield "|---|---|---|---|"
    for view in sorted(table().views, key=lambda one: one.path):
        if view.template is None and view.produce is None:
            continue
        path = view.path.replace(":path}", "}")
        parameters = [
            _parameter(field.encode_name, field.type)
            for field in msgspec.structs.fields(view.query)
            if f"{{{field.encode_name}}}" not in path
        ]
        said = ", ".join(parameters) or "-"
        yield f"| {_escaped(view.summary)} | `{path}` | {view.role} | {said} |"


def _parameter(name: str, kind: Any) -> str:
    values = [each for each in _literals(kind) if each]
    return f"`{name}` ({', '.join(values)})" if values else f"`{name}`"


def _literals(kind: Any) -> Iterator[str]:
    if typing.get_origin(kind) is Literal:
        yield from map(str, typing.get_args(kind))
    else:
        for part in typing.get_args(kind):
            yield from _literals(part)


def exit_codes() -> dict[int, str]:
    """The exit codes that the command line names, with their meaning."""
    found = {getattr(cli, name): text for name, text in EXIT_CODES.items()}
    return found | dict(SIGNAL_CODES)


def exit_codes_page() -> Iterator[str]:
    """docs/reference/exit-codes.md"""
    yield "| code | meaning |"
    yield "|---:|---|"
    for code, text in sorted(exit_codes().items()):
        yield f"| {code} | {text} |"


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


SPELLED: Final = """
SecRemoteRules SecRuleScript SecGuardianLog SecChrootDir SecHashKey SecHashParam SecHashMethodRx
SecHashMethodPm SecDataset SecHashEngine SecContentInjection SecXmlExternalEntity
SecIgnoreRuleCompilationErrors SecParseXmlIntoArgs inspectFile fuzzyHash geoLookup gsbLookup rbl
rsub validateDTD validateSchema validateHash validateNid restpath requestBodyLimit
responseBodyAccess responseBodyLimit hashEngine hashEnforcement exec pause append prepend
deprecatevar logmarker rx rxGlobal pm pmFromFile contains containsWord strmatch within streq
beginsWith endsWith eq ge gt le lt ipMatch ipMatchFromFile validateByteRange verifyCC verifySSN
verifyCPF verifySVNR validateUrlEncoding validateUtf8Encoding unconditionalMatch noMatch
detectSQLi detectXSS pmf ipMatchF base64Decode base64DecodeExt base64Encode cmdLine
compressWhitespace cssDecode escapeSeqDecode hexDecode hexEncode htmlEntityDecode jsDecode length
lowercase md5 normalizePath normalizePathWin normalisePath normalisePathWin parityEven7bit
parityOdd7bit parityZero7bit removeComments removeCommentsChar removeNulls removeWhitespace
replaceComments replaceNulls sha1 sqlHexDecode trim trimLeft trimRight uppercase urlDecode
urlDecodeUni urlEncode utf8toUnicode
"""
"""Words of the rule language that the code holds in lower case."""


def seclang_page() -> Iterator[str]:
    """docs/reference/seclang.md"""
    spelling = {word.lower(): word for word in SPELLED.split()}

    def listed(words: Iterable[str], before: str = "") -> str:
        return " ".join(f"`{before}{spelling.get(word, word)}`" for word in sorted(words))

    def refused(title: str, words: dict[str, str], before: str = "") -> Iterator[str]:
        reasons: dict[str, list[str]] = {}
        for word, why in words.items():
            reasons.setdefault(why, []).append(word)
        yield from ("", f"### {title}", "", "| | left out because |", "|---|---|")
        for why, given in reasons.items():
            yield f"| {listed(given, before)} | {_escaped(why)} |"

    yield from ("## Understood", "", "Variables with keys:", "")
    yield listed(seclang.COLLECTIONS)
    yield from ("", "Variables of one value:", "", listed(seclang.SCALARS))
    yield from ("", "Other names: " + _pairs(seclang.ALIASES))
    yield from ("", "Operators:", "", listed({*seclang.OPERATORS, *seclang.OPERATOR_ALIASES}, "@"))
    transformations = {*seclang.TRANSFORMATIONS, *seclang.TRANSFORMATION_ALIASES, "none"}
    yield from ("", "Transformations:", "", listed(transformations, "t:"))
    yield from ("", "Options of ctl:", "", listed(seclang.CONTROLS.values(), "ctl:"))
    yield from ("", "Directives that are read and mean nothing here:", "")
    yield listed(directives.OTHERS.values())
    yield from ("", "## Left out", "", "Each is an error when the rules are loaded.")
    yield from refused("Variables", seclang.REFUSED_VARIABLES)
    yield from refused("Operators", seclang.REFUSED_OPERATORS, "@")
    yield from refused("Actions", seclang.REFUSED_ACTIONS)
    yield from refused("Options of ctl", seclang.REFUSED_CONTROLS, "ctl:")
    yield from refused("Directives", directives.REFUSED)
    yield from refused("Directives that may only be Off", directives.ONLY_OFF)


def _pairs(aliases: dict[str, str]) -> str:
    return ", ".join(f"`{name}` is `{meant}`" for name, meant in aliases.items())


PAGES: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "commands.md": commands_page,
    "configuration.md": configuration_page,
    "metrics.md": metrics_page,
    "exit-codes.md": exit_codes_page,
    "lures.md": lures_page,
    "seclang.md": seclang_page,
    "api.md": api_page,
    "console.md": console_page,
}


def rendered(page: str) -> tuple[str, str]:
    """A page as it is and as it should be."""
    text = (REFERENCE / page).read_text()
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"docs/reference/{page}: lacks the marks {BEGIN} and {END}")
    body = "\n".join(PAGES[page]()).strip("\n")
    return text, f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check compare them."""
    wrong = 0
    for page in PAGES:
        before, after = rendered(page)
        if before == after:
            continue
        if "--check" in arguments:
            wrong += 1
            lines = difflib.unified_diff(
                before.splitlines(), after.splitlines(), f"docs/reference/{page}", "the code", n=0
            )
            print("\n".join(list(lines)[:40]))
        else:
            (REFERENCE / page).write_text(after)
            print(f"docs/reference/{page}: written")
    if wrong:
        print(f"{wrong} pages are out of date; run: python scripts/reference.py", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
