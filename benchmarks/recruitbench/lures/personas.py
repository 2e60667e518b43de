"""Senders who are not the employer itself: houses between employer and reader, people, desks."""

from __future__ import annotations

from benchmarks.recruitbench.lures import domains
from benchmarks.recruitbench.lures.employers import FREEMAIL
from benchmarks.recruitbench.lures.scene import Scene, slug
from benchmarks.recruitbench.lures.senders import Result, Sender
from benchmarks.recruitbench.lures.wording import phrases

_BOARDS = {
    "en": (("Totaljobs", "totaljobs"), ("CV-Library", "cvlibrary"), ("Dice", "dicejobs")),
    "fr": (("Cadremploi", "cadremploi"), ("Météojob", "meteojob")),
    "es": (("Tecnoempleo", "tecnoempleo"), ("Infoempleo", "infoempleo")),
}


def house(scene: Scene, *stems: str) -> str:
    """One of the made-up firms' domain labels; also the slot `agency`."""
    stem = scene.rng.choice(stems)
    scene.slots["agency"] = stem.replace("-", " ").title()
    return stem


def _acquainted(scene: Scene) -> None:
    """The sender knows what the reader works on; only families for fitting say so."""
    words = phrases(scene.language)
    scene.slots.update(
        topic=scene.rng.choice(words["topics"]), trip=scene.rng.choice(words["trips"])
    )


def quiet_persona(scene: Scene) -> Sender:
    """A private mailbox that names nobody but its owner."""
    _acquainted(scene)
    rng = scene.rng
    address = f"{slug(scene.latin).replace('.', rng.choice(('', '.', '_')))}{rng.randrange(1, 99)}"
    return Sender(scene.name, f"{address}@{rng.choice(FREEMAIL[scene.language])}", "aligned")


def boutique(scene: Scene) -> Sender:
    """A small search firm whose domain and signatures are in order."""
    stem = house(
        scene, "harrowgate-lane", "stellmark-people", "cobden-reyes", "tidewater-appointments"
    )
    return _person(scene, f"{stem}.{domains.reserved(scene.rng)}", "aligned")


def expert_network(scene: Scene) -> Sender:
    """A house that sells hours with specialists."""
    _acquainted(scene)
    stem = house(scene, "sagelink-insights", "primer-experts", "deltaview-research", "askwell")
    return _person(scene, f"{stem}.{domains.reserved(scene.rng)}", "aligned")


def consultancy(scene: Scene) -> Sender:
    """An adviser overseas, with an office and a domain of its own."""
    _acquainted(scene)
    stem = house(scene, "harbour-pacific", "jadegate-consulting", "lotus-bridge-advisory")
    return _person(scene, f"{stem}.{domains.reserved(scene.rng)}", "aligned")


def survey_house(scene: Scene) -> Sender:
    """A house that asks about pay and hands out vouchers."""
    _acquainted(scene)
    stem = house(scene, "paywise-panel", "meridian-surveys", "gradepoint")
    display = f"{scene.slots['agency']} Research"
    return Sender(display, f"panel@{stem}.{domains.reserved(scene.rng)}", "aligned")


def screening_house(scene: Scene) -> Sender:
    """A firm that checks applicants; its page for `portal` lies at yet another owner."""
    rng = scene.rng
    stem = house(scene, "verity-screening", "clearpath-vetting", "northlane-checks")
    scene.slots["portal"] = f"file.{scene.employer.stem}-vetting.{domains.reserved(rng)}"
    display = rng.choice(
        (scene.slots["agency"], f"{scene.slots['agency']} for {scene.employer.name}")
    )
    return Sender(display, f"casework@{stem}.{domains.reserved(rng)}", "aligned")


def career_site(scene: Scene) -> Sender:
    """A brand of its own that offers posts of well-known employers to selected people."""
    rng = scene.rng
    brand, stem = rng.choice(
        (
            ("SkyHire Careers", "skyhire-careers"),
            ("AeroTalents", "aerotalents"),
            ("Rise Defence Jobs", "rise-defence-jobs"),
            ("TalentBridge", "talentbridge-apply"),
        )
    )
    domain = f"{stem}.{domains.reserved(rng)}"
    scene.slots.update(service=brand, portal=f"my.{domain}")
    return Sender(
        rng.choice((brand, f"{scene.employer.name} | {brand}", f"{scene.name}, {brand}")),
        f"{rng.choice(('applicants', 'hello', slug(scene.latin)))}@{domain}",
        rng.choice(("spf only", "unsigned")),
    )


def think_tank(scene: Scene) -> Sender:
    """Poses as a fellow of an institute; answers go to a private mailbox."""
    _acquainted(scene)
    rng = scene.rng
    institute, stem = rng.choice(
        (
            ("Nordmark Institute for Security Studies", "nordmark-institute"),
            ("Eastgate Council on Strategy", "eastgate-council"),
            ("Forum for Maritime Policy", "maritime-policy-forum"),
        )
    )
    scene.slots["agency"] = institute
    user = slug(scene.latin)
    service = rng.choice(("gmail.com", "proton.me", "outlook.com"))
    reply = f"{user}.{rng.choice(('research', 'fellow', 'office'))}@{service}"
    return Sender(
        f"{scene.name} ({institute})",
        f"{user}@{stem}.{domains.reserved(rng)}",
        "unsigned",
        reply_to=reply,
    )


def university_mailbox(scene: Scene) -> Sender:
    """A true mailbox of a university that someone else uses."""
    _acquainted(scene)
    stem = scene.rng.choice(("lindental", "hafnia-tech", "karsten-poly", "monteverde"))
    scene.slots["agency"] = f"{stem.replace('-', ' ').title()} University"
    return _person(scene, f"{scene.rng.choice(('', 'mail.'))}{stem}-univ.example", "aligned")


