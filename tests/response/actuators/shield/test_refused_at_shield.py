"""Clients and parameters refused at real doors: proxy, served source, nginx, a framework."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from wsgiref.util import setup_testing_defaults

import msgspec
import pytest

from servers.nginx import nginx
from servers.postfix import free_port, server_folder
from shield.decision.deciding import deciding, snippet
from shield.proxy.origin import Origin
from shield.proxy.standing import Standing, soon, standing
from shield.small_pack import policy
from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.finding import Entity
from vedette.response.actuating import Verified
from vedette.response.actuators.shield.refusing import ShieldActuator
from vedette.shield.client import trusted_peers
from vedette.shield.decision.service import DecisionSettings
from vedette.shield.guard import ShieldGuard
from vedette.shield.guard.outlet import Collected
from vedette.shield.live.settings import Serving
from vedette.shield.live.source import ShieldSource
from vedette.shield.middleware.settings import Settings
from vedette.shield.middleware.wsgi import ShieldMiddleware
from vedette.shield.policy.ready import make_ready
from vedette.shield.policy.settings import Place, Site
from vedette.shield.proxy import ProxySettings, Timeouts, Upstream
from vedette.store.refusals import NAME, Refusals

BAD, GOOD, MAPPED = "203.0.113.66", "203.0.113.7", "::ffff:203.0.113.66"
MINUTE = 60_000_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
JSON = {"Content-Type": "application/json; charset=utf-8"}


class Clock:
    """The real one, and what it is ahead."""

    ahead = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000 + self.ahead


class Site_:
    """A guard in the shadow, that samples nobody, and the actuator of its refusals."""

    def __init__(self, folder: Path, **said: Any) -> None:
        self.clock = Clock()
        self.folder = folder
        self.out = Collected()
        self.log = folder / "log"
        sites = (Site(name="shop", places=(Place(sample=0),)),)
        made = make_ready(policy(folder / "crs", sites=sites))
        self.guard = ShieldGuard(
            made,
            self.out,
            now=self.clock,
            log=self.log,
            refusals=Refusals(folder, self.clock),
        )
        self.actuator = ShieldActuator(Refusals(folder, self.clock), folder, self.clock, **said)

    def client(self, address: str = BAD, **scope: str) -> Action:
        return self._action("refuse-client", Entity("address", address), scope)

    def parameter(self, name: str = "q", **scope: str) -> Action:
        return self._action("refuse-parameter", Entity("url", name), scope)

    def _action(self, kind: str, target: Entity, scope: dict[str, str]) -> Action:
        pairs = tuple(sorted(scope.items()))
        made = f"{kind}/{target.value}/{pairs}"
        now = self.clock()
        return Action(made, kind, target, pairs, "i1", "for a test", now, now + MINUTE)

    def alarms(self) -> list[str]:
        return [str(each["sentence"]) for each in self.out.records if each["kind"] == "alarm"]

    def turned_away(self) -> list[dict[str, Any]]:
        return [dict(each) for each in self.out.records if each["kind"] == "turned_away"]


@contextmanager
def at_the_door(folder: Path) -> Iterator[tuple[Site_, Standing]]:
    site = Site_(folder)
    try:
        with standing(
            cast(Any, site.guard), trusted=("127.0.0.1/32",), client_from="x-forwarded-for"
        ) as stood:
            yield site, stood
    finally:
        site.guard.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site_]:
    made = Site_(tmp_path)
    yield made
    made.guard.close()


def ask(
    port: int, client: str, target: str = "/", body: bytes = b"", **headers: str
) -> tuple[int, str | None, bytes]:
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    named = {"X-Forwarded-For": client, **headers}
    made.request("POST" if body else "GET", target, body or None, named)
    answer = made.getresponse()
    found = answer.status, answer.headers["X-Vedette-Incident"], answer.read()
    made.close()
    return found


def becomes(port: int, status: int, client: str = BAD, target: str = "/") -> None:
    soon(lambda: ask(port, client, target)[0] == status)


def test_a_client_is_refused_and_nobody_else(tmp_path: Path) -> None:
    with at_the_door(tmp_path) as (site, stood):
        action = site.client()
        assert ask(stood.port, BAD)[0] == 200
        assert "answered 403" in site.actuator.plan(action).words
        assert not (tmp_path / NAME).exists()
        site.actuator.apply(action)
        site.actuator.apply(action)
        assert site.actuator.verify(action).state == "applied"
        assert list(site.actuator.standing()) == [action.id]
        becomes(stood.port, 403)
        before = len(stood.origin.got)
        status, incident, page = ask(stood.port, MAPPED, "/fine?a=1")
        assert (status, ask(stood.port, GOOD)[0]) == (403, 200)
        assert incident is not None
        assert incident.encode() in page
        assert action.id.encode() not in page
        assert len(stood.origin.got) == before + 1
        (record,) = [each for each in site.turned_away() if each["incident"] == incident]
        assert record == {
            "kind": "turned_away", "time": record["time"], "id": record["id"], "site": "shop",
            "host": f"127.0.0.1:{stood.port}", "method": "GET", "path": "/fine",
            "template": "/fine", "client": record["client"], "action": "blocked",
            "mode": "shadow", "status": 403, "incident": incident, "rule": 2_000_090, "phase": 1,
            "refused_by": action.id,
        }  # fmt: skip
        assert f'[id "2000090"] [msg "An action refuses this client"] [data "action {action.id}"]' \
            in site.log.read_text()  # fmt: skip
        site.actuator.undo(action)
        site.actuator.undo(action)
        assert site.actuator.verify(action).state == "absent"
        assert list(site.actuator.standing()) == []
        becomes(stood.port, 200)
        assert site.alarms() == []


def test_a_client_passes_again_when_its_time_is_over(tmp_path: Path) -> None:
    with at_the_door(tmp_path) as (site, stood):
        action = site.client()
        site.actuator.apply(action)
        site.guard.look()
        becomes(stood.port, 403)
        site.clock.ahead = MINUTE + 1
        assert ask(stood.port, BAD)[0] == 200  # at once: no file has to be written or read
        assert site.actuator.verify(action).state == "absent"
        later = msgspec.structs.replace(action, expires=site.clock() + MINUTE)
        site.actuator.apply(later)
        site.guard.look()
        becomes(stood.port, 403)


@pytest.mark.parametrize(
    "target",
    ["/admin", "/admin/", "/admin/x?y", "/%61dmin", "/x/../admin", "//admin", "/admin;a=b/c"],
)
def test_a_client_is_refused_at_a_path_however_it_is_written(tmp_path: Path, target: str) -> None:
    with at_the_door(tmp_path) as (site, stood):
        site.actuator.apply(site.client(path="/admin"))
        site.guard.look()
        becomes(stood.port, 403, target="/admin")
        assert ask(stood.port, BAD, target)[0] == 403
        assert ask(stood.port, GOOD, target)[0] == 200
        assert [ask(stood.port, BAD, each)[0] for each in ("/", "/administration", "/x")] == [
            200
        ] * 3


PART = b'--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n'
PATCHED: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("query", "/a?x=1&q=..%2Fetc", b"", {}),
    ("encoded", "/a?%71=%2e%2e/etc", b"", {}),
    ("form", "/a", b"x=1&q=..%2Fetc", FORM),
    ("many", "/a", b"x=1&" * 15_000 + b"q=../etc", FORM),
    ("multipart", "/a", PART + b"../etc\r\n--b--\r\n", MULTIPART),
    ("last", "/a?q=fine&q=../etc", b"", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "body", "headers"), [each[1:] for each in PATCHED], ids=[each[0] for each in PATCHED]
)
def test_a_pattern_in_a_parameter_is_refused(
    tmp_path: Path, target: str, body: bytes, headers: dict[str, str]
) -> None:
    with at_the_door(tmp_path) as (site, stood):
        action = site.parameter("ARGS:q", path="/a", pattern=r"\.\./")
        site.actuator.apply(action)
        site.guard.look()
        becomes(stood.port, 403, GOOD, "/a?q=../")
        harmless = body.replace(b"..%2F", b"").replace(b"../", b"")
        clean = target.replace("../", "").replace("..%2F", "").replace("%2e%2e/", "")
        assert ask(stood.port, GOOD, target, body, **headers)[0] == 403
        assert ask(stood.port, GOOD, clean, harmless, **headers)[0] == 200
        assert ask(stood.port, GOOD, target.replace("/a", "/b", 1), body, **headers)[0] == 200
        assert {each["parameter"] for each in site.turned_away()} == {"ARGS:q"}
        site.actuator.undo(action)
        site.guard.look()
        becomes(stood.port, 200, GOOD, "/a?q=../")
        assert ask(stood.port, GOOD, target, body, **headers)[0] == 200


def test_json_is_named_as_reports_name_it(tmp_path: Path) -> None:
    with at_the_door(tmp_path) as (site, stood):
        site.actuator.apply(site.parameter(parameter="json.items.array_*.name"))
        site.guard.look()
        becomes(stood.port, 403, GOOD, "/?json.items.array_0.name=1")
        for data, status in (
            ({"items": [{"name": "x"}]}, 403),
            ({"items": [{"id": 1}, {"id": 2, "name": ""}]}, 403),
            ({"items": [{"id": 1}], "name": "x"}, 200),
        ):
            body = json.dumps(data).encode()
            assert ask(stood.port, GOOD, "/", body, **JSON)[0] == status


def test_more_arguments_than_are_looked_at_are_refused_where_a_parameter_is(tmp_path: Path) -> None:
    with at_the_door(tmp_path) as (site, stood):
        site.actuator.apply(site.parameter(path="/a"))
        site.guard.look()
        becomes(stood.port, 403, GOOD, "/a?q=")
        body = b"x&" * 20_001
        assert ask(stood.port, GOOD, "/a", body, **FORM)[0] == 403
        assert ask(stood.port, GOOD, "/b", body, **FORM)[0] == 200


def test_a_file_that_cant_be_read_is_an_alarm_and_changes_nothing(tmp_path: Path) -> None:
    with at_the_door(tmp_path) as (site, stood):
        site.actuator.apply(site.client())
        site.guard.look()
        becomes(stood.port, 403)
        (tmp_path / NAME).write_text("rubbish\n")
        soon(lambda: ask(stood.port, BAD)[0] == 403 and bool(site.alarms()))
        assert "what was known holds" in site.alarms()[0]
        assert ask(stood.port, GOOD)[0] == 200
        with pytest.raises(ActuatorError, match=r"refusals\.ndjson:1: no refusal"):
            site.actuator.apply(site.client())
        with pytest.raises(ActuatorError, match=r"refusals\.ndjson:1"):
            site.actuator.undo(site.client())
        with pytest.raises(ActuatorError, match=r"refusals\.ndjson:1"):
            list(site.actuator.standing())
        (tmp_path / NAME).unlink()
        becomes(stood.port, 200)


def test_served_by_processes_of_their_own(tmp_path: Path, site: Site_) -> None:
    """`vedette shield serve`: two workers, each looks by itself."""

    async def run() -> None:
        origin = Origin()
        await origin.start()
        serving = Serving(
            name="web",
            proxy=ProxySettings(
                upstreams=(Upstream(url=f"http://127.0.0.1:{origin.port}"),),
                port=0,
                workers=2,
                trusted=("127.0.0.1/32",),
                client_from="x-forwarded-for",
                timeouts=Timeouts(drain=1, linger=0.2),
            ),
            refusals=str(tmp_path),
        )
        source = ShieldSource(serving, policy(tmp_path / "crs"), tmp_path / "decided")
        told: list[dict[str, Any]] = []

        async def read() -> None:
            async for batch in source.batches(None):
                told.extend(dict(batch.rows.record(i)) for i in range(len(batch.rows)))
                await source.safe(batch)

        task = asyncio.create_task(read())
        try:
            while source.address is None:
                assert not task.done(), task
                await asyncio.sleep(0.02)
            port = source.address[1]
            action = site.client()
            site.actuator.apply(action)
            await asyncio.sleep(1.6)
            found = await asyncio.gather(
                *(asyncio.to_thread(ask, port, BAD if i % 2 else GOOD) for i in range(20))
            )
            assert [each[0] for each in found] == [200, 403] * 10
            site.actuator.undo(action)
            await asyncio.sleep(1.6)
            assert (await asyncio.to_thread(ask, port, BAD))[0] == 200
            until = time.monotonic() + 10
            while sum(each["kind"] == "turned_away" for each in told) < 10:
                assert time.monotonic() < until, told
                await asyncio.sleep(0.02)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await origin.stop()

    asyncio.run(run())


def test_nginx_that_asks_is_told(site: Site_) -> None:
    with (
        deciding(DecisionSettings(asker="nginx", port=0), cast(Any, site.guard)) as made,
        server_folder("nginx") as root,
    ):
        port = free_port()
        text = snippet("shield-nginx.md", "nginx")
        text = text.replace("127.0.0.1:8090", f"127.0.0.1:{made.port}")
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{made.origin.port}")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
        with nginx(root, text, port):
            action = site.parameter(pattern="^[0-9]+$")
            assert ask(port, "", "/?q=4711")[0] == 200
            site.actuator.apply(action)
            site.guard.look()
            becomes(port, 403, "", "/?q=4711")
            assert ask(port, "", "/?q=shoes")[0] == 200
            site.actuator.undo(action)
            site.guard.look()
            becomes(port, 200, "", "/?q=4711")


def test_in_an_application(site: Site_) -> None:

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    shielded = ShieldMiddleware(
        app, site.guard, Settings(clock=site.clock, trusted=trusted_peers(("127.0.0.1",)))
    )

    def status(client: str) -> str:
        environ: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": client}
        setup_testing_defaults(environ)
        said: list[str] = []
        answer: Any = shielded(environ, cast(Any, lambda text, headers, *_: said.append(text)))
        b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return said[0][:3]

    assert status(BAD) == "200"
    site.actuator.apply(site.client())
    site.clock.ahead += 2_000_000  # nobody keeps house here: a request looks itself
    assert [status(BAD), status(GOOD)] == ["403", "200"]


WRONG = [
    ("refuse-client", "address", "10.0.0.0/8", {}, "networks and names are not refused"),
    ("refuse-client", "host", "h1", {}, "by its address"),
    ("refuse-client", "address", "127.0.0.1", {}, "nobody's on the network"),
    ("refuse-client", "address", "198.51.100.4", {}, "a proxy in front"),
    ("refuse-client", "address", BAD, {"path": "admin"}, "begins with a slash"),
    ("refuse-client", "address", BAD, {"pattern": "x"}, "unknown scope of refuse-client"),
    ("refuse-client", "address", BAD, {"site": "blog"}, "no such website; use one of shop"),
    ("refuse-parameter", "url", "http://shop.example/a", {}, "which parameter?"),
    ("refuse-parameter", "url", "REQUEST_COOKIES:sid", {}, "only parameters"),
    ("refuse-parameter", "url", "q", {"pattern": "(?=x)"}, "no pattern of RE2"),
    ("refuse-parameter", "url", "q", {"pattern": "x" * 1_001}, "1 to 1000 characters"),
    ("isolate-host", "host", "h1", {}, "not an action at a website"),
]


@pytest.mark.parametrize(("kind", "entity", "value", "scope", "said"), WRONG)
def test_what_cant_be_refused_is_said(
    tmp_path: Path, kind: str, entity: str, value: str, scope: dict[str, str], said: str
) -> None:
    clock = Clock()
    never = (ipaddress.ip_network("198.51.100.0/24"),)
    actuator = ShieldActuator(
        Refusals(tmp_path, clock), tmp_path, clock, sites=("shop",), never=never
    )
    action = Action("a", kind, Entity(entity, value), tuple(sorted(scope.items())), "i", "", 0, 1)
    with pytest.raises(ActuatorError, match=said):
        actuator.plan(action)
    with pytest.raises(ActuatorError, match=said):
        actuator.apply(action)
    actuator.undo(action)
    assert actuator.verify(action) == Verified("absent", f"nothing refuses {value} for this action")
    assert not (tmp_path / NAME).exists()


def test_a_parameter_of_a_page_is_refused_at_that_page(tmp_path: Path, site: Site_) -> None:
    page = site.parameter("http://shop.example/item/x{number}", parameter="q")
    site.actuator.apply(page)
    (written,) = (tmp_path / NAME).read_text().splitlines()
    assert json.loads(written)["scope"] == [["path", "/item"]]
    assert site.actuator.verify(page).state == "applied"
    other = msgspec.structs.replace(page, scope=(("parameter", "r"),))
    assert site.actuator.verify(other).state == "absent"
