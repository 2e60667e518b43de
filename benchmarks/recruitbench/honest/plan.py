"""The description of one family, from which its messages are composed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.recruitbench.honest.enclosures.files import MakeFiles
from benchmarks.recruitbench.honest.vocabulary import Split
from benchmarks.recruitbench.honest.voices import MakeVoice


@dataclass(frozen=True, slots=True)
class Plan:
    """A family.

    `counts` samples by language; `voice` the sender; `files` (share, maker) pairs, the rest of the
    share goes without attachment; `look` a service layout, "" for the sender's mail program,
    "plain" for text alone; `link` a kind of `links.place` instead of the sender's own page;
    `wrap` a redirector; `relayed` the share that comes through a forwarder or a list; `system`
    and `small` choose the employer; `weak` says which weak sign the family carries.
    """

    name: str
    split: Split
    counts: Mapping[str, int]
    voice: MakeVoice
    files: tuple[tuple[float, MakeFiles], ...] = ()
    look: str = ""
    link: tuple[str, ...] = ()
    wrap: tuple[str, ...] = ()
    logo: float = 0.2
    long: float = 0.55
    relayed: float = 0.03
    relay: str = "forwarded"
    system: str = ""
    small: float = 0.15
    weak: str = ""
    tidy: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
