"""People told over real channels: JSON to a server on loopback, mail through a real Postfix."""

from __future__ import annotations

import email
import email.policy
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.postfix import postfix
from vedette.model.action import Action, action_id
from vedette.model.errors import ActuatorError, ConfigError
from vedette.model.finding import Entity
from vedette.response.actuators.people.channel import Channel, ChannelSettings
from vedette.response.actuators.people.journal import MOST, NAME, Journal, Told
from vedette.response.actuators.people.message import Message, Part, harmless, shown
from vedette.response.actuators.people.people import AGAIN, HOUR, People
from vedette.response.actuators.people.posting import Posting
from vedette.response.actuators.people.telling import About, TellActuator
from vedette.response.actuators.people.tlp import ORDER, Tlp, may_carry, strictest, tlp_of

NOW = 1_800_000_000_000_000
MINUTE = 60_000_000
SECRET = "the payment run of Friday was changed"


class Chat(ThreadingHTTPServer):
    """Keeps what was said; answers `status` after `wait` seconds."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Chatting)
        self.said: list[dict[str, Any]] = []
        self.status = 200
        self.wait = 0.0
        self.headers: dict[str, str] = {}

    def url(self, more: str = "") -> str:
        return f"json://127.0.0.1:{self.server_address[1]}/T0KEN{more}"

    def texts(self) -> list[str]:
        return [f"{each['title']}\n{each['message']}" for each in self.said]


class _Chatting(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.server.wait)
        if self.server.status < 300:
            self.server.said.append(body)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `said` instead."""


