"""RE2's sets and filters, with the options by which it means what libmodsecurity does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vedette.scan.regexes import SIZE


def search_options() -> Any:
    """Bytes as Latin-1, no captures, bounded memory."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.never_capture = True
    options.max_mem = SIZE
    return options


def make_filter(patterns: Sequence[bytes]) -> Any:
    """What says by their literals which of the patterns are possible. Raises re2.error."""
    import re2

    made = re2.Filter()
    for pattern in patterns:
        made.Add(pattern, search_options())
    made.Compile()
    return made
