"""OpenC2 commands to a real server that is right, slow, lies, answers rubbish, or is gone."""

from __future__ import annotations

import hmac
import itertools
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from response.actuators.webhook.bridge import ANSWER, COMMAND, SECRET, Bridge, Reply, serving
from vedette.model.action import Action, action_id
from vedette.model.errors import ActuatorError, ConfigError
from vedette.model.finding import Entity
from vedette.model.signature import signature
from vedette.response.actuators.webhook.commanding import WebhookActuator
from vedette.response.actuators.webhook.openc2 import asking, doing, taking_back, target_of
from vedette.response.actuators.webhook.receiver import MOST, Receiver

EXPIRES = 1_800_000_000_000_000
KINDS = [
    ("isolate-host", Entity("host", "ws-17.firm.example"), "contain",
     {"device": {"hostname": "ws-17.firm.example"}}),
    ("disable-account", Entity("account", "FIRM\\kim"), "deny",
     {"x-vedette:account": {"account": "FIRM\\kim"}}),
    ("end-sessions", Entity("mailbox", "kim@firm.example"), "stop",
     {"x-vedette:sessions": {"mailbox": "kim@firm.example"}}),
]  # fmt: skip


def action(kind: str = "isolate-host", target: Entity | None = None) -> Action:
    target = target or KINDS[0][1]
    made = action_id(kind, target, (), "i1")
    return Action(made, kind, target, (), "i1", "for a test", EXPIRES - 1, EXPIRES)


def receiver(bridge: Bridge, **said: Any) -> Receiver:
    chosen = {"timeout": 3.0, "allow_private": True, "signed_answers": True} | said
    return Receiver("edr", chosen.pop("url", bridge.url()), SECRET, **chosen)


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    with serving() as made:
        yield made


@pytest.mark.parametrize(("kind", "target", "verb", "shape"), KINDS, ids=[k[0] for k in KINDS])
def test_done_asked_for_and_taken_back(
    bridge: Bridge, kind: str, target: Entity, verb: str, shape: Any
) -> None:
    actuator = WebhookActuator(receiver(bridge))
    wanted = action(kind, target)
    assert "edr is told to" in actuator.plan(wanted).words
    assert bridge.commands == []
    assert actuator.verify(wanted).state == "absent"
    actuator.apply(wanted)
    actuator.apply(wanted)
    assert actuator.verify(wanted).state == "applied"
    assert list(actuator.standing()) == [wanted.id]
    first, second = (each for each in bridge.commands if each["action"] == verb)
    request = first["args"]["x-vedette"].pop("request_id")
    assert request != second["args"]["x-vedette"].pop("request_id")
    assert first == second
    assert first == {
        "action": verb,
        "target": shape,
        "args": {
            "stop_time": EXPIRES // 1_000,
            "response_requested": "complete",
            "x-vedette": {"action": wanted.id, "kind": kind, "incident": "i1"},
        },
        "command_id": first["command_id"],
    }
    actuator.undo(wanted)
    actuator.undo(wanted)
    assert actuator.verify(wanted).state == "absent"
    assert list(actuator.standing()) == []
    (back, _) = (each for each in bridge.commands if each["action"] == "allow")
    assert back["target"] == shape
    assert "stop_time" not in back["args"]
    assert back["command_id"] != first["command_id"]


def test_the_request_is_as_openc2_over_https_has_it(bridge: Bridge) -> None:
    WebhookActuator(receiver(bridge, headers={"Authorization": "Bearer x"})).apply(action())
    ((headers, body),) = bridge.raw
    assert headers["Content-Type"] == COMMAND
    assert headers["Accept"] == ANSWER
    assert headers["Cache-Control"] == "no-store"
    assert headers["Authorization"] == "Bearer x"
    assert headers["Host"] == f"127.0.0.1:{bridge.server_address[1]}"
    assert headers["Date"].endswith(" GMT")
    assert json.loads(body)["args"]["x-vedette"]["request_id"] == headers["X-Request-ID"]
    moment = int(headers["Vedette-Signature"].partition(",")[0][2:])
    assert headers["Vedette-Signature"] == signature(SECRET, moment, body)
    plain = hmac.new(SECRET.encode(), b"%d." % moment + body, "sha256").hexdigest()
    assert signature(SECRET, moment, body) == f"t={moment},v1={plain}"


