"""The configuration: what is taken, and what is said of what is not."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest
from pydantic import BaseModel

from vedette.engine.config import check_config, example_config, load_config
from vedette.engine.config.response_schema import (
    ChannelConfig,
    Kind,
    MailboxesConfig,
    MailConfig,
    NetworkConfig,
    PeopleConfig,
    ProcessesConfig,
    ResponseConfig,
    WebhookConfig,
)
from vedette.engine.config.schema import Config, FileSinkConfig, WebhookSinkConfig
from vedette.engine.config.secret import SecretRef
from vedette.engine.config.section import Section
from vedette.engine.config.source_schema import (
    FileSourceConfig,
    HttpSourceConfig,
    SyslogSourceConfig,
)
from vedette.engine.config.types import Address
from vedette.model.bundled import bundled
from vedette.model.errors import ConfigError

MINUTE = 60_000_000


def write(folder: Path, text: str, name: str = "vedette.yml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(dedent(text))
    return path


def faults(folder: Path, text: str, **environ: str) -> list[str]:
    """What is said, with the path of the file left out."""
    path = write(folder, text)
    return [fault.removeprefix(str(path) + ":") for fault in check_config(path, environ)]


def test_the_example_is_right_and_names_the_main_keys(tmp_path: Path) -> None:
    path = write(tmp_path, example_config())
    assert check_config(path, {}) == []
    config = load_config(path, {})
    assert [source.name for source in config.sources] == ["auth", "web", "network", "collectors"]
    assert all(f"\n{key}:" in example_config() for key in Config.model_fields)


def test_the_example_shows_how_to_switch_on_whatever_can_be_done(tmp_path: Path) -> None:
    text = example_config()
    begin, end = text.index("\nresponse:"), text.index("\n# Which rules judge them.")
    switched = re.sub(r"^( +)# (?= *(- )?[a-z_]+:)", r"\1", text[begin:end], flags=re.M)
    response = load_config(write(tmp_path, switched)).response
    shown = response.model_dump(exclude_unset=True)
    assert set(shown) == set(ResponseConfig.model_fields)
    assert set(shown["modes"]) == set(get_args(Kind))
    for one, model in (
        (shown["network"], NetworkConfig),
        (shown["processes"], ProcessesConfig),
        (shown["mail"], MailConfig),
        (shown["mail"]["mailboxes"][0], MailboxesConfig),
        (shown["webhooks"][0], WebhookConfig),
        (shown["people"], PeopleConfig),
        (shown["people"]["channels"][0], ChannelConfig),
    ):
        assert set(one) == set(model.model_fields)


def test_the_employers_that_it_names_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, "lures: {employers: [firm]}")
    rest = "  country: DE\n  sector: energy\n  domains: [a.example]\n"
    entry = "employers:\n- key: acme\n  name: %s\n" + rest
    own = write(tmp_path, entry % "3", "firm/employers.yml")
    assert check_config(path, {}) == [f"{own}:3:9: expected `str`, got `int`"]
    own.write_text(entry % "Acme")
    assert check_config(path, {}) == []


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, "# nothing yet\n"), {})
    assert config == Config()
    assert config.correlation.lateness == 5 * MINUTE
    assert config.store_path == Path("/var/lib/vedette/events")


def test_everything_at_once(tmp_path: Path) -> None:
    config = load_config(
        write(
            tmp_path,
            """
            data_dir: data
            sources:
              - {kind: file, name: a, paths: [logs, /var/log/*.log], from: end, poll: 1s}
              - kind: syslog
                name: b
                listen: "[::1]:6514"
                protocol: tls
                tls: {certificate: c.pem, key: k.pem}
              - {kind: http, name: c, listen: localhost:8514, tokens: ["env:T", "file:token"]}
            rules: {expand: {admins: [anna, "no"]}, min_level: low}
            store: {retention: {age: 1w2d, bytes: 1.5GB}}
            sinks:
              - {kind: file, name: f, path: out.ndjson}
              - kind: webhook
                name: w
                url: https://x.example/y
                headers: {X-Team: blue, Authorization: "env:AUTH"}
            """,
        ),
        {},
    )
    files, syslog, http = config.sources
    assert isinstance(files, FileSourceConfig)
    assert files.paths == [f"{tmp_path}/logs", "/var/log/*.log"]
    assert (files.start, files.poll) == ("end", 1_000_000)
    assert isinstance(syslog, SyslogSourceConfig)
    assert syslog.listen == Address("::1", 6514)
    assert syslog.tls is not None
    assert syslog.tls.key == tmp_path / "k.pem"
    assert isinstance(http, HttpSourceConfig)
    assert http.tokens == [SecretRef("env", "T"), SecretRef("file", f"{tmp_path}/token")]
    assert config.rules.expand == {"admins": ["anna", "no"]}
    assert config.store.retention.age == 9 * 24 * 60 * MINUTE
    assert config.store.retention.bytes == 1_500_000_000
    sink, webhook = config.sinks
    assert isinstance(sink, FileSinkConfig)
    assert sink.path == tmp_path / "out.ndjson"
    assert isinstance(webhook, WebhookSinkConfig)
    assert webhook.headers == {"X-Team": "blue", "Authorization": SecretRef("env", "AUTH")}


def test_drop_ins_and_environment(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        data_dir: two
        store: {retention: {age: 1d, bytes: 1GB}}
        sources: [{kind: file, name: a, paths: [/a]}]
        """,
    )
    write(tmp_path / "conf.d", "data_dir: three\nstore: {retention: {age: 2d}}\n", "10-a.yml")
    write(tmp_path / "conf.d", "sources: [{kind: file, name: b, paths: [/b]}]\n", "20-b.yml")
    environ = {
        "VEDETTE_STORE__PATH": "/srv/events",
        "VEDETTE_DATA_DIR": "/four",
        "VEDETTE_RULES__EXCLUDE_IDS": "[one, two]",
        "VEDETTE_TEST_DATA": "somebody else's",
        "OTHER_DATA_DIR": "/nine",
    }
    config = load_config(path, environ)
    assert config.data_dir == Path("/four")
    assert config.store.retention.age == 2 * 24 * 60 * MINUTE
    assert config.store.retention.bytes == 10**9
    assert [source.name for source in config.sources] == ["a", "b"]
    assert config.store.path == Path("/srv/events")
    assert config.rules.exclude_ids == ["one", "two"]


def test_faults_in_drop_ins_name_the_drop_in(tmp_path: Path) -> None:
    path = write(tmp_path, "sources: [{kind: file, name: a, paths: [/a]}]\n")
    other = write(tmp_path / "conf.d", "sources:\n  - {kind: file, name: a, paths: 5}\n", "x.yml")
    write(tmp_path / "conf.d", "", "y.yaml")
    assert check_config(path, {}) == [
        f"{other}:2:24: sources[1].name: 'a' stands twice (first at {path}:1:30); "
        "each must be different",
        f"{other}:2:27: sources[1].paths: input should be a valid list; change it "
        "(Files, folders or globs to follow)",
        f"{other.with_name('y.yaml')}: is not read; name it y.yml",
    ]


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        """\
        sorces: []
        data_dir: 7
        sources:
          - {kind: fiel, name: a}
          - {kind: file, name: b, pathz: [x]}
          - {name: c}
          - {kind: http, name: d, listen: here, tokens: [s3cret]}
          - {kind: syslog, name: e, listen: "1.2.3.4:5", protocol: tls}
          - {kind: file, name: b, paths: [x], format: evtxx}
        store:
          retention: {age: 30 days, bytes: 5 potatoes}
        queue: {memory_bytes: 1B}
        sinks:
          - {kind: webhook, name: w, url: "ftp://x", headers: {Authorization: s3cret}}
        log: {level: loud}
        """,
        VEDETTE_LOG__FORMAT="[",
        VEDETTE_STORES__PATH="x",
    ) == [
        "1:1: sorces: is not a known key; did you mean `sources`?",
        "2:1: data_dir: 7 is not a path; write a path such as /var/lib/vedette",
        "4:5: sources[0]: 'fiel' is no kind; write one of file, syslog, http, milter, imap, "
        "folder, shield (did you mean file?)",
        "5:5: sources[1].paths: is missing; add it (Files, folders or globs to follow)",
        "5:27: sources[1].pathz: is not a known key; did you mean `paths`?",
        "6:5: sources[2]: has no kind; add kind: with one of file, syslog, http, milter, imap, "
        "folder, shield",
        "7:27: sources[3].listen: 'here' is not an address; write host:port, such as "
        "127.0.0.1:6514 or [::]:6514",
        "7:50: sources[3].tokens[0]: a secret may not stand in the configuration itself; write "
        "file:/path/to/a/file or env:NAME_OF_A_VARIABLE",
        "8:5: sources[4]: protocol: tls and tls: {certificate, key} go together; add the one that "
        "is missing",
        f"9:24: sources[5].name: 'b' stands twice (first at {tmp_path}/vedette.yml:5:24); "
        "each must be different",
        "9:47: sources[5].format: 'evtxx' is not a format; did you mean evtx?",
        "11:15: store.retention.age: '30 days' is not a duration; write a number with a unit of "
        "ms, s, m, h, d or w, such as 30s, 5m or 30d",
        "11:29: store.retention.bytes: '5 potatoes' is not a size; write a number with a unit of "
        "B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 512MB",
        "12:9: queue.memory_bytes: input should be greater than or equal to 1048576; change it "
        "(Bytes that wait in memory before they go to disk)",
        "14:30: sinks[0].url: does not have the right form ^https?://[^\\s]+$; change it "
        "(Where to POST to; http:// or https://)",
        "14:46: sinks[0].headers: Authorization looks like a secret, which may not stand in the "
        "configuration itself; write file:/path/to/a/file or env:NAME_OF_A_VARIABLE",
        "15:7: log.level: is not one of the words known here; write debug, info, warning or error",
        "environment VEDETTE_LOG__FORMAT:1:2: is not YAML (while parsing a flow node: expected the "
        "node content, but found '<stream end>'); check indentation, quotes and brackets",
        "environment VEDETTE_STORES__PATH: is no key of the configuration; "
        "did you mean VEDETTE_STORE?",
        "environment VEDETTE_LOG__FORMAT: log.format: is not one of the words known here; "
        "write json or text",
    ]


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    text = """
        sources: [{kind: http, name: d, listen: "a:1", tokens: [hunter2, "env:hun ter2", 2]}]
        sinks: [{kind: webhook, name: w, url: "https://x", secret: hunter2}]
        """
    assert len(faults(tmp_path, text)) == 4
    assert "hunter2" not in "\n".join(faults(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1\nb: 2", "2:2: is not YAML"),
        ("data_dir: 1\ndata_dir: 2", "2:1: data_dir: stands twice (first at line 1); keep one"),
        ("- a", "1:1: is not a map; write keys such as `sources:`"),
        ("data_dir: !!python/object:os.system x", "is not allowed; remove it"),
        ("a: &a [*a]", "nested more than 40 levels deep"),
        ("a: " + "[" * 3000, "nested too deeply"),
        ("? [a]\n: b", "a key must be a word"),
        ("a: b\n---\nc: d", "is not YAML"),
        ("a: \x07", "holds a character that YAML does not allow"),
    ],
)
def test_yaml_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in fault for fault in faults(tmp_path, text))


def test_alias_bombs_and_huge_files_are_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    assert "more than 50000 values" in "\n".join(faults(tmp_path, bomb))
    assert "is larger than" in faults(tmp_path, "#" * (1 << 20) + "\n")[0]


def test_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    absent = tmp_path / "absent.yml"
    with pytest.raises(ConfigError) as caught:
        load_config(absent, {})
    what = "can't be read (No such file or directory); check its path and mode"
    assert caught.value.faults == [f"{absent}: {what}"]
    path = tmp_path / "latin.yml"
    path.write_bytes(b"data_dir: x\n# caf\xe9\n")
    assert check_config(path, {}) == [f"{path}:2:1: is not UTF-8; save it in that encoding"]


def test_two_listeners_can_not_have_one_address(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        """\
        sources:
          - {kind: syslog, name: a, listen: "0.0.0.0:514"}
          - {kind: syslog, name: b, listen: "0.0.0.0:514", protocol: tcp}
        metrics: {listen: "0.0.0.0:514"}
        """,
    )
    assert [fault.partition(" stands")[0] for fault in said] == [
        "4:19: metrics.listen: '0.0.0.0:514/tcp'"
    ]


def test_secrets_are_followed_on_request(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        sources:
          - {kind: http, name: a, listen: "a:1", tokens: ["env:TOKEN", "file:token", "file:none"]}
        """,
    )
    (tmp_path / "token").write_text("abc\n")
    assert check_config(path, {}) == []
    assert check_config(path, {}, secrets=True) == [
        f"{path}:3:51: sources[0].tokens[0]: env:TOKEN: the variable is not set; set it for this "
        "process",
        f"{path}:3:78: sources[0].tokens[2]: file:{tmp_path}/none: can't be read (No such file or "
        "directory); make it readable for this user",
    ]
    source = load_config(path, {}).sources[0]
    assert isinstance(source, HttpSourceConfig)
    assert source.tokens[0].resolve({"TOKEN": "t"}) == "t"
    assert source.tokens[1].resolve() == "abc"


def test_files_that_are_named_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    said = faults(
        tmp_path,
        """\
        rules: {paths: [rules, no-rules], mappings: [map.yml]}
        sources:
          - {kind: http, name: a, listen: "a:1", tokens: ["env:T"],
             tls: {certificate: c.pem, key: k.pem}}
        sinks:
          - {kind: webhook, name: w, url: "https://x.example", ca: ca.pem}
        """,
    )
    assert [fault.split(" can't")[0] for fault in said] == [
        f"1:24: rules.paths[1]: {tmp_path}/no-rules:",
        f"1:46: rules.mappings[0]: {tmp_path}/map.yml:",
        f"4:25: sources[0].tls.certificate: {tmp_path}/c.pem:",
        f"4:37: sources[0].tls.key: {tmp_path}/k.pem:",
        f"6:60: sinks[0].ca: {tmp_path}/ca.pem:",
    ]
    assert load_config(tmp_path / "vedette.yml", {}), "who only searches needs no keys"


def test_what_answers_incidents_is_read_too(tmp_path: Path) -> None:
    response = """\
        response:
          assets: assets.csv
          playbooks: [circle.json]
          webhooks: [{name: e, url: "https://a.example", secret: "file:no", kinds: [end-sessions]}]
          people: {channels: [{name: desk, url: "file:no", tlp: AMBER}]}
        """
    path = write(tmp_path, response)
    said = check_config(path, {}, secrets=True)
    assert [fault.removeprefix(f"{path}:").split(" ")[:2] for fault in said] == [
        ["2:11:", "response.assets:"],
        ["3:15:", "response.playbooks[0]:"],
        ["4:58:", "response.webhooks[0].secret:"],
        ["5:41:", "response.people.channels[0].url:"],
    ]
    (tmp_path / "assets.csv").write_text("name,criticality,hosts\nx,9,ws-*\n")
    (tmp_path / "circle.json").write_text("{}")
    said = check_config(path, {})
    assert f"{tmp_path}/assets.csv:2:1: criticality: 9; write 1 to 5" in said
    assert any(fault.startswith(f"{tmp_path}/circle.json:1:1: ") for fault in said)
    (tmp_path / "assets.csv").write_text("name,criticality,hosts\nx,5,ws-*\n")
    (tmp_path / "circle.json").write_bytes(
        (bundled("playbooks") / "recruiter-lure.json").read_bytes()
    )
    (twice,) = check_config(path, {})
    assert "circle.json: has the id of" in twice


def test_importing_it_costs_nothing() -> None:
    heavy = "{'pydantic', 'yaml', 'starlette', 'uvicorn', 'pyarrow'} & set(sys.modules)"
    code = f"import sys, vedette.engine.config; assert not {heavy}, {heavy}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_key_is_described() -> None:
    def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield model
        for inner in model.__subclasses__():
            yield from models(inner)

    bare = [
        f"{model.__name__}.{name}"
        for model in models(Section)
        for name, field in model.model_fields.items()
        if not field.description or not field.description.endswith(".")
    ]
    assert bare == []
