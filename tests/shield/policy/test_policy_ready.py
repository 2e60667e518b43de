"""Policies made ready: packs, levels, shares of clients, faults."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from shield.small_pack import ATTACK, RULES, Guarded, policy, write_pack
from vedette.model.errors import ConfigError
from vedette.seclang.request import Request
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.policy.decided import Decided, Enforced, deciding, read_decided
from vedette.shield.policy.pack import fingerprint, setup_file
from vedette.shield.policy.ready import chosen, locate, make_ready
from vedette.shield.policy.settings import Pack, Place, Site


def test_a_level_for_each_path(tmp_path: Path) -> None:
    made = policy(
        tmp_path,
        Place(mode="enforce", paranoia=1),
        Place(path="/strict", mode="enforce", paranoia=2),
    )
    guarded = Guarded(made)
    assert len(guarded.guard.ready.engines) == 2
    assert guarded.send(b"/a?q=O'Brien") is None
    assert guarded.send(b"/strict?q=O'Brien") is not None
    assert guarded.send(b"/%73trict?q=O'Brien") is not None


def test_without_a_level_the_setup_file_decides(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    setup = tmp_path / "crs-setup.conf"
    sets = "setvar:tx.blocking_paranoia_level=2"
    setup.write_text(f'SecAction "id:899,phase:1,pass,nolog,{sets}"\n{setup.read_text()}')
    assert Guarded(policy(tmp_path, Place(mode="enforce"), pack=pack)).send(b"/?q='") is not None
    again = policy(tmp_path, Place(mode="enforce", paranoia=1), pack=pack)
    assert Guarded(again).send(b"/?q='") is None


def test_own_files_before_and_after(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    before, after = tmp_path / "before.conf", tmp_path / "after.conf"
    before.write_text(
        'SecRule REQUEST_FILENAME "@streq /form" '
        '"id:10,phase:1,pass,nolog,t:none,ctl:ruleRemoveTargetById=942100;ARGS:q"\n'
    )
    after.write_text("SecRuleRemoveById 941100\n")
    pack = Pack(rules=pack.rules, before=(str(before),), after=(str(after),))
    guarded = Guarded(policy(tmp_path, Place(mode="enforce"), pack=pack))
    assert guarded.send(ATTACK.replace(b"/?", b"/form?")) is None
    assert guarded.send(ATTACK) is not None
    assert guarded.send(b"/?q=<script>") is None


def test_exclusions_are_in_force(tmp_path: Path) -> None:
    made = policy(
        tmp_path,
        Place(mode="enforce"),
        exclusions=(
            Exclusion(number=1, site="shop", path="/item/{number}", target="ARGS:q", rule=942100),
            Exclusion(number=2, site="shop", target="ARGS:free", tag="attack-sqli"),
        ),
    )
    guarded = Guarded(made)
    union = b"=1+union+select+2"
    assert guarded.send(b"/item/12?q" + union) is None
    assert guarded.send(b"/item/12?r" + union) is not None
    assert guarded.send(b"/item/12%0a/x?q" + union) is not None
    assert guarded.send(b"/x/item/12?q" + union) is not None
    assert guarded.send(b"/y?free" + union) is None


def test_faults_are_told_together(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, RULES + 'SecRule ARGS "@rx ("\nSecNonsense On\n')
    with pytest.raises(ConfigError) as caught:
        make_ready(policy(tmp_path, pack=pack))
    assert len(caught.value.faults) >= 2
    assert all("RULES.conf:" in fault for fault in caught.value.faults)
    with pytest.raises(ConfigError, match="git clone"):
        make_ready(policy(tmp_path, pack=Pack(rules=str(tmp_path / "nowhere"))))
    places = (Place(path="/a"), Place(path="/a/"))
    with pytest.raises(ConfigError, match="stands twice") as caught:
        make_ready(policy(tmp_path, sites=(Site(name="s", places=places),)))
    assert "nothing is said of the path /" in str(caught.value)


def test_the_setup_file_is_found(tmp_path: Path) -> None:
    pack = write_pack(tmp_path)
    assert setup_file(pack) == tmp_path / "crs-setup.conf"
    assert setup_file(Pack(rules=f"{tmp_path}/rules")) == tmp_path / "crs-setup.conf"
    (tmp_path / "crs-setup.conf").rename(tmp_path / "crs-setup.conf.example")
    assert setup_file(pack).name == "crs-setup.conf.example"
    (tmp_path / "crs-setup.conf.example").unlink()
    with pytest.raises(ConfigError, match=r"has no crs-setup\.conf"):
        setup_file(pack)


def test_a_changed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    made = policy(tmp_path)
    before = fingerprint(made)
    assert fingerprint(made) == before
    later = time.time() + 5
    os.utime(tmp_path / "rules" / "RULES.conf", (later, later))
    changed = fingerprint(made)
    assert changed != before
    (tmp_path / "rules" / "words.data").write_text("a\n")
    assert fingerprint(made) != changed
    assert fingerprint(policy(tmp_path, pack=Pack(rules="/nowhere"))) != before


def test_shares_of_clients_are_steady_and_about_right() -> None:
    clients = [f"203.0.{i // 256}.{i % 256}" for i in range(2_000)]
    share = [client for client in clients if chosen(client, 20, "canary")]
    assert 320 < len(share) < 480
    assert share == [client for client in clients if chosen(client, 20, "canary")]
    assert set(share) <= {client for client in clients if chosen(client, 30, "canary")}
    assert all(chosen(client, 100, "x") and not chosen(client, 0, "x") for client in clients)
    assert share != [client for client in clients if chosen(client, 20, "sample")]


def test_a_site_by_its_name(tmp_path: Path) -> None:
    made = policy(
        tmp_path,
        sites=(
            Site(name="shop", hosts=("shop.example", "*.shop.example")),
            Site(name="blog", hosts=("blog.example",), places=(Place(mode="enforce"),)),
        ),
    )

    def site(host: bytes) -> str:
        request = Request(b"GET", b"/", b"HTTP/1.1", ((b"hOST", host),))
        assert make_ready(made).standing(request).site == locate(made, request)[0].name
        return locate(made, request)[0].name

    assert site(b"shop.example") == site(b"SHOP.example:8080") == site(b"a.shop.example") == "shop"
    assert site(b"Blog.Example.") == "blog"
    assert site(b"other.example") == site(b"") == site(b"[::1]:80") == "shop"


def test_decisions_are_kept_and_laid_on(tmp_path: Path) -> None:
    made = policy(tmp_path, Place(), Place(path="/a/b", paranoia=3))
    assert read_decided(tmp_path) == Decided()
    exclusion = Exclusion(number=1, site="shop", target="ARGS:q", rule=942100)
    with deciding(tmp_path) as held:
        held[0] = Decided(
            exclusions=(exclusion, Exclusion(number=2, site="gone", rule=1)),
            enforced=(
                Enforced(site="shop", path="/a", mode="enforce"),
                Enforced(site="shop", path="/a/b/", mode="enforce"),
                Enforced(site="gone", path="/", mode="enforce"),
            ),
            last=2,
        )
    laid = read_decided(tmp_path).laid_on(made)
    assert laid.exclusions == (exclusion,)
    assert laid.sites[0].places == (
        Place(),
        Place(path="/a/b", paranoia=3, mode="enforce"),
        Place(path="/a", mode="enforce"),
    )
