"""Write the letters that look like a-z and 0-9 (from the data of confusable-homoglyphs).

    python scripts/confusable_letters.py PATH/TO/confusables.json > \
        src/vedette/lure/identity/confusable_letters.txt
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

NOTICE = """\
# Letters that a reader takes for others: what they look like, a tab, the letters. Generated
# by scripts/confusable_letters.py. From Unicode's security data (confusables.txt, UTS 39),
# reduced to what looks like a-z and 0-9 and folded to lower case.
# Copyright (c) 1991-2024 Unicode, Inc. Unicode and the Unicode Logo are registered trademarks
# of Unicode, Inc. in the U.S. and other countries. Licensed under the Unicode License v3:
# Permission is hereby granted, free of charge, to any person obtaining a copy of data files
# and any associated documentation (the "Data Files") or software and any associated
# documentation (the "Software") to deal in the Data Files or Software without restriction,
# including without limitation the rights to use, copy, modify, merge, publish, distribute,
# and/or sell copies of the Data Files or Software, and to permit persons to whom the Data
# Files or Software are furnished to do so, provided that either (a) this copyright and
# permission notice appear with all copies of the Data Files or Software, or (b) this
# copyright and permission notice appear in associated Documentation. THE DATA FILES AND
# SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING
# BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
# NONINFRINGEMENT OF THIRD PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS
# INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL
# DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN
# AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION
# WITH THE USE OR PERFORMANCE OF THE DATA FILES OR SOFTWARE. Except as contained in this
# notice, the name of a copyright holder shall not be used in advertising or otherwise to
# promote the sale, use or other dealings in these Data Files or Software without prior
# written authorization of the copyright holder."""

LIKE_LETTERS = ("LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "DESERET")
"""Scripts whose letters a reader may take for Latin ones in running text. Hebrew, Arabic and the
like are left out: there a single stroke "looks like" l, which says nothing."""


def main(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    looks: dict[str, set[str]] = defaultdict(set)
    for letter, others in data.items():
        if len(letter) != 1 or letter.isascii():
            continue
        name = unicodedata.name(letter, "")
        folded = unicodedata.normalize("NFKC", letter).lower()
        if not (name.startswith(LIKE_LETTERS) or (folded.isascii() and folded.isalnum())):
            continue
        found = {item["c"].lower() for item in others if item["c"].isascii()}
        found = {item for item in found if item.isalnum()}
        if len(found) == 1:
            looks[found.pop()].add(letter)
    print(NOTICE)
    for target in sorted(looks):
        print(target + "\t" + "".join(sorted(looks[target])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
