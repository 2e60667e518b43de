"""`make demo`: a firm, a working day and two attacks, in a browser and on the terminal. See
docs/tutorial/demo.md."""

from __future__ import annotations

import sys
from pathlib import Path

# this folder holds a module of the same name as the package that is meant
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from demo.run import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
