"""Who a message says it is from, and what the receiving server made of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchmarks.recruitbench.lures import domains
from benchmarks.recruitbench.lures.employers import FREEMAIL
from benchmarks.recruitbench.lures.scene import Scene, slug

Result = Literal["aligned", "spf only", "unsigned", "forged"]


@dataclass(frozen=True, slots=True)
class Sender:
    """`result` is what SPF, DKIM and DMARC said; `envelope` the domain of the return path."""

    display: str
    address: str
    result: Result
    envelope: str = ""
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The domain of the From address."""
        return self.address.rpartition("@")[2]


def freemail(scene: Scene) -> Sender:
    """A recruiter of the employer who writes from a mailbox anyone can have."""
    rng, employer = scene.rng, scene.employer
    address = f"{_mailbox_name(scene)}@{rng.choice(FREEMAIL[scene.language])}"
    display = rng.choice(
        (
            scene.name,
            f"{scene.name} ({employer.name})",
            f"{employer.name} HR",
            f"{scene.name} - {employer.name}",
        )
    )
    return Sender(display, address, "aligned")


def bare_freemail(scene: Scene) -> Sender:
    """The same, with nothing in the display name."""
    return Sender(
        scene.name,
        f"{_mailbox_name(scene)}@{scene.rng.choice(FREEMAIL[scene.language])}",
        "aligned",
    )


def combined(scene: Scene) -> Sender:
    """The employer's name and a word of recruiting."""
    return _at(scene, domains.combined(scene.employer.stem, scene.rng), True)


def mistyped(scene: Scene) -> Sender:
    """A domain one letter away."""
    return _at(scene, domains.mistyped(scene.employer.stem, scene.rng), False)


def other_top(scene: Scene) -> Sender:
    """The right name under another top-level domain."""
    return _at(scene, domains.other_top(scene.employer.stem, scene.rng), False)


def twin(scene: Scene) -> Sender:
    """A Cyrillic letter among Latin ones."""
    return _at(scene, domains.twin(scene.employer.stem, scene.rng), False)


def nested(scene: Scene) -> Sender:
    """The true domain below another's."""
    return _at(scene, domains.nested(scene.employer.domain, scene.rng), True)


def forged(scene: Scene) -> Sender:
    """The employer's own domain, which never sent this; answers go to a mailbox elsewhere."""
    rng = scene.rng
    address = f"{rng.choice((slug(scene.latin), 'careers', 'talent'))}@{scene.employer.domain}"
    reply = f"{_mailbox_name(scene)}@{rng.choice(FREEMAIL[scene.language])}"
    return Sender(
        scene.name,
        address,
        "forged",
        f"bounce.mail-relay{rng.randrange(9)}.{domains.reserved(rng)}",
        reply,
    )


def address_in_name(scene: Scene) -> Sender:
    """A display name that shows the employer's address; the true one lies elsewhere."""
    rng = scene.rng
    shown = f"{rng.choice(('careers', 'jobs', slug(scene.latin)))}@{scene.employer.domain}"
    owner = rng.choice(("northfield-media", "kiosk-print", "vitalpraxis", "gardencraft"))
    return Sender(shown, f"info{rng.randrange(99)}@{owner}.{domains.reserved(rng)}", "spf only")


def agency(scene: Scene) -> Sender:
    """A headhunter whose own domain is in order."""
    rng = scene.rng
    house = rng.choice(
        ("ellingworth-search", "quaystone-talent", "pardoe-partners", "meridian-exec")
    )
    scene.slots["agency"] = house.replace("-", " ").title()
    return Sender(scene.name, f"{slug(scene.latin)}@{house}.example", "aligned")


def compromised(scene: Scene) -> Sender:
    """A true mailbox of an uninvolved firm that someone else uses."""
    rng = scene.rng
    house = rng.choice(
        ("hartwell-castings", "oriel-instruments", "bluepeak-logistics", "tarnow-metrology")
    )
    scene.slots["agency"] = house.replace("-", " ").title()
    return Sender(scene.name, f"{slug(scene.latin)}@{house}.example", "aligned")


def agency_lookalike(scene: Scene) -> Sender:
    """Poses as a large staffing house."""
    rng = scene.rng
    house, stem = rng.choice(
        (
            ("Hays", "hays"),
            ("Michael Page", "michaelpage"),
            ("Randstad", "randstad"),
            ("Korn Ferry", "kornferry"),
        )
    )
    scene.slots["agency"] = house
    domain = rng.choice((domains.combined(stem, rng), domains.other_top(stem, rng)))
    return Sender(f"{scene.name} | {house}", f"{slug(scene.latin)}@{domain}", "unsigned")


