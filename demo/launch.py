"""Starts Vedette so that it ends with whoever started it, even where that is killed.

python demo/launch.py COMMAND...
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""Source: prctl(2), Linux."""


def main(command: list[str]) -> None:
    """Become the command; SIGTERM comes when the parent ends."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() == parent:  # else it ended meanwhile
        os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