class Firm:
    """Two chats and a clock."""

    def __init__(self, folder: Path, chats: list[Chat]) -> None:
        self.folder = folder
        self.ops, self.all = chats
        self.now = NOW
        self.alarms: list[str] = []

    def people(self, *channels: ChannelSettings) -> People:
        made = channels or (self.channel(), self.channel("all", tlp="CLEAR"))
        return People(
            [Channel(each) for each in made],
            Journal(self.folder),
            lambda: self.now,
            "https://console.firm.example/",
        )

    def channel(self, name: str = "ops", **said: Any) -> ChannelSettings:
        chat = self.ops if name == "ops" else self.all
        chosen: dict[str, Any] = {"url": chat.url(), "tlp": "AMBER", "seconds": 3.0} | said
        return ChannelSettings(name=name, **chosen)

    def teller(self, people: People | None = None, **said: Any) -> TellActuator:
        return TellActuator(
            people or self.people(),
            lambda: self.now,
            alarm=lambda what, fix: self.alarms.append(what),
            **said,
        )


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with ExitStack() as stack:
        chats = []
        for _ in range(2):
            chat = Chat()
            thread = threading.Thread(target=chat.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            stack.callback(thread.join)
            stack.callback(chat.server_close)
            stack.callback(chat.shutdown)
            chats.append(chat)
        yield Firm(tmp_path, chats)


def action(reason: str = SECRET, role: str = "security team", **scope: str) -> Action:
    target = Entity("person", role)
    pairs = tuple(sorted(scope.items()))
    made = action_id("tell", target, pairs, reason)
    return Action(made, "tell", target, pairs, "i1", reason, NOW, NOW + 60 * MINUTE)


def test_each_channel_carries_what_it_may(firm: Firm) -> None:
    tell = firm.teller(about=lambda action: About("critical", (Part("RED", "kim did it"),)))
    assert "over ops (TLP:AMBER), all (TLP:CLEAR)" in tell.plan(action()).words
    assert tell.verify(action()).state == "absent"
    assert firm.ops.said == []
    tell.apply(action())
    assert firm.ops.texts() == [
        "[TLP:AMBER] Vedette: incident i1 of level critical\n"
        f"TLP:AMBER\n\n{SECRET}\n\nThere is more, which may not be sent here.\n\n"
        "Open the console: https://console.firm.example/"
    ]
    assert firm.all.texts() == [
        "[TLP:CLEAR] Vedette: An incident of level critical waits.\n"
        "TLP:CLEAR\n\nAn incident of level critical waits.\n"
        "Its details may not be sent here. Open the console: https://console.firm.example/"
    ]
    found = tell.verify(action())
    assert (found.state, found.detail) == ("applied", "ops: sent; all: withheld")
    tell.apply(action())
    firm.teller().apply(action())  # as after a restart
    assert (len(firm.ops.said), len(firm.all.said)) == (1, 1)
    assert list(tell.standing()) == [action().id]


def test_taken_back(firm: Firm) -> None:
    tell = firm.teller()
    tell.undo(action())
    assert firm.ops.said == []
    tell.apply(action())
    tell.undo(action())
    tell.undo(action())
    assert tell.verify(action()).state == "absent"
    assert list(tell.standing()) == []
    assert firm.ops.texts()[1].startswith("[TLP:AMBER] Vedette: Taken back: incident i1 of level")
    assert f"Taken back: {SECRET}" in firm.ops.texts()[1]
    assert "What was told of an incident of level high is taken back." in firm.all.texts()[1]
    assert SECRET not in str(firm.all.said)
    assert len(firm.ops.said) == 2


def test_what_is_merely_over_is_not_taken_back(firm: Firm) -> None:
    tell = firm.teller()
    tell.apply(action())
    firm.now = NOW + 60 * MINUTE
    tell.undo(action())
    assert tell.verify(action()).state == "absent"
    assert len(firm.ops.said) == 1


def test_the_scope_says_with_whom_it_may_be_shared(firm: Firm) -> None:
    tell = firm.teller()
    tell.apply(action(tlp="tlp:red"))
    assert SECRET not in str(firm.ops.said)
    tell.apply(action("all may know", tlp="CLEAR"))
    assert "all may know" in firm.all.texts()[1]
    assert firm.all.texts()[1].startswith("[TLP:CLEAR]")
    for scope in ({"tlp": "PINK"}, {"colour": "red"}):
        with pytest.raises(ActuatorError, match=r"TLP level|unknown scope"):
            tell.plan(action(**scope))


def test_roles_are_reached_over_their_channels(firm: Firm) -> None:
    people = firm.people(
        firm.channel(roles=("Security Team",)), firm.channel("all", roles=("web operations",))
    )
    tell = firm.teller(people)
    tell.apply(action())
    assert (len(firm.ops.said), len(firm.all.said)) == (1, 0)
    with pytest.raises(ActuatorError, match="nobody is reached as 'board'; give a channel"):
        tell.plan(action(role="board"))
    with pytest.raises(ActuatorError, match="only a person"):
        tell.plan(msgspec.structs.replace(action(), target=Entity("host", "x")))


def test_a_channel_that_fails_does_not_silence_the_others(firm: Firm) -> None:
    firm.ops.status = 500
    tell = firm.teller()
    tell.apply(action())
    assert len(firm.all.said) == 1
    found = tell.verify(action())
    assert found.state == "applied"
    assert "error=500" in found.detail
    assert "T0KEN" not in found.detail
    assert len(firm.alarms) == 1
    tell.undo(action())
    assert len(firm.all.said) == 2


def test_nobody_reached_is_a_failure(firm: Firm) -> None:
    firm.ops.status = firm.all.status = 404
    tell = firm.teller()
    with pytest.raises(ActuatorError, match=r"channel ops: .*channel all: "):
        tell.apply(action())
    assert tell.verify(action()).state == "absent"
    assert list(tell.standing()) == []
    firm.ops.status = 200
    with pytest.raises(ActuatorError, match="not tried, it failed just before"):
        tell.apply(action())
    firm.teller().apply(action())
    assert len(firm.ops.said) == 1


def test_a_channel_that_hangs_is_given_up(firm: Firm) -> None:
    firm.ops.wait = 1.2
    people = firm.people(firm.channel(seconds=0.3))
    tell = firm.teller(people)
    began = time.monotonic()
    with pytest.raises(ActuatorError, match="not taken in 0 s"):
        tell.apply(action())
    with pytest.raises(ActuatorError, match="not tried"):
        tell.apply(action())
    assert time.monotonic() - began < 1


def test_redirects_are_not_followed(firm: Firm) -> None:
    firm.ops.status = 307
    firm.ops.headers = {"Location": f"http://127.0.0.1:{firm.all.server_address[1]}/"}
    with pytest.raises(ActuatorError):
        firm.teller(firm.people(firm.channel())).apply(action())
    assert firm.all.said == []


def test_a_flood_is_summed_up(firm: Firm) -> None:
    people = firm.people(firm.channel(per_hour=3))
    tell = firm.teller(people, about=lambda each: About("low"))
    wanted = [
        msgspec.structs.replace(action(f"number {i}"), expires=NOW + 9 * HOUR) for i in range(10)
    ]
    for each in wanted:
        firm.now += MINUTE
        tell.apply(each)
        assert tell.verify(each).state == "applied"
    assert len(firm.ops.said) == 3
    assert ["held back" in text for text in firm.ops.texts()] == [False, False, True]
    assert tell.verify(wanted[-1]).detail == "ops: held"
    assert people.flush() == []
    assert len(firm.ops.said) == 3  # no room yet
    again = firm.people(firm.channel(per_hour=3))  # as after a restart
    firm.now += HOUR
    assert again.flush() == []
    assert again.flush() == []
    assert len(firm.ops.said) == 4
    assert "7 messages were held back since 2027-01-15T08:04:00" in firm.ops.texts()[3]
    assert "highest of level low" in firm.ops.texts()[3]
    for each in wanted:
        tell.undo(each)
    assert sum("Taken back" in text for text in firm.ops.texts()) == 2  # 3 an hour, one summary


def test_a_summary_that_fails_is_not_lost(firm: Firm) -> None:
    people = firm.people(firm.channel(per_hour=1))
    people.notify("one")
    people.notify("two")
    firm.now += HOUR
    firm.ops.status = 500
    assert len(people.flush()) == 1
    firm.now += HOUR
    firm.ops.status = 200
    assert firm.people(firm.channel(per_hour=1)).flush() == []
    assert "1 message was held back" in firm.ops.texts()[-1]


def test_alarms_go_over_the_channels_for_alarms(firm: Firm) -> None:
    people = firm.people(firm.channel(), firm.channel("all", tlp="CLEAR", alarms=False))
    assert people.notify("the source mail is silent", "see that Postfix runs") == []
    assert people.notify("the source mail is silent", "see that Postfix runs") == []
    assert firm.all.said == []
    assert firm.ops.texts() == [
        "[TLP:AMBER] Vedette: the source mail is silent\nTLP:AMBER\n\nthe source mail is silent\n"
        "What to do: see that Postfix runs\n\nOpen the console: https://console.firm.example/"
    ]
    firm.now += AGAIN
    people.notify("the source mail is silent")
    assert len(firm.ops.said) == 2
    shy = firm.people(firm.channel("all", tlp="CLEAR"))
    shy.notify("a rule of kim's was changed", tlp="RED", level="critical")
    assert "An alarm of level critical about Vedette itself waits." in firm.all.texts()[0]
    assert "kim" not in str(firm.all.said)


def test_alarms_are_told_although_nothing_can_be_written(firm: Firm) -> None:
    (firm.folder / NAME).write_text("rubbish")
    people = firm.people(firm.channel(per_hour=2))
    faults = [people.notify(f"the disk is full {i}") for i in range(3)]
    assert len(firm.ops.said) == 2
    assert all("told.json: can't be read" in each[0] for each in faults)
    assert faults[2][1] == "channel ops: held back"
    tell = firm.teller(people)
    for call in (tell.apply, tell.verify, tell.undo):
        with pytest.raises(ActuatorError, match=r"told\.json: can't be read"):
            call(action())
    with pytest.raises(ActuatorError, match=r"told\.json"):
        tell.standing()
    assert len(people.flush()) == 1


def test_alarms_in_the_background_never_wait(firm: Firm) -> None:
    firm.ops.wait = 0.3
    failed: list[str] = []
    post = Posting(firm.people(firm.channel()), failed.append, every=0.05)
    began = time.monotonic()
    post("one", "fix it")
    post("two", "")
    assert time.monotonic() - began < 0.2
    post.close()
    assert [text.splitlines()[0] for text in firm.ops.texts()] == [
        "[TLP:AMBER] Vedette: one", "[TLP:AMBER] Vedette: two",
    ]  # fmt: skip
    assert failed == []


def test_what_fails_in_the_background_is_told_to_the_log(firm: Firm) -> None:
    firm.ops.status = 500
    failed: list[str] = []
    post = Posting(firm.people(firm.channel()), failed.append)
    post("one", "fix it")
    post.close()
    assert len(failed) == 1
    assert "channel ops" in failed[0]


def test_mail_through_a_real_server(firm: Firm) -> None:
    with postfix() as mx:
        url = (
            f"mailto://127.0.0.1:{mx.port}?from=vedette@firm.example&to=soc@firm.example"
            "&format=text"
        )
        people = firm.people(ChannelSettings(name="mail", url=url, tlp="AMBER+STRICT"))
        tell = firm.teller(people, tlp="AMBER+STRICT")
        tell.apply(action("mail of mallory@evil.example: see http://evil.example/x"))
        (raw,) = mx.delivered(1)
    got = email.message_from_bytes(raw, policy=email.policy.default)
    assert got["Subject"] == "[TLP:AMBER+STRICT] Vedette: incident i1 of level high"
    assert got["To"] == "soc@firm.example"
    body = got.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.startswith("TLP:AMBER+STRICT")
    assert "mallory[@]evil[.]example: see http[://]evil[.]example/x" in text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("windows://", "is not taken; use one of"),
        ("dbus://", "is not taken; use one of"),
        ("apprise://h/token", "is not taken; use one of"),
        ("https://hooks.slack.com/services/T/B/x", "is not taken; use one of"),
        ("rubbish", "is not taken; use one of"),
        ("jsons://h/?verify=no", "verify in its URL is not taken"),
        ("jsons://h/?VERIFY=no", "verify in its URL is not taken"),
        ("jsons://h/?a=b&%76erify=no", "verify in its URL is not taken"),
        ("json://h/?redirect=yes", "redirect in its URL is not taken"),
        ("discord://1/2?template=/etc/passwd", "template in its URL is not taken"),
        ("mailto://u:p@h.example?pgpprv=/etc/x", "pgpprv in its URL is not taken"),
        ("ntfy://topic?attach=http://h/x", "attach in its URL is not taken"),
        ("slack://", "can't read its URL of slack"),
        ("tgram://s3cr3t", "can't read its URL of tgram"),
    ],
)
def test_services_that_do_more_than_send_are_not_taken(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        Channel(ChannelSettings(name="c", url=url, tlp="CLEAR"))
    assert "s3cr3t" not in str(caught.value)
    assert "/etc" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://user:pass@mail.firm.example?to=soc@firm.example",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops",
        "mmosts://chat.firm.example/3ccdd113474722377935511fc85d3dd4",
        "rockets://user:pass@chat.firm.example/#ops",
        "matrixs://user:pass@matrix.firm.example/#ops",
        "ntfys://ntfy.firm.example/ops",
        "gotifys://push.firm.example/AbCdEfGhIjKlMnO",
        "signal://signal.firm.example:8080/+15555555555/+15555555556",
        "tgram://123456789:AbCdEfGhIjKlMnOpQrStUvWxYz/12315544/",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "pover://user@token",
        "workflows://prod.firm.example:443/643a4abcdef/f6c7ff/",
        "jsons://h.firm.example/x",
        "xmls://h.firm.example/x",
        "syslog://",
    ],
)
def test_services_that_are_taken(url: str) -> None:
    if url.startswith("pover"):
        url = "pover://" + "u" * 30 + "@" + "t" * 30
    Channel(ChannelSettings(name="c", url=url, tlp="CLEAR"))


