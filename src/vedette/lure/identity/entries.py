"""What the data files of the registry hold, entry by entry; docs/reference/lure-identity.md
explains the keys to whoever adds one."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec

Sector = Literal["defence", "aerospace", "energy", "water", "research", "technology", "industry"]

HOST: Final = r"^(?=.{4,253}$)[^\s./@:]{1,63}(\.[^\s./@:]{1,63})+$"
HostName = Annotated[str, msgspec.Meta(pattern=HOST)]
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=80)]
Label = Annotated[str, msgspec.Meta(pattern=r"^[^\s./@:]{3,63}$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
TenantName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+:[^\s/]+$")]


class Employer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An employer that lures impersonate, the firm itself (`own`), or one of its partners.

    `aliases` are further names, in any script; `ambiguous` those of the names that are also common
    words or personal names, which count only where the sentence says so; `unrelated` are names
    that contain one of these and mean somebody else. `domains` are those it sends mail from or has
    its pages on, `dkim` further domains that sign for it, `career_sites` hosts of application
    pages elsewhere. `tenants` are its tenants at applicant-tracking systems, `system:tenant`; an
    employer that lists one lists all. `lookalike_sensitive` are domain labels that nobody else
    should come near.
    """

    key: Key
    name: Name
    country: Country
    sector: Sector
    domains: tuple[HostName, ...]
    aliases: tuple[Name, ...] = ()
    ambiguous: tuple[Name, ...] = ()
    unrelated: tuple[Name, ...] = ()
    dkim: tuple[HostName, ...] = ()
    career_sites: tuple[HostName, ...] = ()
    tenants: tuple[TenantName, ...] = ()
    lookalike_sensitive: tuple[Label, ...] = ()
    own: bool = False
    partner: bool = False
    titles: tuple[Name, ...] = ()
    """Of the firm itself: how its recruiters and departments sign ("Acme People Team")."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every domain that the employer stands behind."""
        return (*self.domains, *self.dkim, *self.career_sites)


class Agency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recruitment agency: may speak for other employers. `partner`: one the firm works with.
    `common`: its name is also a word or a person's name, so that it says less by itself."""

    name: Name
    domains: tuple[HostName, ...]
    partner: bool = False
    aliases: tuple[Name, ...] = ()
    common: bool = False


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A professional network or job board: its notifications quote what others claim. `aliases`
    are its names in other scripts, `common` as for agencies, `legal` names of the company behind
    it and `only` words that only its own mails use ("InMail")."""

    name: Name
    domains: tuple[HostName, ...]
    aliases: tuple[Name, ...] = ()
    common: bool = False
    legal: tuple[Name, ...] = ()
    only: tuple[Name, ...] = ()


class TrackingSystem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An applicant-tracking system: where its tenants' names stand.

    `mail` are sender addresses and `links` addresses of pages in which `{tenant}` stands for the
    tenant's name and `*` for anything without a dot, slash or @. `signs` are domains that the
    system signs its mail with. `common` as for agencies.
    """

    key: Key
    name: Name
    mail: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    signs: tuple[HostName, ...] = ()
    aliases: tuple[Name, ...] = ()
    common: bool = False


def template(text: str) -> re.Pattern[str]:
    """The expression for an address with `{tenant}` and `*` in it."""
    pattern = re.escape(text).replace(r"\{tenant\}", r"(?P<tenant>[^./@?#&=]+)")
    return re.compile(pattern.replace(r"\*", r"[^./@]*") + r"(?![\w.-])", re.IGNORECASE)
