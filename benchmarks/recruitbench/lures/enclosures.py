"""More of what is attached: papers, entries, passed-on mail, projects, disks."""

from __future__ import annotations

import json
from datetime import timedelta

from benchmarks.recruitbench.lures import domains
from benchmarks.recruitbench.lures.containers import disks, pages, shortcuts, stubs, tars, zips
from benchmarks.recruitbench.lures.deliveries import (
    PDF,
    WORD,
    Delivery,
    File,
    file_name,
    paper,
    token,
)
from benchmarks.recruitbench.lures.scene import Scene, slug
from benchmarks.recruitbench.transport.clock import local, stamp
from benchmarks.recruitbench.transport.mime import address, file_part, multipart, text_part

_ZIP = "application/zip"
_PRINTS = b'// inert synthetic sample\nconsole.log("prepared");\n'


def password_shortcut(scene: Scene) -> Delivery:
    """A paper that is no PDF, and beside it a shortcut that says it holds the password."""
    rng, name = scene.rng, file_name(scene, "")
    link = shortcuts.shortcut(
        ".\\Password.exe", "", "Text Document", "%SystemRoot%\\System32\\notepad.exe"
    )
    members = {
        f"{name}.pdf": b"\x07\x5c" + rng.randbytes(600),
        "Password.txt.lnk": link,
        "Password.exe": stubs.windows_program(rng),
    }
    if rng.random() < 0.5:
        scene.slots["file"] = f"{name}.7z"
        data = tars.seven_zip(members)
        return Delivery("7z", (File(f"{name}.7z", "application/x-7z-compressed", data),))
    scene.slots["file"] = f"{name}.zip"
    return Delivery("zip", (File(f"{name}.zip", _ZIP, zips.zip_file(members)),))


def registration_paper(scene: Scene) -> Delivery:
    """A one-page PDF that leads to a form behind a short link."""
    rng = scene.rng
    url = f"https://{rng.choice(('bit.ly', 'rb.gy', 'is.gd'))}/{token(scene, 7)}"
    lines = [
        scene.slots.get("agency", ""),
        "Panel and honorarium form",
        "Complete the form with your institutional account:",
        url,
    ]
    name = (
        f"{rng.choice(('Panel', 'Jury', 'Session'))}_{scene.when.year}_{rng.randrange(10, 99)}.pdf"
    )
    scene.slots["file"] = name
    return Delivery("pdf", (File(name, PDF, pages.pdf_document(lines, url)),))


def visa_set(scene: Scene) -> Delivery:
    """An archive with a guide and a form page that asks for a password."""
    portal = scene.slots["portal"]
    form = pages.portal_page(
        "Visa pre-registration",
        "Sign in with your present work e-mail to confirm employment.",
        f"https://{portal}/visa/{token(scene, 8)}",
    )
    guide = pages.pdf_document(["Relocation guide", scene.slots["city"], scene.slots["ref"]])
    name = f"{scene.rng.choice(('Visa', 'Relocation', 'Permit'))}_{scene.slots['ref']}.zip"
    scene.slots["file"] = name
    members = {"1_Guide.pdf": guide, "2_Visa_form.html": form}
    return Delivery("zip", (File(name, _ZIP, zips.zip_file(members)),))


def sign_in_page(scene: Scene) -> Delivery:
    """A list of posts as a page that wants the reader to sign in first."""
    name = f"{scene.rng.choice(('Internal_posts', 'Mobility_list', 'Vacancies'))}.html"
    form = pages.portal_page(
        "firm.example",
        "Your session has ended. Sign in to see the list.",
        f"https://{scene.slots['portal']}/session/{token(scene, 12)}",
    )
    scene.slots["file"] = name
    return Delivery("html", (File(name, "text/html", form),))


