"""The same messages, in the same run, for the filters that Debian delivers.

Peers see the same bytes and the same envelope. They check SPF and DKIM themselves, and their block
lists by DNS: with the stub all of that finds nothing, for lures and honest mail alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import say
from benchmarks.recruitbench.evaluate import SHARES
from benchmarks.recruitbench.family import Sample
from benchmarks.recruitbench.material import Material
from benchmarks.recruitbench.ours import Vedette
from benchmarks.recruitbench.peer import Peer, Score, UnavailableError
from benchmarks.recruitbench.rspamd import Rspamd
from benchmarks.recruitbench.shares import bounds, share
from benchmarks.recruitbench.spamassassin import SpamAssassin
from benchmarks.recruitbench.spread import spread
from benchmarks.recruitbench.stub_dns import StubDns
from benchmarks.recruitbench.svg import COLOURS, Picture
from benchmarks.recruitbench.thresholds import border

PHISHING = 250
"""Public phishing mails that the filters judge, at equal distances."""


@dataclass(frozen=True)
class Asked:
    """The messages' files."""

    lures: tuple[Path, ...]
    honest: tuple[Path, ...]
    phishing: tuple[Path, ...]
    warming: tuple[Path, ...]


@dataclass(frozen=True)
class Told:
    """What one filter said, and messages/s of one core on the bench's and on public mail (0:
    there is none)."""

    name: str
    lures: list[Score]
    honest: list[Score]
    phishing: list[Score]
    rate: float
    public_rate: float


def run(used: Material) -> None:
    """Print all figures and draw them."""
    asked = _asked(used)
    if not asked.lures or not asked.honest:
        say("peers left out", "there are no lures or no honest messages for testing")
        return
    say(
        "messages of the test split; public phishing",
        f"{len(asked.lures)} lures, {len(asked.honest)} honest; {len(asked.phishing)}",
    )
    told = []
    with StubDns() as dns:
        starts: tuple[Callable[[], Peer], ...] = (
            Vedette,
            lambda: Rspamd(used.folder / "rspamd", dns.port),
            lambda: SpamAssassin(used.folder / "spamassassin", dns.port),
        )
        for start in starts:
            try:
                told.append(_told(start, asked))
            except UnavailableError as why:
                say("left out", str(why))
                continue
            _print(told[-1], told[0])
        say("questions that the stub DNS answered", str(dns.asked))
    path = used.pictures / "lures-peers.svg"
    _draw(told).write(path)
    say("picture", path.name)


def _asked(used: Material) -> Asked:
    lures, honest = (used.samples("test", lure=kind) for kind in (True, False))
    warming = [*used.samples("fit", lure=False), *used.samples("fit", lure=True)]
    return Asked(
        _written(used.folder / "lures", lures),
        _written(used.folder / "honest", spread(honest, used.honest)),
        tuple(spread(used.public.phishing, PHISHING)),
        _written(used.folder / "warming", warming),
    )


def _written(folder: Path, samples: Sequence[Sample]) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index, sample in enumerate(samples):
        paths.append(folder / f"{index:05}.eml")
        paths[-1].write_bytes(sample.raw)
    return tuple(paths)


def _told(start: Callable[[], Peer], asked: Asked) -> Told:
    peer = start()
    try:
        peer.scores(spread(asked.warming, peer.warming))
        before = peer.cpu()
        lures = peer.scores(asked.lures)
        honest = peer.scores(asked.honest)
        bench = peer.cpu() - before
        before = peer.cpu()
        phishing = peer.scores(asked.phishing)
        public = peer.cpu() - before
        return Told(
            f"{peer.name} {peer.version}".strip(),
            lures,
            honest,
            phishing,
            (len(lures) + len(honest)) / bench,
            len(phishing) / public if phishing else 0.0,
        )
    finally:
        peer.close()


def _print(told: Told, ours: Told) -> None:
    print(f"\n{told.name}")
    _row("as delivered", told, lambda score: score.marked)
    for allowed in SHARES:
        edge = border([score.value for score in told.honest], allowed)
        _row(f"at {100 * allowed:g} % by score (above {edge:.4g})", told, _over(edge))
    for label, rate, base in (
        ("bench", told.rate, ours.rate),
        ("public phishing", told.public_rate, ours.public_rate),
    ):
        if rate:
            said = f"{rate:9.0f} messages/s CPU   vedette {base / rate:6.2f} x"
            say(f"{label}, one core", said)


def _row(label: str, told: Told, hit: Callable[[Score], bool]) -> None:
    say(f"{label}: recall", share(sum(map(hit, told.lures)), len(told.lures)))
    say("  false alarms", share(sum(map(hit, told.honest)), len(told.honest)))
    if told.phishing:
        say("  public phishing", share(sum(map(hit, told.phishing)), len(told.phishing)))


def _over(edge: float) -> Callable[[Score], bool]:
    return lambda score: score.value > edge


def _draw(told: Sequence[Told]) -> Picture:
    picture = Picture("Lures found, by false alarms allowed", "", "recall", 460)
    groups = ("as delivered", *(f"{100 * allowed:g} % false alarms" for allowed in SHARES))
    for place, label in enumerate(groups):
        picture.label((place + 0.5) / len(groups), label)
    for index, peer in enumerate(told):
        colour = COLOURS[index % len(COLOURS)]
        picture.note(index, peer.name, colour)
        edges = [border([score.value for score in peer.honest], allowed) for allowed in SHARES]
        hits = [sum(score.marked for score in peer.lures)]
        hits += [sum(map(_over(edge), peer.lures)) for edge in edges]
        for place, hit in enumerate(hits):
            wide = 0.8 / len(groups) / len(told)
            x = (place + 0.1) / len(groups) + index * wide
            part = hit / len(peer.lures)
            low, high = bounds(hit, len(peer.lures))
            picture.bar(x, wide * 0.9, part, colour)
            picture.point(x + wide * 0.45, part, low, high, colour)
    picture.note(len(told), "bars: share of lures, 95 % bounds")
    return picture
