"""Guessing is slow, and nobody is locked out by others."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from console.access.access_shapes import (
    DAY,
    HOME,
    HOUR,
    MINUTE,
    PASSWORD,
    SECOND,
    Clock,
    House,
    entered,
    house,
)
from vedette.console.access.network import Origin, origin_of
from vedette.console.access.person import Client, Denied, Opened
from vedette.console.access.throttle import (
    ACCOUNT,
    DEVICE,
    LONGEST_WAIT,
    NARROW,
    WIDE,
    Limit,
    Throttle,
    Ticket,
)

HERE = origin_of("198.51.100.7")
NEIGHBOURS = st.ip_addresses(network="198.51.100.0/24")
ELSEWHERE = (
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), NEIGHBOURS)
    .map(str)
    .filter(lambda text: text != "198.51.100.7")
)


def most(limit: Limit, seconds: int) -> float:
    """Tries that a limit can let in: those that are free, those that were forgotten, and the few
    that pay the doubling wait."""
    doublings = 0
    while 2**doublings < LONGEST_WAIT / SECOND:
        doublings += 1
    paid = seconds / (LONGEST_WAIT / SECOND)
    return limit.free + seconds * SECOND / limit.leak + doublings + paid + 1


@given(st.lists(st.integers(0, 3600), min_size=1, max_size=200))
def test_one_network_gets_few_tries_at_an_account_whenever_it_comes(pauses: list[int]) -> None:
    clock = Clock()
    throttle = Throttle(clock)
    tried = 0
    for pause in pauses:
        clock.pass_by(pause * SECOND)
        tried += isinstance(throttle.admit("ada", HERE), Ticket)
    assert tried <= most(ACCOUNT, sum(pauses))


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from([f"name{n}" for n in range(40)])),
        min_size=1, max_size=300,
    )
)  # fmt: skip
@settings(max_examples=50)
def test_one_network_gets_few_tries_at_all_accounts_together(tries: list[tuple[int, str]]) -> None:
    clock = Clock()
    throttle = Throttle(clock)
    tried = 0
    for pause, name in tries:
        clock.pass_by(pause * SECOND)
        tried += isinstance(throttle.admit(name, HERE), Ticket)
    assert tried <= most(NARROW, sum(pause for pause, _ in tries))


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=400))
@settings(max_examples=30)
def test_networks_that_cost_nothing_count_together(addresses: list[int]) -> None:
    throttle = Throttle(Clock())
    tried = sum(
        isinstance(throttle.admit(f"n{n}", origin_of(f"2001:db8:1:{last:x}::1")), Ticket)
        for n, last in enumerate(addresses)
    )
    assert tried <= WIDE.free


@given(
    st.lists(
        st.tuples(
            st.integers(0, 600),
            st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), NEIGHBOURS)
            .map(str)
            .filter(lambda text: text != "198.51.100.7"),
        ),
        max_size=200,
    )
)
@settings(max_examples=50)
def test_whoever_comes_from_elsewhere_takes_nothing_from_the_owner(
    attacks: list[tuple[int, str]],
) -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for pause, address in attacks:
        clock.pass_by(pause * SECOND)
        throttle.admit("ada", origin_of(address))
    assert isinstance(throttle.admit("ada", HERE), Ticket)


@given(st.lists(st.sampled_from(["ada", "ben"]), max_size=300))
@settings(max_examples=50)
def test_a_known_browser_is_never_held_up_by_others(names: list[str]) -> None:
    throttle = Throttle(Clock())
    for name in names:
        throttle.admit(name, HERE)  # at the very same address
    assert isinstance(throttle.admit("ada", HERE, "browser"), Ticket)


def test_a_known_browser_has_a_limit_of_its_own_and_then_those_of_others() -> None:
    throttle = Throttle(Clock())
    tried = sum(isinstance(throttle.admit("ada", HERE, "browser"), Ticket) for _ in range(100))
    assert tried == DEVICE.free + ACCOUNT.free


def test_the_wait_doubles_and_ends() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(ACCOUNT.free):
        assert isinstance(throttle.admit("ada", HERE), Ticket)
    waits = []
    for _ in range(20):
        wait = throttle.admit("ada", HERE)
        assert isinstance(wait, int)
        waits.append(wait)
        clock.pass_by(wait)
        assert isinstance(throttle.admit("ada", HERE), Ticket)
    assert all(later >= sooner for sooner, later in pairwise(waits[:9]))
    assert 1.9 * SECOND <= waits[0] <= 2.1 * SECOND
    assert max(waits) <= LONGEST_WAIT
    clock.pass_by(DAY)
    assert isinstance(throttle.admit("ada", HERE), Ticket)


def test_waiting_too_short_costs_nothing_more() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(ACCOUNT.free):
        throttle.admit("ada", HERE)
    first = throttle.admit("ada", HERE)
    assert isinstance(first, int)
    for _ in range(1000):
        throttle.admit("ada", HERE)
    clock.pass_by(first)
    assert isinstance(throttle.admit("ada", HERE), Ticket)


def test_a_clock_that_was_set_back_keeps_nobody_out_for_long() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(ACCOUNT.free + 1):
        throttle.admit("ada", HERE)
    clock.pass_by(-30 * DAY)
    wait = throttle.admit("ada", HERE)
    assert isinstance(wait, int) and wait <= LONGEST_WAIT
    clock.pass_by(wait)
    assert isinstance(throttle.admit("ada", HERE), Ticket)


def test_being_right_begins_anew_for_the_account_but_not_for_the_network() -> None:
    throttle = Throttle(Clock())
    for n in range(NARROW.free * 4):
        ticket = throttle.admit("mallory", HERE)  # their own account, to wipe the count
        if isinstance(ticket, Ticket):
            ticket.right()
        throttle.admit(f"victim{n}", HERE)
    assert isinstance(throttle.admit("victim", HERE), int)
    fresh = Throttle(Clock())
    for _ in range(1000):
        ticket = fresh.admit("ada", HERE)
        assert isinstance(ticket, Ticket)
        ticket.right()


def test_what_is_remembered_is_bounded() -> None:
    throttle = Throttle(Clock(), most=100)
    for n in range(10_000):
        throttle.admit(f"n{n}", Origin(f"narrow{n}", f"wide{n}"))
    assert len(throttle._buckets) <= 100


def test_networks_are_what_one_subscriber_has() -> None:
    assert origin_of("198.51.100.7") == ("198.51.100.7", "198.51.100.7")
    assert origin_of("::ffff:198.51.100.7") == origin_of("198.51.100.7")
    assert origin_of("2001:db8:1:2:3::4") == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert origin_of("fe80::1%eth0") == ("fe80::/64", "fe80::/48")
    assert origin_of("pipe") == ("unknown", "unknown")


def attack(it: House, client: Client, times: int = 60) -> int:
    """How many guesses were compared."""
    results = [it.access.login("ada", f"guess {n}", client) for n in range(times)]
    return results.count(Denied("wrong"))


def test_an_attacker_from_elsewhere_cannot_keep_the_owner_out(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        for n in range(30):
            attack(it, Client(f"203.0.{n}.9"), 20)
        # in a browser that is new here
        assert isinstance(it.access.login("ada", PASSWORD, HOME), Opened)


def test_an_attacker_beside_the_owner_cannot_keep_a_known_browser_out(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        device = it.opened("ada").device
        for n in range(24 * 4):
            attack(it, HOME, 10)
            it.clock.pass_by(15 * MINUTE)
            if n % 24 == 0:
                known = HOME._replace(device=device)
                opened = entered(it.access.login("ada", PASSWORD, known))
                device = opened.device
        stranger = it.access.login("ada", PASSWORD, HOME)
        attack(it, HOME, 10)
        assert isinstance(stranger, Opened | Denied)
        assert isinstance(it.access.login("ada", PASSWORD, HOME._replace(device=device)), Opened)


def test_guessing_for_a_day_gives_some_hundred_tries(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        guesses = 0
        for _ in range(24 * 60):
            guesses += attack(it, Client("203.0.113.9"), 1)
            it.clock.pass_by(MINUTE)
        assert guesses <= most(ACCOUNT, DAY // SECOND) <= 260


def test_a_device_cookie_is_one_persons_and_ends(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        it.someone("ben")
        bens = it.opened("ben").device
        adas = it.opened("ada").device
        attack(it, HOME)
        assert attack(it, HOME._replace(device=bens), 5) == 0
        assert attack(it, HOME._replace(device=adas[:-1]), 5) == 0
        assert attack(it, HOME._replace(device="."), 5) == 0
        assert attack(it, HOME._replace(device=adas), 5) == 5
    with house(tmp_path, clock=Clock(it.clock.at + 181 * DAY)) as it:
        attack(it, HOME)
        assert attack(it, HOME._replace(device=adas), 5) == 0


def test_a_browser_keeps_its_number_from_login_to_login(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        client = HOME._replace(device=it.opened("ada").device)
        again = HOME._replace(device=it.opened("ada", client).device)
        attack(it, client, 100)
        # a thief of the cookie gets no new tries by the owner's next login cookie, nor the reverse
        assert attack(it, again, 5) == 0
        it.clock.pass_by(3 * HOUR)
        assert isinstance(it.access.login("ada", PASSWORD, again), Opened)