def interview_slot(scene: Scene) -> Delivery:
    """An entry with a meeting room at nobody's service and a number to dial."""
    rng = scene.rng
    host = domains.host(rng, ("room", "call", "join"), ("meetline", "talkdesk-live", "confio"))
    url = f"https://{host}/{token(scene, 3)}-{token(scene, 4)}-{token(scene, 3)}".lower()
    day = scene.when + timedelta(days=rng.randrange(2, 9))
    hour = int(scene.slots["hour"])
    notes = f"{scene.slots['employer']} - {scene.slots['role']}\n{scene.slots['phone']}\n{url}"
    scene.slots["day"] = f"{day:%d.%m.%Y}"
    data = pages.invitation(
        f"{scene.slots['role']} ({scene.slots['ref']})",
        notes,
        url,
        f"{slug(scene.latin)}@calendar.example",
        scene.to_address,
        f"{day:%Y%m%d}T{hour:02}1500Z",
        f"{day:%Y%m%d}T{hour:02}4500Z",
        f"{token(scene, 26)}@calendar.example",
    )
    name = rng.choice(("meeting.ics", "slot.ics", "event.ics"))
    return Delivery("ics", (File(name, "text/calendar; method=REQUEST", data),))


def passed_on_offer(scene: Scene) -> Delivery:
    """A message that says it comes from the employer, as a file, with a program in its archive."""
    rng, slots = scene.rng, scene.slots
    name = file_name(scene, "")
    archive = zips.zip_file(
        {f"{name}.exe": stubs.windows_program(rng), "Salary.pdf": pages.pdf_document(paper(scene))}
    )
    before = scene.when - timedelta(days=rng.randrange(1, 9))
    headers = (
        ("From", address("Talent Office", f"careers@{scene.employer.domain}")),
        ("To", "selected.candidates@lists.example"),
        ("Subject", f"{slots['ref']} - selected candidates"),
        ("Date", stamp(local(before, "en", rng))),
        ("Message-ID", f"<{token(scene, 24)}@{scene.employer.domain}>"),
        ("MIME-Version", "1.0"),
    )
    text = (
        f"Reference {slots['ref']}\n\nThe role package is attached. Please run the reader in the "
        "archive to see it.\n\nYou may share this message with suitable colleagues.\n"
    )
    body = text_part(text, "plain", "utf-8", "quoted-printable")
    parts = [body, file_part(archive, _ZIP, f"{name}.zip")]
    raw = multipart("mixed", parts, f"==={token(scene, 20)}").raw(headers)
    slots["file"] = f"{name}.zip"
    return Delivery("eml", (File("offer.eml", "message/rfc822", raw),))


def linked_rich_text(scene: Scene) -> Delivery:
    """Rich text with a template elsewhere under the name of a Word document."""
    rng = scene.rng
    host = domains.host(rng, ("tpl", "forms"), ("legal-papers", "contract-set"))
    url = f"https://{host}/nda{rng.randrange(99)}"
    stem = rng.choice(("NDA", "Mutual_NDA", "Confidentiality"))
    name = f"{stem}_{scene.slots['ref']}.docx"
    scene.slots["file"] = name
    data = pages.rich_text(["Mutual non-disclosure agreement", *paper(scene)], url)
    return Delivery("rtf", (File(name, WORD, data),))


def locked_reply(scene: Scene) -> Delivery:
    """A locked archive with a program that takes the name of a paper, late in a thread."""
    rng, name = scene.rng, file_name(scene, "")
    password = scene.slots["password"] = (
        f"{rng.choice(('drawing', 'revC', 'po'))}{rng.randrange(1000, 9999)}"
    )
    members = {f"{name}.docx.scr": stubs.windows_program(rng)}
    scene.slots["file"] = f"{name}.zip"
    data = zips.zip_file(members, password=password, rng=rng)
    return Delivery("zip", (File(f"{name}.zip", _ZIP, data),))


