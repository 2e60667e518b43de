"""How quickly the console answers, and how soon what happens is seen.

How pages are found lies with the tests: their folder is put on the path, for whoever runs this from
a clone.
"""

import sys
from pathlib import Path

_TESTS = str(Path(__file__).resolve().parents[2] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
