"""What ties findings together and what tells nothing: files, web shells, crowds, tried accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident.incident_shapes import HOUR, NOON, finding_of
from vedette.incident.fold import Folder
from vedette.incident.kinds import DAY, load_linking
from vedette.incident.rarity import Rarity
from vedette.model.bundled import bundled
from vedette.model.finding import Finding

LINKING = load_linking()
CERTUTIL = ("process", "c:\\windows\\system32\\certutil.exe")
CMD = ("process", "c:\\windows\\system32\\cmd.exe")
TOOL = ("process", "c:\\users\\ann\\downloads\\anydesk.exe")
FILE = ("hash", "sha256:ab")


def incidents(*findings: Finding) -> int:
    folder = Folder(LINKING, Rarity(LINKING))
    for finding in findings:
        folder.take(finding, NOON + 1000 * DAY)
    return len({incident for _, incident in folder.settle().members})


def test_the_same_tool_on_many_computers_is_one_matter_though_it_becomes_common() -> None:
    daily = [
        finding_of(10 * day + n, NOON + day * DAY + n * HOUR, ("host", f"ws-{day}-{n}"), FILE, TOOL)
        for day in range(6)
        for n in range(5)
    ]
    assert incidents(*daily) == 1
    late = finding_of(99, NOON + 30 * DAY, ("host", "ws-9"), FILE, TOOL)
    assert incidents(daily[0], late) == 2


def test_a_file_that_every_computer_has_ties_no_two_rules_together() -> None:
    first = finding_of(1, NOON, ("host", "a"), FILE, CERTUTIL, CMD)
    again = finding_of(2, NOON + HOUR, ("host", "b"), FILE, CERTUTIL, CMD)
    other = finding_of(3, NOON + HOUR, ("host", "c"), FILE, CERTUTIL, CMD, rule="r2")
    assert incidents(first, again) == 1
    assert incidents(first, other) == 2
    assert incidents(
        finding_of(1, NOON, ("host", "a"), FILE, TOOL, CMD),
        finding_of(2, NOON, ("host", "b"), FILE, TOOL, CMD, rule="r2"),
    ) == 1  # fmt: skip


def test_the_script_that_was_written_is_the_one_that_is_called() -> None:
    shell = ("T1505.003",)
    host = ("host", "web-1")
    written = finding_of(
        1, NOON, host, ("document", "/var/www/html/uploads/cv/profile.php"), techniques=shell
    )
    called = finding_of(
        2, NOON + HOUR, ("address", "198.51.100.1"), ("url", "/uploads/cv/profile.php?c=id"),
        rule="r2", techniques=shell,
    )  # fmt: skip
    other = finding_of(
        3, NOON + HOUR, ("address", "203.0.113.2"), ("url", "/uploads/other.php"), rule="r2",
        techniques=shell,
    )  # fmt: skip
    probe = finding_of(
        4, NOON + HOUR, ("address", "203.0.113.3"), ("url", "/uploads/cv/profile.php?c=id"),
        rule="r3", techniques=("T1595",),
    )  # fmt: skip
    assert incidents(written, called) == 1
    assert incidents(written, other) == 2
    assert incidents(written, probe) == 2


def test_one_of_a_crowd_tells_nothing() -> None:
    def many(count: int) -> Finding:
        accounts = [("account", f"u{number}") for number in range(count)]
        return finding_of(1, NOON, ("address", "198.51.100.1"), *accounts)

    one = finding_of(2, NOON + HOUR, ("host", "ws-1"), ("account", "u1"), rule="r2")
    assert incidents(many(3), one) == 1
    assert incidents(many(40), one) == 2


@pytest.mark.parametrize(
    ("techniques", "expected"), [(("T1110.003",), 2), (("T1110", "T1078"), 1), (("T1059",), 1)]
)
def test_an_account_whose_password_was_tried_tells_nothing(
    techniques: tuple[str, ...], expected: int
) -> None:
    tried = finding_of(
        1, NOON, ("address", "198.51.100.1"), ("account", "ann"), techniques=techniques
    )
    own = finding_of(2, NOON + HOUR, ("host", "ws-1"), ("account", "ann"), rule="r2")
    assert incidents(tried, own) == expected


def test_a_firm_s_own_file_need_not_say_what_is_everywhere(tmp_path: Path) -> None:
    lines = (bundled("incidents") / "links.yml").read_text().splitlines(keepends=True)
    own = tmp_path / "links.yml"
    dropped = ("    - '", "  everywhere:", "    same:", "    script:")
    own.write_text("".join(line for line in lines if not line.startswith(dropped)))
    linking = load_linking(own)
    assert linking.everywhere == ()
    assert "same" not in linking.kinds