def remote_tool(scene: Scene) -> Delivery:
    """A well-known tool for remote help from somebody who does not make it."""
    rng = scene.rng
    tool = rng.choice(("AnyDesk.exe", "TeamViewerQS.exe", "RustDesk.exe", "ScreenConnect.exe"))
    members = {
        tool: stubs.windows_program(rng),
        "Setup_steps.txt": b"1. Start the tool\r\n2. Read us the nine digits\r\n",
    }
    name = f"{rng.choice(('IT_Start', 'Onboarding_IT', 'Workplace_Setup'))}.zip"
    scene.slots.update(tool=tool.partition(".")[0], file=name)
    return Delivery("zip", (File(name, _ZIP, zips.zip_file(members)),))


def dossier_disk(scene: Scene) -> Delivery:
    """A disk that shows a dossier, which is a shortcut to a library beside it."""
    rng = scene.rng
    link = shortcuts.shortcut(
        ".\\board.dll", "Open", "Dossier", "%SystemRoot%\\System32\\imageres.dll"
    )
    members = {
        "Board_dossier.lnk": link,
        "board.dll": stubs.windows_program(rng, library=True),
        "Agenda.pdf": pages.pdf_document(["Advisory board", scene.slots["city"]]),
    }
    stem = f"{rng.choice(('Dossier', 'Board_Seat', 'Mandate'))}_{scene.slots['ref']}"
    kind = rng.choice(("vhd", "vhd", "img"))
    if kind == "img":
        data = disks.fat_image(members, "DOSSIER")
    else:
        data = disks.vhd_image(members, "DOSSIER", rng.randbytes(16))
    scene.slots["file"] = f"{stem}.{kind}"
    return Delivery(kind, (File(f"{stem}.{kind}", "application/octet-stream", data),))


def bugfix_project(scene: Scene) -> Delivery:
    """A project that does something when it is opened or installed: here it prints a word."""
    rng = scene.rng
    top = rng.choice(("checkout-widget", "map-service", "ledger-sync", "booking-api"))
    if rng.random() < 0.5:
        members = _script_project(top)
    else:
        members = _python_project(top)
    scene.slots.update(project=top, role=scene.pick("software"))
    if rng.random() < 0.5:
        scene.slots["file"] = f"{top}.tgz"
        data = tars.tar_gz(members, f"{top}.tar")
        return Delivery("gz", (File(f"{top}.tgz", "application/gzip", data),))
    scene.slots["file"] = f"{top}.zip"
    return Delivery("zip", (File(f"{top}.zip", _ZIP, zips.zip_file(members)),))


def _script_project(top: str) -> dict[str, bytes]:
    scripts = {"preinstall": "node tools/env.js", "dev": "node index.js"}
    manifest = {"name": top, "version": "0.3.1", "private": True, "scripts": scripts}
    task = {
        "label": "env",
        "type": "shell",
        "command": "node tools/env.js",
        "runOptions": {"runOn": "folderOpen"},
    }
    return {
        f"{top}/package.json": json.dumps(manifest, indent=2).encode(),
        f"{top}/.vscode/tasks.json": json.dumps({"version": "2.0.0", "tasks": [task]}).encode(),
        f"{top}/tools/env.js": _PRINTS,
        f"{top}/index.js": b'console.log("ready");\n',
        f"{top}/README.md": b"# Setup\n\nOpen in VS Code, trust the folder, npm i, npm run dev\n",
    }


def _python_project(top: str) -> dict[str, bytes]:
    setup = (
        "# inert synthetic sample\nfrom setuptools import setup\nfrom setuptools.command.install "
        "import install\n\n\nclass Prepared(install):\n    def run(self):\n"
        '        print("prepared")\n        super().run()\n\n\n'
        f'setup(name="{top}", version="0.3", cmdclass=dict(install=Prepared))\n'
    )
    return {
        f"{top}/setup.py": setup.encode(),
        f"{top}/app.py": b'print("ready")\n',
        f"{top}/requirements.txt": b"-e .\n",
        f"{top}/README.md": b"# Setup\n\npip install . && python app.py\n",
    }
