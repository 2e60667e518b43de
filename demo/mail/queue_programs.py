"""The programs of the gateway's queue: as much of postqueue(1), postsuper(1) and postcat(1) as is
asked for. Started as `queue_programs.py FOLDER NAME ARGUMENTS...`; imports no other module of ours,
so that it starts quickly."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from pathlib import Path

_ID = re.compile(r"[0-9A-F]{12}")


def main(folder: Path, program: str, words: list[str]) -> int:
    """What the program does; its exit code."""
    match program, words:
        case "postqueue", ["-j"]:
            _list(folder)
        case "postqueue", ["-i", _]:
            pass  # what is active is delivered within a tenth of a second anyway
        case "postsuper", [("-h" | "-H") as how, "-"]:
            for line in sys.stdin:
                _move(folder, line.strip(), to_hold=how == "-h")
        case "postcat", [*options, "-q", queue_id]:
            return _show(folder, queue_id, headers_only="-h" in options)
        case _:
            print(f"{program}: {' '.join(words)}: is not understood", file=sys.stderr)
            return 64
    return 0


def _list(folder: Path) -> None:
    for queue in ("incoming", "active", "hold"):
        for path in sorted((folder / queue).glob("*.eml")):
            with contextlib.suppress(FileNotFoundError):  # it was delivered meanwhile
                told = json.loads((folder / f"{path.stem}.json").read_text())
                print(json.dumps({"queue_name": queue, **told}))


def _move(folder: Path, queue_id: str, *, to_hold: bool) -> None:
    if _ID.fullmatch(queue_id):
        source, target = ("active", "hold") if to_hold else ("hold", "active")
        with contextlib.suppress(FileNotFoundError):
            (folder / source / f"{queue_id}.eml").rename(folder / target / f"{queue_id}.eml")


def _show(folder: Path, queue_id: str, *, headers_only: bool) -> int:
    for queue in ("hold", "active", "incoming"):
        with contextlib.suppress(FileNotFoundError):
            if _ID.fullmatch(queue_id):
                raw = (folder / queue / f"{queue_id}.eml").read_bytes()
                sys.stdout.buffer.write(raw.partition(b"\r\n\r\n")[0] if headers_only else raw)
                return 0
    print(f"postcat: fatal: open queue file {queue_id}: No such file or directory", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
