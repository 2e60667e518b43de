"""Who writes: tracking systems, agencies, colleagues, employers, services, private people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from benchmarks.recruitbench.honest.scene import FIRM, FIRM_DOMAIN, Scene, Voice
from benchmarks.recruitbench.honest.vocabulary import Person, plain

MakeVoice = Callable[[Scene], Voice]

# system: address (<T> is the tenant, <N> a number), envelope and DKIM domain, a vacancy's page
SYSTEMS = {
    "workday": (
        "<T>@myworkday.com",
        "myworkday.com",
        "https://<T>.wd3.myworkdayjobs.com/Careers/job/R-<N>",
    ),
    "successfactors": (
        "system@successfactors.eu",
        "successfactors.eu",
        "https://career5.successfactors.eu/career?company=<T>&career_job_req_id=<N>",
    ),
    "greenhouse": (
        "no-reply@us.greenhouse-mail.io",
        "us.greenhouse-mail.io",
        "https://boards.greenhouse.io/<T>/jobs/<N>",
    ),
    "lever": ("no-reply@hire.lever.co", "hire.lever.co", "https://jobs.lever.co/<T>/<N>-a1c4"),
    "smartrecruiters": (
        "notifications@smartrecruiters.com",
        "smartrecruiters.com",
        "https://jobs.smartrecruiters.com/<T>/<N>",
    ),
    "personio": ("<T>@m.personio.de", "m.personio.de", "https://<T>.jobs.personio.de/job/<N>"),
    "icims": (
        "<T>@talent.icims.com",
        "talent.icims.com",
        "https://careers-<T>.icims.com/jobs/<N>/job",
    ),
    "comeet": (
        "notifications@comeet-notifications.com",
        "comeet-notifications.com",
        "https://www.comeet.com/jobs/<T>/<N>",
    ),
    "erecruiter": (
        "noreply@erecruiter.pl",
        "erecruiter.pl",
        "https://system.erecruiter.pl/FormTemplates/RecruitmentForm.aspx?WebID=<N>",
    ),
    "greeting": (
        "no-reply@greetinghr.com",
        "greetinghr.com",
        "https://<T>.career.greetinghr.com/o/<N>",
    ),
}

AGENCIES = (
    ("Northmere Search", "northmere-search.example"),
    ("Calder & Voss", "caldervoss.example"),
    ("Stellwerk Personal", "stellwerk-personal.example"),
    ("Ponte Talento", "pontetalento.example"),
    ("Meridian Technical Staffing", "meridian-tech.example"),
    ("Kadra Plus", "kadraplus.example"),
    ("Blue Anvil Recruitment", "blueanvil.example"),
    ("Atelier des Talents", "atelier-talents.example"),
)

FREEMAIL = {
    "en": ("gmail.com", "outlook.com", "proton.me", "yahoo.com", "icloud.com"),
    "de": ("gmx.de", "web.de", "gmail.com", "t-online.de"),
    "fr": ("orange.fr", "gmail.com", "laposte.net", "free.fr"),
    "es": ("gmail.com", "hotmail.com", "outlook.es"),
    "he": ("gmail.com", "walla.co.il", "outlook.com"),
    "ar": ("gmail.com", "hotmail.com", "outlook.com", "yahoo.com"),
    "ko": ("naver.com", "gmail.com", "hanmail.net", "kakao.com"),
    "pl": ("wp.pl", "gmail.com", "o2.pl", "onet.pl"),
}


def tracking(system: str, own_domain: bool = False) -> MakeVoice:
    """A notice of an applicant-tracking system, from its domain or from the employer's."""

    def make(scene: Scene) -> Voice:
        rng, employer = scene.rng, scene.employer
        address, envelope, page = SYSTEMS[system]
        tenant = employer.tenant or plain(employer.name)
        page = page.replace("<T>", tenant).replace("<N>", scene.digits(6))
        address = address.replace("<T>", tenant.lower())
        team = scene.words.title("recruiter", rng)
        who = scene.words.person(rng)
        signing = address.rpartition("@")[2]
        reply = ""
        if own_domain:
            local = ("careers", "jobs", "recruiting", "no-reply")[rng.randrange(4)]
            address = f"{local}@{employer.domain}"
            signing = employer.domain
            if rng.random() < 0.5:
                reply = f"{tenant.lower()}+{scene.token(8)}@{envelope}"
        elif rng.random() < 0.3:
            reply = f"careers@{employer.domain}"
        display = (employer.name, f"{employer.name} Careers", f"{who.full} ({employer.name})")
        return Voice(
            display[rng.randrange(3)],
            address,
            (who.full, team, employer.name),
            employer.name,
            "service",
            page,
            envelope,
            signing,
            reply,
            person=who,
        )

    return make


def agency(scene: Scene) -> Voice:
    """A consultant of a recruitment agency with a domain of its own."""
    name, domain = AGENCIES[scene.rng.randrange(len(AGENCIES))]
    return person_at(
        scene, name, domain, "agent", f"https://www.{domain}/jobs/{scene.digits(5)}", 0.15
    )


def employer(scene: Scene) -> Voice:
    """A recruiter of the employer, from the employer's true domain."""
    domain = scene.employer.domain
    page = f"https://www.{domain}/careers/{scene.digits(6)}"
    return person_at(scene, scene.employer.name, domain, "recruiter", page, 0.0)


