"""What a message leads to without an attachment: an answer, another channel, a place."""

from __future__ import annotations

from urllib.parse import quote

from benchmarks.recruitbench.lures import domains
from benchmarks.recruitbench.lures.deliveries import Delivery, file_name, token
from benchmarks.recruitbench.lures.employers import FREEMAIL
from benchmarks.recruitbench.lures.scene import Scene, slug


def nothing(scene: Scene) -> Delivery:
    """Words; an answer is all that is wanted. The slot `mail` holds a private address."""
    rng = scene.rng
    address = f"{slug(scene.latin)}{rng.randrange(10, 99)}@{rng.choice(FREEMAIL[scene.language])}"
    scene.slots.setdefault("mail", address)
    return Delivery("none")


def signal(scene: Scene) -> Delivery:
    """A number for a messenger that keeps nothing (Ofcom's range for drama)."""
    number = f"+44 7700 900{scene.rng.randrange(1000):03}"
    scene.slots["chat"] = number
    return Delivery("none", (), f"https://signal.me/#p/{number.replace(' ', '')}")


def call_back(scene: Scene) -> Delivery:
    """A number to ring outside office hours."""
    scene.slots["line"] = f"+44 7700 900{scene.rng.randrange(1000):03}"
    return Delivery("none")


def tracked(scene: Scene) -> Delivery:
    """A redirect of a mailing service that ends at a third owner's form."""
    rng = scene.rng
    host = domains.host(rng, ("forms", "q"), ("pay-panel", "grade-check"))
    form = f"https://{host}/{token(scene, 7)}"
    carrier = domains.host(rng, ("click", "lnk"), ("sendhub", "mailtrail"))
    short = f"https://{rng.choice(('is.gd', 'rb.gy'))}/{token(scene, 6)}"
    long = f"https://{carrier}/r?m={token(scene, 12)}&u={quote(form, safe='')}"
    return Delivery("link", (), rng.choice((long, short)))


def file_page(scene: Scene) -> Delivery:
    """A check's file on a page that belongs to neither the checker nor the employer."""
    return Delivery(
        "link",
        (),
        f"https://{scene.slots['portal']}/case/{scene.slots['ref']}?k={token(scene, 16)}",
    )


def credentials(scene: Scene) -> Delivery:
    """A page with the user name and password that the message tells, and a program behind it."""
    rng = scene.rng
    scene.slots["user"] = f"{scene.to[0][:1]}{scene.to[1]}{rng.randrange(100, 999)}".lower()
    scene.slots["password"] = token(scene, 10)
    where = rng.choice(("login", "applicant", "connect"))
    return Delivery("link", (), f"https://{scene.slots['portal']}/{where}/{scene.slots['user']}")


def tenant_page(scene: Scene) -> Delivery:
    """The employer's name as a tenant of a service that only sounds like the known one."""
    return Delivery(
        "link",
        (),
        f"https://{scene.slots['portal']}/j/{token(scene, 10).upper()}/documents",
    )


def board_program(scene: Scene) -> Delivery:
    """A board's desktop program, from where the board is not."""
    scene.slots["tool"] = f"{scene.slots['service'].split('-')[0]} Messenger"
    where = scene.rng.choice(("setup.msi", "Messenger.exe", "get"))
    return Delivery(
        "link",
        (),
        f"https://{scene.slots['portal']}/desktop/{where}?conv={token(scene, 9)}",
    )


def driver(scene: Scene) -> Delivery:
    """A driver for camera or sound, offered by the page on which the talk is to be held."""
    rng = scene.rng
    name = rng.choice(("CamBridge_x64.msi", "AudioFix.pkg", "MediaDriver_2.4.exe", "vcam.deb"))
    scene.slots["tool"] = name
    return Delivery("link", (), f"https://{scene.slots['portal']}/support/{name}")


def package(scene: Scene) -> Delivery:
    """A repository to be installed straight from a code host; owner and name are made up."""
    rng = scene.rng
    owner = f"{scene.slots['agency'].lower().replace(' ', '-')}-{rng.randrange(100, 999)}"
    project = rng.choice(("tracelet", "gridlens", "framecast", "opsboard"))
    url = f"https://{rng.choice(('github.com', 'gitlab.com'))}/{owner}/{project}"
    scene.slots.update(project=project, role=scene.pick("software"), source=url)
    return Delivery("link", (), url)


def locked_share(scene: Scene) -> Delivery:
    """A locked archive at a place to drop files; the message tells the password."""
    rng = scene.rng
    scene.slots["password"] = f"{rng.choice(('Paper', 'Review', 'Draft'))}{rng.randrange(100, 999)}"
    name = file_name(scene, rng.choice((".zip", ".7z")))
    url = rng.choice(
        (
            f"https://drive.proton.me/urls/{token(scene, 10)}#{token(scene, 12)}",
            f"https://www.mediafire.com/file/{token(scene, 15).lower()}/draft.zip",
            f"https://mega.nz/file/{token(scene, 8)}#{token(scene, 43)}",
        )
    )
    scene.slots["file"] = name
    return Delivery("link", (), url)


def network_page(scene: Scene) -> Delivery:
    """A page that shows a message of the network after signing in."""
    return Delivery(
        "link", (), f"https://{scene.slots['portal']}/inbox/thread/{token(scene, 20)}?auth=renew"
    )
