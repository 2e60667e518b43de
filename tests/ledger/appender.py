"""Appends for ever and prints each index once it is acknowledged, until it is killed."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from vedette.ledger.ledger import Ledger

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    ledger = Ledger(
        folder / "ledger",
        folder / "ledger.key",
        lambda: time.time_ns() // 1000,
        every=20,
        segment_bytes=20_000,
    )
    said = threading.Lock()

    def work(name: int) -> None:
        number = 0
        while True:
            number += 1
            index = ledger.append("action", f"worker-{name}", {"number": number})
            with said:
                sys.stdout.write(f"{index} {name} {number}\n")
                sys.stdout.flush()

    for one in range(3):
        threading.Thread(target=work, args=(one,), daemon=True).start()
    if sys.argv[2:] == ["rotate"]:
        while True:
            time.sleep(0.01)
            ledger.rotate_key("ann")
    threading.Event().wait()
