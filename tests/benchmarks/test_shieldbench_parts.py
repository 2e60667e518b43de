"""The shield's bench: its pieces, and each part to its end on a few requests; no time is
asserted."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from benchmarks.recruitbench.page import with_figures  # noqa: E402  # lies beside
from benchmarks.shieldbench import __main__ as bench  # noqa: E402
from benchmarks.shieldbench import memory, proxy, rate, replay, stopped, suite  # noqa: E402
from benchmarks.shieldbench.attacks import Attack, filled, moved, planted  # noqa: E402
from benchmarks.shieldbench.bars import Bars  # noqa: E402
from benchmarks.shieldbench.benign.site import Visit  # noqa: E402
from benchmarks.shieldbench.benign.sites import sites  # noqa: E402
from benchmarks.shieldbench.kinds import KINDS  # noqa: E402
from benchmarks.shieldbench.learning import learned  # noqa: E402
from benchmarks.shieldbench.material import Material  # noqa: E402
from benchmarks.shieldbench.servers import MODULES  # noqa: E402
from benchmarks.shieldbench.timing import in_turns  # noqa: E402

import corpora  # noqa: E402  # lies with the tests
from vedette.seclang.parse import load_program  # noqa: E402
from vedette.seclang.request import Request, Response  # noqa: E402
from vedette.seclang.run.transaction import Engine  # noqa: E402
from vedette.shield.exclusion.seclang import IN_FORCE, seclang_of  # noqa: E402
from vedette.shield.exclusion.settings import Exclusion  # noqa: E402
from vedette.shield.policy.settings import Pack, Place, Policy, Site  # noqa: E402
from vedette.shield.replay import Replayed, read  # noqa: E402
from vedette.shield.replay.template import path_template  # noqa: E402

RULES = """\
SecRuleEngine On
SecRule ARGS "@contains evil" "id:1,phase:2,deny,status:403,severity:2,msg:'Evil',\
tag:'paranoia-level/1'"
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """A hundredth of everything."""
    folder = tmp_path_factory.mktemp("shieldbench")
    return Material(folder, folder / "pictures", corpora.crs(), 0.01, 100, 1, folder / "plans")


def small_engine(folder: Path, more: str = "") -> Engine:
    rules = folder / "rules.conf"
    rules.write_text(more + RULES)
    return Engine(load_program([rules]))


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_whole_and_new_each_time(name: str) -> None:
    rng = random.Random(1)
    made = [KINDS[name](rng) for _ in range(50)]
    assert len({(request.target, body) for request, body in made}) == 50
    for request, body in made:
        said = dict(request.headers).get(b"Content-Length")
        assert said == (b"%d" % len(body) if body else None)
    sizes = {"JSON, 0.8 kB": (700, 1_000), "JSON, 13 kB": (11_000, 14_000)}
    low, high = sizes.get(name, (0, 600))
    assert all(low <= len(body) <= high for _, body in made)