def test_a_receiver_that_takes_its_time_is_asked_until_it_is_done(bridge: Bridge) -> None:
    bridge.busy = 1
    actuator = WebhookActuator(receiver(bridge))
    actuator.apply(action())
    assert actuator.verify(action()).state == "applied"
    bridge.busy = 1
    actuator.undo(action())
    assert actuator.verify(action()).state == "absent"


def test_a_receiver_that_never_finishes_is_waited_for_no_longer_than_the_limit(
    bridge: Bridge,
) -> None:
    bridge.busy, bridge.deaf = 1, True
    actuator = WebhookActuator(receiver(bridge, timeout=1.0))
    began = time.monotonic()
    actuator.apply(action())
    assert time.monotonic() - began < 2
    assert actuator.verify(action()).state == "absent"


def _set(**said: Any) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        for name, value in said.items():
            setattr(reply, name, value)

    return change


def _header(name: str, value: str | None) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.headers.pop(name)
        if value is not None:
            reply.headers[name] = value

    return change


def _inside(**said: Any) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.body = json.dumps(json.loads(reply.body) | said).encode()

    return change


WRONG: dict[str, tuple[Callable[[Reply], None], str]] = {
    "no-content": (_set(body=b""), "no OpenC2 response"),
    "rubbish": (_set(body=b"\xff<html>"), "no OpenC2 response"),
    "deep": (_set(body=b'{"status": ' + b"[" * 50_000), "no OpenC2 response"),
    "a-list": (_set(body=b"[200]"), "no OpenC2 response"),
    "no-status": (_set(body=b"{}"), "no OpenC2 response"),
    "odd-status": (_inside(status=299), "which OpenC2 has not"),
    "two-tongues": (_inside(status=500), "answered 200 and says 500 inside"),
    "other-two-tongues": (_set(status=500), "answered 500 and says 200 inside"),
    "html": (_header("Content-Type", "text/html"), "which is not OpenC2"),
    "no-type": (_header("Content-Type", None), "which is not OpenC2"),
    "json": (_header("Content-Type", "application/json"), "which is not OpenC2"),
    "other-request": (_header("X-Request-ID", "x"), "to another request"),
    "no-request": (_header("X-Request-ID", None), "to another request"),
    "other-secret": (_set(secret="another"), "signature of its answer is wrong"),
    "old": (_set(moment=int(time.time()) - 301), "see to its clock"),
    "too-long": (_set(body=b'{"status":200}' + b" " * MOST), "longer than"),
    "cut": (_set(length=5_000), "can't be understood"),
    "redirect": (_set(status=307), "redirects are not followed"),
    "slow": (_set(wait=1.5), "no whole answer in 1 s"),
    "drip": (_set(drip=0.2), "no whole answer in 1 s"),
}


