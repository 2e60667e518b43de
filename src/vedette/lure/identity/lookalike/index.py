"""The protected names, arranged so that one domain is judged in microseconds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, Final, Literal

import msgspec

from vedette.lure.identity.domains import Domain, ascii_host, domain_of, unicode_label
from vedette.lure.identity.entries import Employer
from vedette.lure.identity.lookalike.combos import is_adorned, is_recruiting
from vedette.lure.identity.lookalike.edits import Near
from vedette.lure.identity.skeleton import look, skeleton

How = Literal["letters", "hyphen", "suffix", "typing", "combination", "subdomain"]
"""`letters`: other letters that look the same. `hyphen`: hyphens put in or left out. `suffix`: the
very name under another top-level domain. `typing`: a stroke or two away. `combination`: the name
with words beside it. `subdomain`: the name, or the whole true domain, below somebody else's."""

SHORTEST: Final = 4
_PARTED: Final = re.compile(r"[._+-]+")

CHEAP_COUNTRIES: Final = frozenset(
    "co us io me cc tk ml ga cf gq to ws tv pw su ai gg vc la so sh st is id in ru cn".split()  # noqa: SIM905  a row of codes
)
"""Country suffixes that anybody anywhere registers under. Under other countries' suffixes the very
name is usually the employer's own branch, or an old namesake."""


MIRRORS: Final = frozenset(
    {
        "edgekey.net",
        "edgesuite.net",
        "akamaized.net",
        "cloudflare.net",
        "fastly.net",
        "incapdns.net",
    }
)
"""Networks that carry customers' pages under the customers' own names."""


_ANY_NAME: Final = "a name of ordinary length"


class Lookalike(msgspec.Struct, frozen=True):
    """`domain` (organisational, as a reader sees it) is made to look like `name`, which belongs
    to the employer with the key `employer`."""

    domain: str
    employer: str
    name: str
    how: How


class LookalikeIndex:
    """All protected labels: what employers list as `lookalike_sensitive` and, of the firm itself
    and its partners, the labels of all their domains."""

    def __init__(self, employers: Iterable[Employer], nearby: Collection[str] = ()) -> None:
        import ahocorasick_rs

        self._owners: dict[str, str] = {}
        self._closest: set[str] = set()
        self._true_domains: dict[str, str] = {}
        for employer in employers:
            labels = [label.lower() for label in employer.lookalike_sensitive]
            if employer.own or employer.partner:
                labels += [domain_of(host).label for host in employer.domains]
                self._closest.update(labels)
            for label in labels:
                if len(label) >= SHORTEST:
                    self._owners.setdefault(label, employer.key)
            for host in employer.domains:
                self._true_domains.setdefault(ascii_host(host.lower()), employer.key)
        self._nearby = frozenset(nearby)
        self._looks: dict[str, str] = {}
        for label in self._owners:
            self._looks.setdefault(look(label.replace("-", "")), label)
        self._bearing: Any = ahocorasick_rs.AhoCorasick(list(self._looks))
        self._lengths = sorted({len(key) for key in self._looks}, reverse=True)
        self._near = Near(label for label in self._owners)

    def find(self, host: str) -> Lookalike | None:
        """What the host imitates; None for an employer's own label under its own suffix is the
        caller's business: look-ups of true domains come first."""
        domain = domain_of(host)
        if not domain.label:
            return None
        return self._label(domain) or self._below(domain)

    def named_in(self, mailbox: str) -> tuple[str, str] | None:
        """The employer's key and the name that a mailbox (what stands before the @) bears beside
        recruiters' and adorning words; None for the bare name and for anything else."""
        label = _PARTED.sub("-", mailbox.lower()).strip("-")
        key = look(label.replace("-", ""))
        if not self._bearing.find_matches_as_indexes(key):
            return None
        name = self._combined(label)
        return (self._owners[name], name) if name is not None else None

    def _label(self, domain: Domain) -> Lookalike | None:
        label = domain.label
        if label in self._owners:
            return self._made(domain, label, "suffix") if self._swaps(domain) else None
        if label in self._nearby:
            return None
        key = look(label.replace("-", ""))
        name = self._looks.get(key)
        if name is not None:
            plain = label.replace("-", "") == name.replace("-", "")
            return self._made(domain, name, "hyphen" if plain else "letters")
        bare = skeleton(label)
        name = self._near.find(bare)
        if name is not None and bare not in self._nearby:
            return self._made(domain, name, "typing")
        combined = self._combined(label)
        return self._made(domain, combined, "combination") if combined is not None else None

    def _swaps(self, domain: Domain) -> bool:
        top = domain.suffix.rpartition(".")[2]
        if domain.label in self._closest:
            return True
        return len(domain.label) > SHORTEST and (len(top) != 2 or top in CHEAP_COUNTRIES)

    def _combined(self, label: str) -> str | None:
        """The name that the label holds beside nothing but recruiters' and adorning words."""
        pieces = label.split("-")
        for start in range(len(pieces) if len(pieces) > 1 else 0):
            for end in range(start + 1, min(start + 4, len(pieces) + 1)):
                rest = pieces[:start] + pieces[end:]
                if not rest or not is_adorned(_ANY_NAME, rest):
                    continue  # cheaper to know than whether the piece is near to a name
                name = self._name("".join(pieces[start:end]))
                if name is not None and is_adorned(name, rest):
                    return name
        key = look(label.replace("-", ""))
        for length in self._lengths:
            if length >= len(key):
                continue
            name = self._looks.get(key[:length])
            if name is not None and is_adorned(name, [key[length:]]):
                return name
            name = self._looks.get(key[-length:])
            if name is not None and is_adorned(name, [key[:-length]]):
                return name
        return None

    def _name(self, word: str) -> str | None:
        """The name that a piece of a label is, looks like, or is near to."""
        name = self._looks.get(look(word))
        if name is None and len(word) > SHORTEST + 1 and word not in self._nearby:
            name = self._near.find(skeleton(word))
        return name

    def _below(self, domain: Domain) -> Lookalike | None:
        """A true domain or a name below a domain that has nothing to do with it."""
        if domain.organisation in MIRRORS:
            return None
        below = domain.below[-6:]
        for start in range(len(below)):
            for end in range(start + 2, min(start + 4, len(below)) + 1):
                owner = self._true_domains.get(".".join(below[start:end]))
                if owner is not None:
                    name = unicode_label(below[start])
                    return Lookalike(_seen(domain), owner, name, "subdomain")
        pieces = [piece for label in (*below, domain.label) for piece in label.split("-")]
        if not any(map(is_recruiting, pieces)):
            return None
        for label in below:
            shown = unicode_label(label)
            worn = self._name(shown) or self._combined(shown)
            if worn is not None:
                return self._made(domain, worn, "subdomain")
        return None

    def _made(self, domain: Domain, name: str, how: How) -> Lookalike:
        return Lookalike(_seen(domain), self._owners[name], name, how)


def _seen(domain: Domain) -> str:
    return f"{domain.label}.{domain.suffix}"
