"""Passwords as they are kept, and how many at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.access.access_shapes import HOME, PASSWORD, house
from vedette.console.access.hashing import MEMORY_KIB, PASSES, WAITING, Hasher, HashingBusyError
from vedette.console.access.person import Client, Denied, Opened


def test_what_is_kept_is_argon2id_with_our_cost_and_a_salt() -> None:
    hasher = Hasher(1)
    kept = hasher.hash(PASSWORD)
    assert kept.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$")
    assert hasher.verify(kept, PASSWORD)
    assert not hasher.verify(kept, PASSWORD + "x")
    assert hasher.hash(PASSWORD) != kept
    assert not hasher.stale(kept)
    assert Hasher(1, 16, 1).stale(kept)


def test_nobody_costs_what_somebody_costs() -> None:
    hasher = Hasher(1, 8, 2)
    assert not hasher.verify(None, PASSWORD)
    cost = hasher._nobody.split("$")[1:4]
    assert cost == hasher.hash(PASSWORD).split("$")[1:4]
    assert len(hasher._nobody) == len(hasher.hash(PASSWORD))
    assert not hasher.verify("damaged", PASSWORD)


def test_a_flood_is_turned_away_and_a_known_browser_gets_through(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        device = it.opened("ada").device
        hold = threading.Event()
        taken = threading.Semaphore(0)

        def sit() -> None:
            with it.access._hasher._gate.passed():
                taken.release()
                hold.wait(30)

        with ThreadPoolExecutor(2 + WAITING) as pool:
            sitting = [pool.submit(sit) for _ in range(2 + WAITING)]
            for _ in range(2):
                assert taken.acquire(timeout=10)
            while it.access._hasher._gate._room.acquire(blocking=False):
                it.access._hasher._gate._room.release()  # until all wait
            assert it.access.login("ada", PASSWORD, Client("203.0.113.1")) == Denied("busy", 5)
            known = HOME._replace(device=device)
            assert isinstance(it.access.login("ada", PASSWORD, known), Opened)
            hold.set()
            for each in sitting:
                each.result(30)
        # what was not compared was not counted
        for _ in range(5):
            it.access.login("ada", "wrong", Client("203.0.113.1"))
        assert it.access.login("ada", "wrong", Client("203.0.113.1")).__class__ is Denied


def test_only_so_many_wait(tmp_path: Path) -> None:
    hasher = Hasher(1, 8, 1)
    with ThreadPoolExecutor(1 + WAITING) as pool:
        hold = threading.Event()

        def sit() -> None:
            with hasher._gate.passed():
                hold.wait(30)

        sitting = [pool.submit(sit) for _ in range(1 + WAITING)]
        while hasher._gate._room.acquire(blocking=False):
            hasher._gate._room.release()
        with pytest.raises(HashingBusyError):
            hasher.hash(PASSWORD)
        hold.set()
        for each in sitting:
            each.result(30)
    assert hasher.verify(hasher.hash(PASSWORD), PASSWORD)