@pytest.mark.parametrize(("wrong", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_answer_is_an_error(
    bridge: Bridge, wrong: Callable[[Reply], None], said: str
) -> None:
    bridge.wrong = wrong
    actuator = WebhookActuator(receiver(bridge, timeout=1.0))
    calls: list[Callable[[], Any]] = [
        lambda: actuator.apply(action()),
        lambda: actuator.verify(action()),
        actuator.standing,
    ]
    for call in calls[: 1 if said.startswith("no whole") else 3]:
        began = time.monotonic()
        with pytest.raises(ActuatorError, match=said) as caught:
            call()
        assert time.monotonic() - began < 1.4
        assert "T0KEN" not in str(caught.value)
        assert "receiver edr (http://127.0.0.1:" in str(caught.value)


def test_a_refusal_is_said_in_the_receivers_words(bridge: Bridge) -> None:
    def refuse(reply: Reply) -> None:
        reply.status = 404
        reply.body = b'{"status": 404, "status_text": "no such host\\u001b[2J"}'

    bridge.wrong = refuse
    with pytest.raises(ActuatorError, match=r"status 404 'no such host\\x1b\[2J'"):
        WebhookActuator(receiver(bridge)).apply(action())


LIES: dict[str, tuple[Callable[[list[str]], list[dict[str, str]]], str, str]] = {
    "everything-stands": (
        lambda ids: [_stands(each) for each in ids], "unknown", "what nobody asked"
    ),
    "nothing-stands": (lambda ids: [], "absent", "does not stand"),
    "another-host": (
        lambda ids: [_stands(ids[0], target="ws-18")], "unknown", "isolate-host ws-18 is applied"
    ),
    "another-kind": (
        lambda ids: [_stands(ids[0], kind="end-sessions")], "unknown", "end-sessions"
    ),
    "half-done": (lambda ids: [_stands(ids[0], state="queued")], "unknown", "is queued"),
    "both": (
        lambda ids: [_stands(ids[0]), _stands(ids[0], state="absent")], "unknown", "is absent"
    ),
}  # fmt: skip


def _stands(name: str, **said: str) -> dict[str, str]:
    plain = {"id": name, "kind": "isolate-host", "target": KINDS[0][1].value, "state": "applied"}
    return plain | said


@pytest.mark.parametrize(("lie", "state", "said"), LIES.values(), ids=LIES)
def test_a_receiver_that_lies_is_not_believed(
    bridge: Bridge, lie: Callable[[list[str]], list[dict[str, str]]], state: str, said: str
) -> None:
    """It says 200 to the command; what it says when it is asked does not hold."""
    bridge.deaf = True
    actuator = WebhookActuator(receiver(bridge))
    actuator.apply(action())

    def change(reply: Reply) -> None:
        asked = bridge.commands[-1]["target"]["x-vedette:actions"]["ids"]
        results = {"x-vedette": {"actions": lie(asked)}}
        reply.body = json.dumps({"status": 200, "results": results}).encode()

    bridge.wrong = change
    found = actuator.verify(action())
    assert found.state == state
    assert said in found.detail


@pytest.mark.parametrize(
    "results", [{}, {"x-vedette": 1}, {"x-vedette": {"actions": [{"id": 1}]}}], ids=repr
)
def test_a_receiver_that_keeps_no_book_can_not_be_verified(bridge: Bridge, results: Any) -> None:
    bridge.wrong = _set(body=json.dumps({"status": 200, "results": results}).encode())
    with pytest.raises(ActuatorError, match="it does not say what stands"):
        WebhookActuator(receiver(bridge)).verify(action())


def test_a_receiver_that_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as made:
        port = made.getsockname()[1]
    gone = Receiver("edr", f"http://127.0.0.1:{port}/", SECRET, allow_private=True)
    with pytest.raises(ActuatorError, match="Connection refused"):
        WebhookActuator(gone).apply(action())
    nowhere = Receiver("edr", "https://nowhere.invalid/", SECRET, allow_private=True)
    with pytest.raises(ActuatorError, match="can't be asked"):
        WebhookActuator(nowhere).verify(action())


def test_another_secret_is_told_so(bridge: Bridge) -> None:
    other = Receiver("edr", bridge.url(), "another secret, as long", allow_private=True)
    with pytest.raises(ActuatorError, match="status 401"):
        WebhookActuator(other).apply(action())
    assert bridge.stands == {}


def test_a_replayed_command_is_known_again(bridge: Bridge) -> None:
    """The id that makes each command unique is under the signature."""
    WebhookActuator(receiver(bridge)).apply(action())
    ((headers, body),) = bridge.raw
    bridge.stands.clear()
    with socket.create_connection(("127.0.0.1", bridge.server_address[1])) as made:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        made.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body)
        assert made.recv(100).startswith(b"HTTP/1.0 400")
    assert bridge.stands == {}


def test_tls_is_verified(tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    for made in (authority, other):
        made.cert_pem.write_to_path(str(tmp_path / f"{made is authority}.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with serving(context) as bridge:
        url = bridge.url("https", "localhost")
        right = receiver(bridge, url=url, ca=tmp_path / "True.pem")
        actuator = WebhookActuator(right)
        actuator.apply(action())
        assert actuator.verify(action()).state == "applied"
        for wrong in (
            receiver(bridge, url=url, ca=tmp_path / "False.pem"),
            receiver(bridge, url=url),
            receiver(bridge, url=bridge.url("https"), ca=tmp_path / "True.pem"),
        ):
            with pytest.raises(ActuatorError, match="its certificate is not trusted"):
                WebhookActuator(wrong).apply(action())


def test_private_addresses_must_be_meant(bridge: Bridge) -> None:
    shy = Receiver("edr", bridge.url("https"), SECRET)
    with pytest.raises(ActuatorError, match="say allow_private: true"):
        WebhookActuator(shy).apply(action())
    far = Receiver("edr", "http://192.0.2.1/", SECRET, allow_private=True)
    with pytest.raises(ActuatorError, match="another machine's; use https"):
        WebhookActuator(far).apply(action())
    assert bridge.raw == []


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://edr.example/", False),
        ("ftp://edr.example/", True),
        ("https://", True),
        ("https://user:pass@edr.example/", True),
        ("https://[::1", True),
        ("https://edr.example:99999/", True),
        ("https://edr.example/a b\u0007", True),
    ],
)
def test_urls_that_are_refused(url: str, private: bool) -> None:
    with pytest.raises(ConfigError, match="edr: its URL"):
        Receiver("edr", url, SECRET, allow_private=private)


def test_settings_that_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="16 characters"):
        Receiver("edr", "https://edr.example/", "short")
    with pytest.raises(ConfigError, match="PEM file"):
        Receiver("edr", "https://edr.example/", SECRET, ca=tmp_path / "none")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Action("a", "tell", Entity("person", "x"), (), "i", "", 0, 1), "no command says that"),
        (Action("a", "isolate-host", Entity("account", "x"), (), "i", "", 0, 1), "never aimed"),
        (Action("a", "isolate-host", Entity("host", "x\n"), (), "i", "", 0, 1), "printable"),
        (Action("a", "isolate-host", Entity("host", "x" * 501), (), "i", "", 0, 1), "1 to 500"),
        (
            Action("a", "isolate-host", Entity("host", "x"), (("port", "1"),), "i", "", 0, 1),
            "knows no scope",
        ),
    ],
)
def test_what_no_command_says(bridge: Bridge, made: Action, said: str) -> None:
    actuator = WebhookActuator(receiver(bridge))
    for call in (actuator.plan, actuator.apply):
        with pytest.raises(ActuatorError, match=said):
            call(made)
    assert bridge.raw == []


def test_kinds_can_be_shared_out(bridge: Bridge) -> None:
    actuator = WebhookActuator(receiver(bridge), {"end-sessions", "tell"})
    assert actuator.kinds == {"end-sessions"}


@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=40))
def test_commands_are_openc2(kind: tuple[str, Entity, str, Any], value: str) -> None:
    made = action(kind[0], Entity(kind[1].kind, value))
    try:
        target_of(made)
    except ActuatorError:
        return
    for command in (doing(made), taking_back(made), asking([made.id])):
        assert set(command) <= {"action", "target", "args", "actuator", "command_id"}
        assert len(command["target"]) == 1
        json.dumps(command)
    ids = {doing(each)["command_id"] for each in (made, action("isolate-host"))}
    assert doing(made)["command_id"] in ids


def test_hosts_are_named_as_far_as_they_have_names() -> None:
    named = {
        value: next(iter(target_of(action("isolate-host", Entity("host", value)))["device"]))
        for value in ("a", "ws-17", "ws_1.firm.example", "10.0.0.1", "-x", "a..b", "x" * 64)
    }
    assert named == dict(
        zip(named, itertools.chain(["hostname"] * 3, itertools.repeat("device_id")), strict=False)
    )