def test_sides_take_turns() -> None:
    heard: list[tuple[str, int]] = []

    def side(name: str, entry: int) -> None:
        heard.append((name, entry))

    taken = in_turns([lambda n: side("a", n), lambda n: side("b", n)], range(5), block=2)
    assert "".join(name for name, _ in heard) == "aabbaabbab"
    assert [n for name, n in heard if name == "b"] == [0, 1, 2, 3, 4]
    assert [len(times) for times in taken] == [5, 5]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_bars_are_a_picture(tmp_path: Path, logarithmic: bool) -> None:
    bars = Bars("A < B", "us", logarithmic=logarithmic)
    bars.add("one & two", "ours", 20.0)
    bars.add("one & two", "theirs", 200.0)
    bars.write(tmp_path / "a" / "b.svg")
    root = ElementTree.parse(tmp_path / "a" / "b.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    wide = [float(rect.attrib["width"]) for rect in root.iter(f"{space}rect")][-2:]
    assert wide[1] == 420
    assert wide[0] == pytest.approx(420 * (0.1 if not logarithmic else 0.232), rel=0.01)


def test_no_bar_where_nothing_is_counted(tmp_path: Path) -> None:
    bars = Bars("Nothing", "percent")
    bars.add("a", "ours", 0.0)
    bars.write(tmp_path / "none.svg")
    ElementTree.parse(tmp_path / "none.svg")


def test_a_log_of_the_visits_reads_as_they_were(tmp_path: Path) -> None:
    visits = [visit for site in sites()[:2] for visit in site.make()][::10]
    replay.write_log(tmp_path / "access.log", visits)
    found = list(read([str(tmp_path / "access.log")]))
    assert len(found) == len(visits)
    for visit, each in zip(visits, found, strict=True):
        assert isinstance(each, Replayed)
        there, back = visit.request, each.request
        assert (back.method, back.target, back.client) == (there.method, there.target, there.client)
        assert back.received // 1_000_000 == there.received // 1_000_000
        agent = [v for k, v in there.headers if k.lower() == b"user-agent"]
        assert [v for k, v in back.headers if k.lower() == b"user-agent"] == agent


@pytest.mark.parametrize(
    "path", ["/a/{number}/b", "/{uuid}", "/x/{hex}", "/{date}/y", "/q-{number}.html"]
)
def test_a_filled_path_is_of_its_template(path: str) -> None:
    assert path_template(filled(path).encode()) == path


def attack(target: bytes) -> Attack:
    headers = ((b"Host", b"localhost"), (b"Accept", b"*/*"))
    return Attack("1-1", Request(b"GET", target, headers=headers), b"", Response(200), b"")


def test_attacks_go_where_exclusions_are(tmp_path: Path) -> None:
    exclusion = Exclusion(
        number=1, site="a", hosts=("a.example",), path="/p/{number}", target="ARGS:t", rule=1
    )
    before = small_engine(tmp_path)
    after = small_engine(tmp_path, seclang_of([exclusion], (), IN_FORCE).whole())
    given = [attack(b"/?x=evil"), attack(b"/?x=fine")]

    sent = list(moved(given, [exclusion]))
    assert [each.request.target for each in sent] == [b"/p/4711?x=evil", b"/p/4711?x=fine"]
    assert dict(sent[0].request.headers)[b"Host"] == b"a.example"
    assert [each.blocked(engine) for engine in (before, after) for each in sent] == [
        True, False, True, False,
    ]  # fmt: skip

    placed = list(planted(given, before, [exclusion]))
    assert [each.request.target for each in placed] == [b"/p/4711?t=evil"]
    assert [placed[0].blocked(engine) for engine in (before, after)] == [True, False]
    assert not list(moved(given, [])) and not list(planted(given, before, []))


def visited(client: int, target: bytes, at: int) -> tuple[str, Visit]:
    headers = ((b"Host", b"a.example"),)
    request = Request(
        b"GET", target, headers=headers, client=f"192.0.{client}.7", received=at * 60_000_000
    )
    return "a", Visit(request, b"", request.client, "learn", "plain", "/")


def test_exclusions_take_several_clients(tmp_path: Path) -> None:
    engine = small_engine(tmp_path)
    policy = Policy(pack=Pack(rules=""), sites=(Site(name="bench", places=(Place(paranoia=1),)),))

    def shadow(clients: int) -> list[tuple[str, Visit]]:
        fine = [visited(n % clients, b"/p/%d" % n, n) for n in range(60)]
        return fine + [visited(n % clients, b"/p/1234?t=evil", 60 + n) for n in range(60)]

    assert learned(policy, engine, shadow(1)).exclusions() == ()
    (found,) = learned(policy, engine, shadow(12)).exclusions()
    assert (found.site, found.hosts) == ("a", ("a.example",))
    assert (found.path, found.target, found.rule) == ("/p/{number}", "ARGS:t", 1)


@pytest.mark.thorough
def test_the_suite_is_judged(used: Material, capsys: pytest.CaptureFixture[str]) -> None:
    suite.run(used)
    said = capsys.readouterr().out
    assert "5045, 51" in said
    share = re.search(r"Vedette: passed .* (\d+) of 51", said)
    assert share and int(share[1]) >= 49


def test_cost_is_measured(used: Material, capsys: pytest.CaptureFixture[str]) -> None:
    rate.run(used)
    said = capsys.readouterr().out
    assert all(name in said for name in KINDS)
    assert "Every request of the suite" in said
    ElementTree.parse(used.pictures / "shield-rate.svg")


def test_a_log_is_judged(used: Material, capsys: pytest.CaptureFixture[str]) -> None:
    replay.run(used, levels=(1,))
    said = capsys.readouterr().out
    assert re.search(r"lines that are no requests to the reader +0\n", said)
    assert said.count("read, judged and counted") == 1


def test_harmless_requests_are_counted(used: Material, capsys: pytest.CaptureFixture[str]) -> None:
    stopped.run(used, levels=(1,))
    said = capsys.readouterr().out
    assert "Paranoia level 1" in said
    assert said.count("after the exclusions, stopped") == 1
    assert "synthetic" in said and "citizen-portal" in said
    alike = re.search(r"by libmodsecurity alone, by Vedette alone +(\d+), (\d+)\n", said)
    if alike:  # the wheel is there
        assert int(alike[1]) + int(alike[2]) <= 1
    ElementTree.parse(used.pictures / "shield-benign.svg")


@pytest.mark.thorough
def test_memory_is_that_of_another_process(
    used: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    memory.run(used)
    said = capsys.readouterr().out
    assert re.search(r"after 100 requests, MB now and at most +\d+ +\d+\n", said)


@pytest.mark.thorough
def test_proxies_are_loaded(used: Material, capsys: pytest.CaptureFixture[str]) -> None:
    if not shutil.which("wrk") or not any(map(Path.exists, MODULES)):
        pytest.skip("needs nginx, libnginx-mod-http-modsecurity and wrk")
    proxy.run(used, loaded={"GET": "get"})
    said = capsys.readouterr().out
    assert "proxies left out" not in said
    assert said.count("nginx + ModSecurity") == 2
    ElementTree.parse(used.pictures / "shield-proxy.svg")


def test_without_rules_the_bench_says_so(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.shieldbench", "suite"],
        cwd=REPOSITORY,
        env={"PYTHONPATH": ":".join(sys.path), corpora.VARIABLE: str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "left out: needs crs-*" in made.stdout


def test_the_page_has_a_place_for_every_part() -> None:
    page = bench.PAGE.read_text("utf-8")
    for part in bench.PARTS:
        assert with_figures(page, {part: "here"}).count("```text\nhere\n```") == 1
        assert f"`{part}`" in page
    shown = re.findall(r"\.\./pictures/([\w-]+\.svg)", page)
    assert shown == ["shield-rate.svg", "shield-proxy.svg", "shield-benign.svg"]
