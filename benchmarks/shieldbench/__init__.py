"""How fast and how well requests to websites are judged.

The rule set, its suite and the library that it is compared with are found by modules that lie with
the tests: their folder is put on the path, for whoever runs this from a clone.
"""

import sys
from pathlib import Path

_TESTS = str(Path(__file__).resolve().parents[2] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
