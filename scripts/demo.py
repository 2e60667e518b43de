"""`make demo`: a recorded attack, written to log files as it happened, found by `vedette watch`.

Everything happens in a temporary folder and on this machine alone; Ctrl-C leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDING = REPOSITORY / "content" / "recordings" / "recruiter-lure"
SECONDS = float(os.environ.get("VEDETTE_DEMO_SECONDS", "25"))
"""How long the recorded hour takes."""

CONFIG = """\
data_dir: {data}
sources:
  - name: workstations
    kind: file
    paths: ["{logs}/*.ndjson"]
  - name: website
    kind: file
    paths: ["{logs}/access.log"]
rules:
  installed: false
  min_level: medium
correlation:
  lateness: 1s
  idle: 2s
log:
  level: warning
  format: text
"""

AFTER = """\

That was a recording (synthetic, written for Vedette). Now your own logs:

  {vedette} scan PATH...                  judge files, folders and archives once
  {vedette} explain PATH -n 12            every step of one event, and why
  {vedette} rules install sigmahq         the community's rules, besides the bundled ones
  {vedette} config example > vedette.yml  a configuration to start from
  {vedette} watch -c vedette.yml          watch files, syslog and HTTP for ever

The tutorial is docs/tutorial/first-finding.md.
"""


def main() -> int:
    """Run the demonstration; 0 when the attack was found."""
    vedette = Path(sys.executable).parent / "vedette"
    with tempfile.TemporaryDirectory(prefix="vedette-demo-") as folder:
        logs = Path(folder) / "logs"
        logs.mkdir()
        config = Path(folder) / "vedette.yml"
        config.write_text(CONFIG.format(data=Path(folder) / "data", logs=logs))
        print("One hour at a small supplier, and an attack in the midst of it, replayed in")
        print(f"{SECONDS:.0f} seconds into log files that `vedette watch` is following:\n")
        found = run(vedette, config, logs)
    print(AFTER.format(vedette=shown(vedette)))
    if not found:
        print("No finding: something is wrong; please report it.", file=sys.stderr)
    return 0 if found else 1


def run(vedette: Path, config: Path, logs: Path) -> int:
    """Replay the recording under a watch; the number of findings it printed."""
    command = [str(vedette), "watch", "--config", str(config), "--no-reload"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
        found: list[str] = []
        reader = threading.Thread(target=show, args=(watch, found), daemon=True)
        reader.start()
        try:
            replay(logs, watch)
            last, quiet = len(found), 0
            while quiet < 8 and watch.poll() is None:  # correlations wait for late events
                time.sleep(0.5)
                quiet = quiet + 1 if len(found) == last else 0
                last = len(found)
        finally:
            with contextlib.suppress(ProcessLookupError):
                watch.send_signal(signal.SIGTERM)
            watch.wait(30)
            reader.join(10)
    return len(found)


def show(watch: subprocess.Popen[str], found: list[str]) -> None:
    """Print findings as they come."""
    assert watch.stdout is not None  # it was asked for
    for line in watch.stdout:
        found.append(line)
        print(line, end="", flush=True)


def replay(logs: Path, watch: subprocess.Popen[str]) -> None:
    """Write the recorded files as they grew, a slice of each every tenth of a second."""
    steps = max(1, int(SECONDS * 10))
    files = {}
    for packed in sorted(RECORDING.glob("*.gz")):
        lines = gzip.decompress(packed.read_bytes()).splitlines(keepends=True)
        files[(logs / packed.stem).open("ab", buffering=0)] = lines
    try:
        for step in range(steps):
            if watch.poll() is not None:
                return
            for file, lines in files.items():
                begin, end = len(lines) * step // steps, len(lines) * (step + 1) // steps
                file.write(b"".join(lines[begin:end]))
            time.sleep(SECONDS / steps)
    finally:
        for file in files:
            file.close()


def shown(path: Path) -> str:
    """The path as the user would type it."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nstopped; nothing was left behind")
        sys.exit(130)
