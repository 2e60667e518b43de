"""What all parts of the bench work on, made once: messages, verdicts, public mail."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from benchmarks.recruitbench.corpora import PublicMail
from benchmarks.recruitbench.family import Family, Sample
from benchmarks.recruitbench.judged import RECEIVER, Judged, judge
from vedette.lure.examiner import Examiner, Knowledge, load_knowledge
from vedette.lure.identity.authentication.result import AuthenticationSettings
from vedette.sigma.content import bundled

FIRM = Path(__file__).resolve().parent / "firm"
"""What the firm that gets the mail says of itself and its partners."""


def knowledge() -> Knowledge:
    """The bundled knowledge with that of the bench's firm, as a user would have it."""
    return load_knowledge(bundled("lures"), [FIRM])


def examiner(known: Knowledge) -> Examiner:
    """One as a user runs it: one process opens attachments, no DNS is asked."""
    return Examiner(known, authentication=AuthenticationSettings(authserv_ids=(RECEIVER,)))


@dataclass(frozen=True)
class Material:
    """`folder` is one to work in, `pictures` where pictures are written. `families` give the same
    messages each time without making them anew; `honest` bounds how many honest messages the
    peers are asked about (0: all)."""

    folder: Path
    pictures: Path
    families: tuple[Family, ...]
    public: PublicMail
    honest: int
    _seen: dict[Path, Judged] = field(default_factory=dict, repr=False)

    @cached_property
    def knowledge(self) -> Knowledge:
        """Read once."""
        return knowledge()

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """All messages of the bench, judged once."""
        with examiner(self.knowledge) as used:
            return tuple(judge(self.families, used))

    def of(self, split: str, *, lure: bool) -> list[Judged]:
        """The judged messages of one split and kind."""
        return [each for each in self.judged if each.split == split and each.lure == lure]

    def public_judged(self, paths: Sequence[Path]) -> list[Judged]:
        """Public messages, each judged once; without label, so `lure` says nothing."""
        new = [path for path in paths if path not in self._seen]
        if new:
            with examiner(self.knowledge) as used:
                for path in new:
                    # one at a time: the corpora are large
                    one = Sample(path.name, "", "", path.read_bytes())
                    public = Family(path.parent.name, "test", False, functools.partial(list, [one]))
                    self._seen[path] = next(judge([public], used))
        return [self._seen[path] for path in paths]

    def samples(self, split: str, *, lure: bool) -> list[Sample]:
        """The messages of one kind and split."""
        return [
            sample
            for family in self.families
            if family.split == split and family.lure == lure
            for sample in family.make()
        ]


def kept(families: Iterable[Family]) -> tuple[Family, ...]:
    """The families with their messages made now, in order."""
    return tuple(
        replace(family, make=functools.partial(list, family.make())) for family in families
    )
