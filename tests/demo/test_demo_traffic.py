"""What the demonstration makes: everyday traffic is judged harmless, the attacks are not, whatever
the seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo.firm import GATEWAY, PEOPLE, WEBSITE, assets, employers, visitors
from demo.mail import campaign, ordinary
from demo.website import intrusion
from demo.website.visiting import Request, session

from shield.small_pack import Guarded
from vedette.engine.lures import make_examiner, read
from vedette.incident.assets import load_assets
from vedette.lure.examiner import Examiner
from vedette.model.finding import Entity
from vedette.response.playbook.kinds import load_kinds
from vedette.response.playbook.reading import load_playbook
from vedette.shield.policy.settings import Pack, Place, Policy, Site

DEMO = Path(__file__).resolve().parents[2] / "demo"
NOW = 1_790_000_000.0


@pytest.fixture(scope="module")
def examiner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examiner]:
    own = tmp_path_factory.mktemp("own")
    (own / "employers.yml").write_text(employers())
    with make_examiner([own], trust=[GATEWAY], dns=False) as made:
        yield made


@pytest.mark.parametrize("seed", [1, 2, 41])
def test_the_campaign_is_found_and_everyday_mail_is_not(examiner: Examiner, seed: int) -> None:
    chance = random.Random(seed)

    def verdict(raw: bytes) -> str:
        return examiner.examine(read(raw, "test", None, ())).assessment.verdict

    lures = campaign.lures(chance, NOW)
    assert {verdict(one.raw()) for one in lures} == {"lure"}
    assert len({one.recipient for one in lures}) == len(campaign.TARGETS)
    everyday = {verdict(ordinary.letter(chance, NOW).raw()) for _ in range(150)}
    assert not everyday & {"lure", "suspicious"}
    # by itself nothing is wrong with it: it is held because an action says so
    assert verdict(campaign.reminder(NOW).raw()) not in ("lure", "suspicious")


def _send(guarded: Guarded, request: Request, client: str, agent: str) -> None:
    headers = [
        (b"Host", WEBSITE.encode()), (b"User-Agent", agent.encode()), (b"Accept", b"*/*"),
    ]  # fmt: skip
    if request.body:
        headers.append((b"Content-Type", request.kind.encode()))
        headers.append((b"Content-Length", str(len(request.body)).encode()))
    guarded.send(request.target.encode(), request.body, headers=headers, client=client)


@pytest.mark.parametrize("seed", [1, 2, 41])
def test_rules_of_the_website_see_the_intruder_alone(seed: int) -> None:
    site = Site(name="www", hosts=(WEBSITE,), places=(Place(),))
    guarded = Guarded(Policy(pack=Pack(rules=str(DEMO / "rules")), sites=(site,)))
    chance = random.Random(seed)
    for who in visitors(seed):
        for request in session(chance):
            _send(guarded, request, who.address, who.agent)
    for request in intrusion.looks_around():
        _send(guarded, request, "203.0.113.9", intrusion.INTRUDER.agent)
    assert guarded.records() == []
    attack = [*intrusion.tries_the_database()[1:], *intrusion.tries_files(), intrusion.uploads()]
    for request in attack:
        _send(guarded, request, intrusion.INTRUDER.address, intrusion.INTRUDER.agent)
    assert len(guarded.records()) == len(attack)
    assert {record["action"] for record in guarded.records()} == {"would_block"}


def test_the_firms_own_things_are_known_as_such(tmp_path: Path) -> None:
    (tmp_path / "assets.yml").write_text(assets())
    known = load_assets(tmp_path / "assets.yml")
    for person in PEOPLE:
        assert known.of(Entity("host", f"{person.host}.halden-optronics.example".lower()))
        assert known.of(Entity("account", person.account.lower()))
        assert known.of(Entity("address", person.address))
    assert len({person.host for person in PEOPLE}) == len(PEOPLE) == 40


def test_its_playbook_is_sound() -> None:
    for path in (DEMO / "playbooks").glob("*.json"):
        assert load_playbook(path, load_kinds()).name.startswith("Halden")


def test_no_name_of_it_could_be_somebody_elses() -> None:
    """Every domain ends as those for examples and tests do (RFC 2606, RFC 6761)."""
    names = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|no|de|uk|eu|edu|gov)\b")
    for path in [*DEMO.rglob("*.py"), *DEMO.rglob("*.json")]:
        assert not names.findall(path.read_text()), path