def tracking_system(scene: Scene) -> Sender:
    """Poses as the applicant-tracking service of the employer."""
    rng = scene.rng
    service, stem = rng.choice(
        (
            ("Greenhouse", "greenhouse"),
            ("Workday", "myworkday"),
            ("SmartRecruiters", "smartrecruiters"),
            ("Lever", "lever"),
            ("Taleo", "taleo"),
            ("SuccessFactors", "successfactors"),
        )
    )
    domain = rng.choice(
        (
            f"{stem}-notify.{domains.reserved(rng)}",
            f"mail.{stem}-apply.{domains.reserved(rng)}",
            domains.other_top(stem, rng),
        )
    )
    scene.slots.update(service=service, portal=domain)
    display = rng.choice(
        (
            f"{scene.employer.name} Careers",
            f"{scene.employer.name} via {service}",
            f"{scene.employer.name} @ {service}",
        )
    )
    return Sender(
        display, f"{rng.choice(('no-reply', 'notifications', 'workflow'))}@{domain}", "aligned"
    )


def network(scene: Scene) -> Sender:
    """Poses as a notification of LinkedIn."""
    rng = scene.rng
    domain = rng.choice(
        (
            domains.combined("linkedin", rng),
            f"e.linkedin-inmail.{domains.reserved(rng)}",
            f"linkedln.{domains.reserved(rng)}",
        )
    )
    scene.slots["portal"] = domain
    scene.slots["out"] = "https://www.linkedin.com/help/linkedin"
    display = rng.choice(("LinkedIn", f"{scene.name} via LinkedIn", "LinkedIn InMail"))
    return Sender(
        display,
        f"{rng.choice(('inmail-hit-reply', 'messages-noreply', 'jobs-listings'))}@{domain}",
        "aligned",
    )


def job_board(scene: Scene) -> Sender:
    """Poses as a job board's alert."""
    rng = scene.rng
    boards = {
        "es": (("InfoJobs", "infojobs"), ("Indeed", "indeed")),
        "fr": (("Apec", "apec"), ("HelloWork", "hellowork")),
    }.get(
        scene.language,
        (
            ("Indeed", "indeed"),
            ("Monster", "monster"),
            ("Glassdoor", "glassdoor"),
            ("Reed", "reed"),
        ),
    )
    board, stem = rng.choice(boards)
    domain = rng.choice(
        (f"{stem}-alerts.{domains.reserved(rng)}", f"alert.{stem}.{domains.reserved(rng)}")
    )
    scene.slots.update(service=board, portal=domain)
    return Sender(
        rng.choice((board, f"{board} Job Alert", f"{scene.employer.name} | {board}")),
        f"alert@{domain}",
        "aligned",
    )


def own_firm(scene: Scene) -> Sender:
    """Poses as the recipient's own personnel department."""
    rng = scene.rng
    domain = rng.choice(
        (
            f"firm-hr.{domains.reserved(rng)}",
            "firm-example.test",
            "firm.example.people-portal.test",
            "firm-careers.invalid",
        )
    )
    scene.slots["portal"] = f"mobility.{domain}"
    return Sender(
        rng.choice((scene.name, "Human Resources", f"{scene.name} - People Team")),
        f"{rng.choice(('hr', 'people', 'mobility'))}@{domain}",
        "spf only",
    )


def institute(scene: Scene) -> Sender:
    """Poses as a university or congress office."""
    rng = scene.rng
    stem = rng.choice(("delft", "kth", "cranfield", "technion", "kaist", "polimi", "tum"))
    scene.slots["agency"] = {
        "delft": "TU Delft",
        "kth": "KTH",
        "cranfield": "Cranfield University",
        "technion": "Technion",
        "kaist": "KAIST",
        "polimi": "Politecnico di Milano",
        "tum": "TU München",
    }[stem]
    domain = domains.host(rng, (f"{stem}-faculty", f"chair.{stem}-edu", f"{stem}-symposium"))
    scene.slots["portal"] = domain
    return Sender(scene.name, f"{slug(scene.latin)}@{domain}", rng.choice(("aligned", "unsigned")))


def _at(scene: Scene, domain: str, signed: bool) -> Sender:
    rng = scene.rng
    scene.slots["portal"] = domain
    display = rng.choice(
        (scene.name, f"{scene.employer.name} Careers", f"{scene.name}, {scene.employer.name}")
    )
    mailbox = rng.choice((slug(scene.latin), slug(scene.latin), "careers", "recruiting"))
    return Sender(
        display,
        f"{mailbox}@{domain}",
        "aligned" if signed else rng.choice(("spf only", "unsigned")),
    )


def _mailbox_name(scene: Scene) -> str:
    rng, base = scene.rng, slug(scene.latin)
    end = f"{rng.randrange(1000, 9999)}"
    stem = scene.employer.stem
    return rng.choice(
        (f"{base}.{end}", f"{base}.hr{end}", f"{stem}.recruit.{end}", f"{base}.{stem}{end}")
    )