def university_answers_elsewhere(scene: Scene) -> Sender:
    """The same; what is answered leaves the university."""
    sender = university_mailbox(scene)
    mail = f"{slug(scene.latin)}.alumni@{scene.rng.choice(FREEMAIL[scene.language])}"
    scene.slots["mail"] = mail
    return Sender(sender.display, sender.address, sender.result, reply_to=mail)


def partner_account(scene: Scene) -> Sender:
    """A true mailbox of a partner firm that someone else uses."""
    stem = house(
        scene, "greifen-optics", "lakeshore-hydraulics", "aldine-testing", "morrow-fasteners"
    )
    return _person(scene, f"{stem}.example", "aligned")


def subcontractor(scene: Scene) -> Sender:
    """A supplier that nobody knows, with a domain in order."""
    stem = house(scene, "ardmore-composites", "velin-systems", "pryde-cables", "solent-machining")
    return _person(scene, f"{stem}.{domains.reserved(scene.rng)}", "spf only")


def startup(scene: Scene) -> Sender:
    """A young software firm with a domain of last month."""
    stem = house(scene, "lumora-labs", "finchgrid", "novaquay", "brightloop-systems")
    return _person(scene, f"{stem}.{domains.reserved(scene.rng)}", "aligned")


def relocation_desk(scene: Scene) -> Sender:
    """The employer's name as one label of another's domain."""
    rng = scene.rng
    owner = rng.choice(("relocation-desk", "mobility-office", "visa-support"))
    domain = f"{scene.employer.stem}.{owner}.{domains.reserved(rng)}"
    scene.slots["portal"] = domain
    return Sender(
        rng.choice((f"{scene.employer.name} Mobility", f"{scene.name} (Relocation)")),
        f"{rng.choice(('visa', 'moves', slug(scene.latin)))}@{domain}",
        rng.choice(("aligned", "spf only")),
    )


def own_address_shown(scene: Scene) -> Sender:
    """Shows the address of the reader's own personnel department; the true one lies elsewhere."""
    rng = scene.rng
    shown = rng.choice(("hr@firm.example", "people@firm.example", "Firm HR <hr@firm.example>"))
    owner = rng.choice(("sendline-eu", "parkhotel-linde", "schoolbook-trade", "formbox"))
    domain = f"{owner}.{domains.reserved(rng)}"
    scene.slots["portal"] = f"firm.{domain}"
    return Sender(shown, f"office{rng.randrange(9)}@{domain}", "spf only")


def board_inbox(scene: Scene) -> Sender:
    """Poses as the message centre of a job board."""
    rng = scene.rng
    board, stem = rng.choice(_BOARDS[scene.language])
    domain = (
        f"{rng.choice((f'{stem}-inbox', f'messages.{stem}', f'my{stem}'))}.{domains.reserved(rng)}"
    )
    scene.slots.update(service=board, portal=domain)
    return Sender(
        rng.choice((f"{board} Messages", f"{scene.name} via {board}", board)),
        f"{rng.choice(('reply', 'inbox', 'conversation'))}-{rng.randrange(10**6)}@{domain}",
        "aligned",
    )


def tenant(scene: Scene) -> Sender:
    """Poses as the employer's tenant at an applicant-tracking service."""
    rng = scene.rng
    service, stem = rng.choice(
        (
            ("Workable", "workable-mail"),
            ("Ashby", "ashbyhq-apply"),
            ("iCIMS", "talent-icims"),
            ("Jobvite", "jobvite-hire"),
            ("Personio", "personio-people"),
        )
    )
    domain = f"{stem}.{domains.reserved(rng)}"
    scene.slots.update(service=service, portal=f"{scene.employer.stem}.{domain}")
    return Sender(
        f"{scene.employer.name} {rng.choice(('Hiring Team', 'Recruiting', 'Talent'))}",
        f"{scene.employer.stem}@{domain}",
        "aligned",
    )


def interview_vendor(scene: Scene) -> Sender:
    """Poses as the service on which interviews are held."""
    rng = scene.rng
    service, stem = rng.choice(
        (("HireVue", "hirevue"), ("Spark Hire", "sparkhire"), ("Willo", "willo-video"))
    )
    domain = f"{stem}-{rng.choice(('rooms', 'live', 'session'))}.{domains.reserved(rng)}"
    scene.slots.update(service=service, portal=domain)
    return Sender(f"{service} | {scene.employer.name}", f"invites@{domain}", "spf only")


def network_digest(scene: Scene) -> Sender:
    """Poses as a network's digest: its name is one label of another's domain."""
    _acquainted(scene)
    rng = scene.rng
    owner = rng.choice(("notify-center", "pro-digest", "member-mail"))
    domain = f"linkedin.{owner}.{domains.reserved(rng)}"
    scene.slots["portal"] = domain
    scene.slots["out"] = f"https://{domain}/settings"
    return Sender(
        rng.choice(("LinkedIn Notifications", "LinkedIn", f"{scene.name} on LinkedIn")),
        f"{rng.choice(('updates', 'connections'))}@{domain}",
        "spf only",
    )


def _person(scene: Scene, domain: str, result: Result) -> Sender:
    names = slug(scene.latin).split(".")
    short = f"{names[0][:1]}{names[-1]}"
    mailbox = scene.rng.choice((".".join(names), short, names[0]))
    scene.slots.setdefault("portal", domain)
    return Sender(scene.name, f"{mailbox}@{domain}", result)
