"""Where a name leads, before anything is sent there."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.errors import DestinationError
from vedette.model.outbound.addresses import Lookup, chosen_address

PUBLIC = "93.184.216.34"


def leads_to(*addresses: str) -> Lookup:
    """A resolver of our own."""
    return lambda host, port: addresses


@pytest.mark.parametrize(
    ("host", "private", "said"),
    [
        ("10.0.0.1", False, "private"),
        ("127.0.0.1", False, "private"),
        ("::1", False, "private"),
        ("fd00::1", False, "private"),
        ("fd00:ec2::254", False, "private"),  # metadata of a cloud
        ("100.64.0.1", False, "private"),
        ("100.100.100.200", False, "private"),  # metadata of another
        ("198.18.0.1", False, "private"),
        ("::ffff:10.0.0.1", False, "private"),
        ("::ffff:127.0.0.1", False, "private"),
        ("64:ff9b::a00:1", False, "private"),
        ("64:ff9b:1::1", True, "no single machine's"),
        ("2002:a00:1::", False, "private"),
        ("0x7f.1", False, "private"),
        ("0177.0.0.1", False, "private"),
        ("2130706433", False, "private"),
        ("0xa000001", False, "private"),
        ("127.1", False, "private"),
        ("169.254.169.254", False, "no single machine's"),
        ("169.254.169.254", True, "no single machine's"),
        ("::ffff:169.254.169.254", True, "no single machine's"),
        ("2852039166", True, "no single machine's"),  # the same as one number
        ("0251.0376.0251.0376", True, "no single machine's"),  # and in base 8
        ("0.0.0.0", True, "no single machine's"),
        ("0", True, "no single machine's"),
        ("224.0.0.1", True, "no single machine's"),
        ("255.255.255.255", True, "no single machine's"),
        ("fe80::1", True, "no single machine's"),
        ("::", True, "no single machine's"),
    ],
)
def test_addresses_that_are_refused(host: str, private: bool, said: str) -> None:
    with pytest.raises(DestinationError, match=said):
        chosen_address(host, 443, 5, private, False)


def test_addresses_that_are_taken() -> None:
    assert chosen_address("10.0.0.1", 443, 5, True, False) == "10.0.0.1"
    assert chosen_address("127.0.0.1", 80, 5, True, True) == "127.0.0.1"
    assert chosen_address("8.8.8.8", 443, 5, False, False) == "8.8.8.8"


def test_a_name_is_judged_by_all_that_it_leads_to() -> None:
    public = leads_to(PUBLIC, "2606:2800:220:1:248:1893:25c8:1946")
    assert chosen_address("idp.example", 443, 5, False, False, public) == PUBLIC
    for inside in (
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "::ffff:192.168.0.1",
        "fe80::1%eth0",
    ):
        for addresses in ((inside,), (PUBLIC, inside), (inside, PUBLIC)):
            with pytest.raises(DestinationError, match=r"idp\.example"):
                chosen_address("idp.example", 443, 5, False, False, leads_to(*addresses))


def test_plain_http_goes_to_this_machine_alone() -> None:
    assert chosen_address("here", 80, 5, True, True, leads_to("127.0.0.1")) == "127.0.0.1"
    for other in ("10.0.0.1", PUBLIC):
        with pytest.raises(DestinationError, match="another machine's"):
            chosen_address("here", 80, 5, True, True, leads_to("127.0.0.1", other))


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_the_same_however_it_is_written(address: object) -> None:
    def judged(text: str) -> str:
        try:
            chosen_address("name", 443, 5, False, False, leads_to(text))
        except DestinationError as error:
            return str(error).rpartition(" is ")[2]
        return "taken"

    assert judged(str(address)) == judged(f"::ffff:{address}")


def test_names_that_lead_nowhere() -> None:
    with pytest.raises(OSError, match="no such name"):
        chosen_address("x.example", 443, 5, False, False, leads_to())
    with pytest.raises(OSError, match="no such name"):
        chosen_address("x.example", 443, 5, False, False, leads_to("nonsense"))
    with pytest.raises(OSError, match=r"."):
        chosen_address("a..b\udcff", 443, 5, False, False)


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    hold = threading.Event()

    def hangs(host: str, port: int) -> Sequence[str]:
        hold.wait(30)
        return (PUBLIC,)

    with pytest.raises(TimeoutError):
        chosen_address("x.example", 443, 0.05, False, False, hangs)
    hold.set()