def employer_bulk(scene: Scene) -> Voice:
    """The employer's talent community, sent by a mailing service and signed by the employer."""
    domain = scene.employer.domain
    page = f"https://www.{domain}/careers/{scene.digits(6)}"
    local = ("talent", "careers", "talentcommunity")[scene.rng.randrange(3)]
    sub = ("", "mail.", "news.")[scene.rng.randrange(3)]
    return Voice(
        f"{scene.employer.name} Talent",
        f"{local}@{sub}{domain}",
        (scene.employer.name,),
        scene.employer.name,
        "service",
        page,
        f"em{scene.digits(4)}.{domain}",
        domain,
        bulk=True,
    )


def internal(kind: str) -> MakeVoice:
    """A colleague at the recipient's own firm; a role mailbox at times."""

    def make(scene: Scene) -> Voice:
        page = f"https://intranet.firm.example/people/{scene.digits(4)}"
        voice = person_at(scene, FIRM, FIRM_DOMAIN, kind, page, 0.0)
        if kind == "hr" and scene.rng.random() < 0.4:
            return Voice(
                "HR Services",
                "hr@firm.example",
                (scene.words.title("hr", scene.rng), FIRM),
                FIRM,
                "exchange",
                page,
                FIRM_DOMAIN,
                FIRM_DOMAIN,
                person=voice.person,
            )
        return voice

    return make


def service(
    display: str, address: str, page: str, bulk: bool = True, envelope: str = ""
) -> MakeVoice:
    """A well-known service with a fixed address; NNN in the page becomes digits."""

    def make(scene: Scene) -> Voice:
        who = scene.words.person(scene.rng)
        domain = address.rpartition("@")[2]
        link = page.replace("NNN", scene.digits(9)).replace("XXX", scene.token(14))
        shown = display.replace("SENDER", who.full).replace("EMPLOYER", scene.employer.name)
        return Voice(
            shown,
            address.replace("XXX", scene.token(10)),
            (display.replace("SENDER via ", ""),),
            display,
            "service",
            link,
            envelope or domain,
            domain,
            bulk=bulk,
            person=who,
        )

    return make


def by_language(voices: Mapping[str, MakeVoice]) -> MakeVoice:
    """A different sender for each language: national services."""

    def make(scene: Scene) -> Voice:
        return voices[scene.language](scene)

    return make


def through_system(system: str) -> MakeVoice:
    """A recruiter of the employer, whose mail leaves by the tracking system, replies go there."""

    def make(scene: Scene) -> Voice:
        own = employer(scene)
        _, envelope, _ = SYSTEMS[system]
        tenant = scene.employer.tenant or plain(scene.employer.name)
        reply = f"{tenant.lower()}.{scene.hexes(18)}@reply.{envelope}"
        return replace(own, mailer="thunderbird", reply_to=reply, bounce=envelope)

    return make


def freemail(kind: str, org: str = "") -> MakeVoice:
    """A private address: founders, freelancers, candidates, friends."""

    def make(scene: Scene) -> Voice:
        rng = scene.rng
        who = scene.words.person(rng)
        domains = FREEMAIL[scene.language]
        domain = domains[rng.randrange(len(domains))]
        sep = (".", "", "_", "-")[rng.randrange(4)]
        number = str(rng.randrange(70, 99)) if rng.random() < 0.3 else ""
        local = plain(who.latin_given) + sep + plain(who.latin_family).replace("-", "") + number
        mailers = {"gmail.com": "gmail", "icloud.com": "apple", "outlook.com": "exchange"}
        title = (scene.words.title(kind, rng),) if kind else ()
        page = f"https://{plain(who.latin_family)}.example/{scene.token(5)}"
        return Voice(
            who.full,
            f"{local}@{domain}",
            (who.full, *title, *((org,) if org else ())),
            org or who.full,
            mailers.get(domain, "webmail"),
            page,
            domain,
            domain,
            person=who,
        )

    return make


def organisation(names: tuple[tuple[str, str], ...], kind: str, bulk: bool = False) -> MakeVoice:
    """Somebody at one of some small organisations under reserved names."""

    def make(scene: Scene) -> Voice:
        name, domain = names[scene.rng.randrange(len(names))]
        page = f"https://www.{domain}/{scene.token(6)}"
        if bulk:
            local = ("info", "news", "office")[scene.rng.randrange(3)]
            return Voice(
                name,
                f"{local}@{domain}",
                (scene.words.title(kind, scene.rng), name),
                name,
                "service",
                page,
                f"bounce.{domain}",
                domain,
                bulk=True,
            )
        return person_at(scene, name, domain, kind, page, 0.1)

    return make


def person_at(scene: Scene, org: str, domain: str, kind: str, page: str, unsigned: float) -> Voice:
    """A person at an organisation; a share `unsigned` of senders uses no DKIM."""
    rng = scene.rng
    who = scene.words.person(rng)
    mailers = ("exchange", "exchange", "gmail", "thunderbird", "apple")
    mailer = "exchange" if domain == FIRM_DOMAIN else mailers[rng.randrange(len(mailers))]
    phone = scene.words.some("phones")[rng.randrange(len(scene.words.some("phones")))]
    display = (who.full, who.full, f"{who.full} | {org}", f"{who.family}, {who.given}")
    return Voice(
        display[rng.randrange(4)],
        f"{who.local}@{domain}",
        (who.full, scene.words.title(kind, rng), org, phone + scene.digits(3), f"www.{domain}"),
        org,
        mailer,
        page,
        domain,
        "" if rng.random() < unsigned else domain,
        person=who,
    )


def anyone(person: Person | None, scene: Scene) -> Person:
    """The voice's person, or somebody new where a robot writes."""
    return person if person is not None else scene.words.person(scene.rng)