def test_errors_tell_nothing_of_the_url(firm: Firm) -> None:
    url = "json://user:hunter2x@127.0.0.1:1/T0KEN"
    people = firm.people(ChannelSettings(name="c", url=url, tlp="RED"))
    (fault,) = people.notify("one")
    assert fault.startswith("channel c: 'A Connection error occurred")
    for secret in ("hunter2x", "T0KEN"):
        assert secret not in fault


def test_two_channels_of_one_name_are_a_fault(firm: Firm) -> None:
    with pytest.raises(ConfigError, match="channel ops stands twice"):
        firm.people(firm.channel(), firm.channel())


def test_what_was_told_is_remembered_to_a_limit(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.open() as pages:
        pages.told.update({str(i): Told(0, {}) for i in range(MOST + 5)})
    assert list(journal.read().told) == [str(i) for i in range(5, MOST + 5)]


levels = st.sampled_from(ORDER)


@given(st.lists(st.tuples(levels, st.integers(0, 10**6)), min_size=1, max_size=5), levels)
def test_no_channel_carries_more_than_it_may(parts: list[tuple[Tlp, int]], highest: Tlp) -> None:
    made = tuple(Part(level, f"part{number}x") for level, number in parts)
    title = "title0x"
    found = shown(Message("high", title, made, "something waits"), highest)
    allowed = [part for part in made if may_carry(highest, part.tlp)]
    for part in made:
        assert (part.text in found.body) == any(each.text == part.text for each in allowed)
    assert found.withheld == (not allowed)
    assert (title in found.title) == bool(allowed)
    label = strictest(tuple(part.tlp for part in allowed))
    assert found.body.startswith(f"TLP:{label}\n")
    assert found.title.startswith(f"[TLP:{label}] ")
    assert may_carry(highest, label)


@given(st.text(max_size=300))
def test_no_reader_finds_a_link_or_a_mention(text: str) -> None:
    plain = harmless(text)
    for mark in ("://", "<", ">", "`", "\x1b", "\u202e"):
        assert mark not in plain
    assert "@" not in plain.replace("[@]", "")


CASES: list[tuple[str, str]] = [
    ("see http://a.example/x", "see http[://]a[.]example/x"),
    ("@everyone <!channel>", "[@]everyone ‹!channel›"),
    ("from 192.0.2.1 at 10.5 %", "from 192.0.2.1 at 10.5 %"),
    ("invoice.zip", "invoice[.]zip"),
    ("a\r\n\r\nb\u202e", "a\nb\\u202e"),
]


@pytest.mark.parametrize(("text", "plain"), CASES)
def test_texts_are_made_harmless(text: str, plain: str) -> None:
    assert harmless(text) == plain
    assert len(harmless("x" * 5_000)) == 2_000


def test_levels_are_read_as_people_write_them() -> None:
    reading: Callable[[str], Tlp] = tlp_of
    assert [reading(text) for text in ("tlp:red", " Amber+Strict ", "CLEAR")] == [
        "RED", "AMBER+STRICT", "CLEAR",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="use one of CLEAR, GREEN, AMBER, "):
        tlp_of("WHITE")
