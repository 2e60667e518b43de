"""More senders: sole recruiters, firms that write from a second domain, people on leave, tools."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.recruitbench.honest.links import place
from benchmarks.recruitbench.honest.scene import Scene, Voice
from benchmarks.recruitbench.honest.vocabulary import plain
from benchmarks.recruitbench.honest.voices import (
    AGENCIES,
    SYSTEMS,
    MakeVoice,
    agency,
    employer,
    freemail,
)

_TRADES = {
    "en": ("search", "talent", "recruiting", "hires"),
    "de": ("personalberatung", "search", "karriere"),
    "fr": ("recrutement", "talents", "rh"),
    "es": ("seleccion", "talento", "rrhh"),
    "he": ("hr", "placement", "jobs"),
    "ar": ("careers", "talent", "hr"),
    "ko": ("search", "partners", "hr"),
    "pl": ("rekrutacje", "kadry", "hr"),
}
_SITES = {
    "lmco.com": "lockheedmartin.com",
    "ngc.com": "northropgrumman.com",
    "octoenergy.com": "octopus.energy",
    "edf.fr": "edf.com",
    "indracompany.com": "indragroup.com",
}
"""Where the site of an employer lies that writes from another domain."""
_OTHERS = ("teamtailor", "ashby", "recruitee", "personio", "workable")


def either(*choices: tuple[float, MakeVoice]) -> MakeVoice:
    """One of several senders by share; the last takes what is left."""

    def make(scene: Scene) -> Voice:
        draw = scene.rng.random()
        for share, voice in choices:
            if draw < share:
                return voice(scene)
            draw -= share
        return choices[-1][1](scene)

    return make


def solo(scene: Scene) -> Voice:
    """One who recruits under her own name, from a domain made of it."""
    rng = scene.rng
    who = scene.words.person(rng)
    trades = _TRADES[scene.language]
    trade = trades[rng.randrange(len(trades))]
    domain = f"{plain(who.latin_family)}-{trade}.example"
    org = f"{who.latin_family} {trade.capitalize()}"
    phones = scene.words.some("phones")
    phone = phones[rng.randrange(len(phones))] + scene.digits(3)
    mailer = ("gmail", "apple", "exchange", "thunderbird")[rng.randrange(4)]
    signature = (who.full, org, phone, f"www.{domain}")
    return Voice(
        who.full,
        f"{plain(who.latin_given)}@{domain}",
        signature[: rng.randrange(2, 5)],
        org,
        mailer,
        f"https://www.{domain}/{scene.token(5)}",
        domain,
        "" if rng.random() < 0.3 else domain,
        person=who,
    )


def second_domain(scene: Scene) -> Voice:
    """A recruiter of the employer, where mail and site have different domains."""
    own = employer(scene)
    domain = scene.employer.domain
    site = _SITES.get(domain, "")
    if not site and domain.endswith(".example"):
        site, label = domain, domain.partition(".")[0]
        ends = ("group", "-people", "-hr")
        domain = f"{label}{ends[scene.rng.randrange(3)]}.example"
    elif not site:
        return own
    local = own.address.partition("@")[0]
    return replace(
        own,
        address=f"{local}@{domain}",
        signature=(*own.signature[:4], f"www.{site}"),
        link=f"https://www.{site}/jobs/{scene.digits(5)}",
        bounce=domain,
        signing=domain,
    )


def with_tenant(make: MakeVoice) -> MakeVoice:
    """The same sender, whose page is the vacancy in the employer's tracking system."""

    def tenant(scene: Scene) -> Voice:
        voice = make(scene)
        firm = scene.employer
        if firm.system in SYSTEMS:
            page = SYSTEMS[firm.system][2].replace("<T>", firm.tenant)
            return replace(voice, link=page.replace("<N>", scene.digits(6)))
        kind = _OTHERS[scene.rng.randrange(len(_OTHERS))]
        return replace(voice, link=place(kind, scene, "", firm.domain))

    return tenant


def on_leave(make: MakeVoice) -> MakeVoice:
    """The same person, who writes from a private address while away; replies go to the office."""

    def away(scene: Scene) -> Voice:
        office = make(scene)
        private = freemail("")(scene)
        if office.person is None:
            return office
        who = office.person
        local = f"{plain(who.latin_given)}{plain(who.latin_family)}".replace("-", "")
        return replace(
            private,
            display=who.full,
            address=f"{local}{scene.digits(2)}@{private.domain}",
            signature=(who.full, office.org),
            org=office.org,
            link=office.link,
            reply_to=office.address if scene.rng.random() < 0.6 else "",
            person=who,
        )

    return away


def through_tool(scene: Scene) -> Voice:
    """A consultant whose mail leaves by a marketing service that counts opening and clicks."""
    own = agency(scene)
    names = dict(AGENCIES)
    domain = names[own.org]
    shared = scene.rng.random() < 0.3
    return replace(
        own,
        mailer="service",
        bounce=f"em{scene.digits(4)}.{domain}",
        signing="sendgrid.net" if shared else domain,
        bulk=True,
    )
