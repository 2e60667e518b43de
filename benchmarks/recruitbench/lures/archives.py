"""What a message asks its reader to open when programs lie in it: all of them inert stubs."""

from __future__ import annotations

import json

from benchmarks.recruitbench.lures import domains
from benchmarks.recruitbench.lures.containers import disks, pages, shortcuts, stubs, tars, zips
from benchmarks.recruitbench.lures.deliveries import PDF, Delivery, File, file_name, paper
from benchmarks.recruitbench.lures.scene import Scene

_ZIP = "application/zip"
_BINARY = "application/octet-stream"


def _program(scene: Scene) -> bytes:
    return stubs.windows_program(scene.rng)


def _pdf(scene: Scene) -> bytes:
    return pages.pdf_document(paper(scene))


def _password(scene: Scene) -> str:
    rng = scene.rng
    word = rng.choice(("Offer", "Talent", "Interview", "Career"))
    made = f"{word}{rng.choice('#!@-')}{rng.randrange(1000, 9999)}"
    scene.slots["password"] = made
    return made


def zip_shortcut(scene: Scene) -> Delivery:
    """A decoy and a shortcut that looks like the second page of it."""
    name = file_name(scene, "")
    link = shortcuts.shortcut(
        ".\\data\\view.exe", "/open", name, "%ProgramFiles%\\Reader\\reader.exe"
    )
    members = {
        f"{name}.pdf": _pdf(scene),
        f"{name}_salary.pdf.lnk": link,
        "data/view.exe": _program(scene),
    }
    scene.slots["file"] = f"{name}.zip"
    return Delivery("zip", (File(f"{name}.zip", _ZIP, zips.zip_file(members)),))


def iso_program(scene: Scene) -> Delivery:
    """A disk with a program and the address and password to enter in it."""
    rng, name = scene.rng, file_name(scene, ".iso")
    password = _password(scene)
    host = domains.host(rng, ("assess4", "assess17"), ("hr-bench",))
    notes = f"Server: {host}:5{rng.randrange(800, 999)}\r\nPassword: {password}\r\n"
    tool = rng.choice(("Assessment_Client.exe", "SkillTest.exe", "OfferViewer.exe"))
    members = {tool: _program(scene), "readme.txt": notes.encode()}
    scene.slots.update(tool=tool)
    return Delivery(
        "iso",
        (
            File(
                name,
                rng.choice((_BINARY, "application/x-iso9660-image")),
                disks.iso_image(members, "OFFER"),
            ),
        ),
    )


def zip_double_extension(scene: Scene) -> Delivery:
    """A program under the name of a paper."""
    name = file_name(scene, "")
    ending = scene.rng.choice((".pdf.exe", ".docx.scr", ".pdf          .exe", ".xlsx.com"))
    members = {f"{name}{ending}": _program(scene)}
    if scene.rng.random() < 0.5:
        members["About_us.pdf"] = _pdf(scene)
    scene.slots["file"] = f"{name}.zip"
    return Delivery(
        "zip",
        (
            File(
                f"{name}.zip",
                scene.rng.choice((_ZIP, "application/x-zip-compressed")),
                zips.zip_file(members),
            ),
        ),
    )


def zip_encrypted(scene: Scene) -> Delivery:
    """A locked archive; the thread tells the password."""
    name, password = file_name(scene, ""), _password(scene)
    members = {f"{name}.exe": _program(scene), "Terms.pdf": _pdf(scene)}
    scene.slots["file"] = f"{name}.zip"
    return Delivery(
        "zip",
        (File(f"{name}.zip", _ZIP, zips.zip_file(members, password=password, rng=scene.rng)),),
    )


def zip_by_reference(scene: Scene) -> Delivery:
    """A locked archive whose password is the reference of the post."""
    password = scene.slots["password"] = scene.slots["ref"]
    name = f"NDA_{scene.rng.choice(('Annex', 'Pack', 'Set'))}_{scene.rng.randrange(10, 99)}"
    members = {"NDA.scr": _program(scene), "read first.txt": b"Open NDA and sign on page 3.\r\n"}
    scene.slots["file"] = f"{name}.zip"
    return Delivery(
        "zip",
        (File(f"{name}.zip", _ZIP, zips.zip_file(members, password=password, rng=scene.rng)),),
    )


def viewer_set(scene: Scene) -> Delivery:
    """A reader, its library and a document that only this reader opens because it is none."""
    name = file_name(scene, "")
    reader = scene.rng.choice(
        ("SecurePDF.exe", "DocViewer.exe", "InternalReader.exe", "PdfShield.exe")
    )
    library = scene.rng.choice(("libmupdf.dll", "mscorsvc.dll", "render.dll", "version.dll"))
    fake = scene.rng.randbytes(700)
    members = {
        f"{name}.pdf": b"\x91\x02" + fake,
        reader: _program(scene),
        library: stubs.windows_program(scene.rng, library=True),
    }
    scene.slots.update(tool=reader, file=f"{name}.zip")
    return Delivery("zip", (File(f"{name}.zip", _ZIP, zips.zip_file(members)),))


def known_tool(scene: Scene) -> Delivery:
    """A tool everybody knows, from somebody who does not make it, on a small disk."""
    rng, password = scene.rng, _password(scene)
    tool = rng.choice(
        ("putty.exe", "tvnviewer.exe", "SumatraPDF.exe", "UltraVNC_Viewer.exe", "muPDF.exe")
    )
    host = f"lab{rng.randrange(30)}.interview-env.{domains.reserved(rng)}"
    user = f"candidate{rng.randrange(100, 999)}"
    notes = f"{tool}\r\nhost {host}\r\nuser {user}\r\npassword {password}\r\n"
    members = {tool: _program(scene), "ReadMe.txt": notes.encode()}
    name = f"{rng.choice(('Interview_Env', 'Remote_Test', 'Lab_Access'))}_{scene.slots['ref']}.img"
    scene.slots.update(tool=tool.partition(".")[0], file=name, host=host)
    return Delivery(
        "img",
        (
            File(
                name,
                rng.choice((_BINARY, "application/x-raw-disk-image")),
                disks.fat_image(members, "INTERVIEW"),
            ),
        ),
    )


def congress_disk(scene: Scene) -> Delivery:
    """The congress's papers on a disk, with a program to register."""
    rng = scene.rng
    members = {
        "Programme.pdf": _pdf(scene),
        "Registration_Form.exe": _program(scene),
        "autorun.inf": b"[autorun]\r\nicon=Registration_Form.exe\r\n",
    }
    stem = rng.choice(("Symposium", "Congress", "Workshop"))
    name = f"{stem}_{scene.when.year + 1}.{rng.choice(('img', 'iso'))}"
    scene.slots["file"] = name
    return Delivery(name[-3:], (File(name, _BINARY, disks.iso_image(members, "PAPERS")),))


def smuggled(scene: Scene) -> Delivery:
    """A page that hands over the archive it carries."""
    inner = zips.zip_file(
        {"Offer_Letter.js": b"// inert synthetic sample\n", "Offer_Letter.exe": _program(scene)}
    )
    name = file_name(scene, ".html")
    data = pages.smuggling_page(
        scene.slots["employer"], scene.slots["role"], name.replace(".html", ".zip"), inner
    )
    return Delivery("html", (File(name, "text/html", data),))


def reversed_name(scene: Scene) -> Delivery:
    """A name whose end is written from right to left (U+202E)."""
    rng = scene.rng
    turned = rng.choice(
        (
            "Offer_\u202efdp.exe",
            "CV_form_\u202excod.scr",
            "Salary_\u202exslx.exe",
            "Annex_\u202efdp.com",
        )
    )
    members = {
        turned: _program(scene),
        "note.txt": b"Please open the form and return it signed.\r\n",
    }
    stem = file_name(scene, "")
    if rng.random() < 0.5:
        scene.slots["file"] = f"{stem}.7z"
        return Delivery(
            "7z", (File(f"{stem}.7z", "application/x-7z-compressed", tars.seven_zip(members)),)
        )
    scene.slots["file"] = f"{stem}.zip"
    return Delivery("zip", (File(f"{stem}.zip", _ZIP, zips.zip_file(members)),))


def confusable_dot(scene: Scene) -> Delivery:
    """An ELF program whose dot before "pdf" is none (U+2024 and kin)."""
    scene.slots["role"] = scene.pick("software")
    dot = scene.rng.choice(("\u2024", "\uff0e", "\u2024"))
    stem = file_name(scene, "")
    members = {f"{stem}{dot}pdf": stubs.linux_program(scene.rng)}
    scene.slots["file"] = f"{stem}.zip"
    return Delivery("zip", (File(f"{stem}.zip", _ZIP, zips.zip_file(members)),))


def virtual_disk(scene: Scene) -> Delivery:
    """A virtual disk with the tender papers and a program."""
    rng = scene.rng
    members = {
        "Contract_Draft.pdf": _pdf(scene)[:4000],
        "Open_Contract.exe": _program(scene),
        "keys.dll": stubs.windows_program(rng, library=True),
    }
    name = f"{rng.choice(('Contract', 'Onboarding', 'Consultant'))}_{scene.slots['ref']}.vhd"
    scene.slots["file"] = name
    return Delivery(
        "vhd", (File(name, _BINARY, disks.vhd_image(members, "CONTRACT", rng.randbytes(16))),)
    )


def tar_program(scene: Scene) -> Delivery:
    """A task in a tarball with a program to start it."""
    rng, stem = (
        scene.rng,
        file_name(scene, "").encode("ascii", "ignore").decode().strip("_") or "Task",
    )
    members = {
        f"{stem}/Task.pdf": _pdf(scene),
        f"{stem}/Start_Task.exe": _program(scene),
        f"{stem}/data.csv": b"t;v\n0;1\n1;4\n",
    }
    name = f"{stem}.tar.gz"
    scene.slots["file"] = name
    return Delivery(
        "gz",
        (
            File(
                name,
                rng.choice(("application/gzip", "application/x-gzip")),
                tars.tar_gz(members, f"{stem}.tar"),
            ),
        ),
    )


def mac_archive(scene: Scene) -> Delivery:
    """An application for Macs."""
    name = scene.rng.choice(("InterviewRoom", "OfferSign", "CandidateHub"))
    members = {
        f"{name}.app/Contents/Info.plist": b'<plist version="1.0"><dict/></plist>',
        f"{name}.app/Contents/MacOS/{name}": stubs.mac_program(scene.rng),
    }
    scene.slots["file"] = f"{name}.zip"
    return Delivery("eml", (File(f"{name}.zip", _ZIP, zips.zip_file(members)),))


def project(scene: Scene) -> Delivery:
    """A coding test as tarball; its install step prints a word."""
    top = scene.rng.choice(("backend-task", "telemetry-task", "dashboard-task"))
    steps = {"postinstall": "node scripts/prepare.js", "start": "node server.js"}
    manifest = json.dumps({"name": "task", "version": "1.0.0", "scripts": steps}, indent=2)
    members = {
        f"{top}/package.json": manifest.encode(),
        f"{top}/scripts/prepare.js": b'// inert synthetic sample\nconsole.log("prepared");\n',
        f"{top}/server.js": b'require("http").createServer((q, r) => r.end("ok"));\n',
        f"{top}/README.md": b"# Task\n\nnpm install && npm start\n",
    }
    scene.slots.update(file=f"{top}.tar.gz", project=top, role=scene.pick("software"))
    return Delivery(
        "gz", (File(f"{top}.tar.gz", "application/gzip", tars.tar_gz(members, f"{top}.tar")),)
    )


def program_as_pdf(scene: Scene) -> Delivery:
    """One file that says PDF and is none."""
    name = file_name(scene, ".pdf")
    return Delivery("pdf", (File(name, scene.rng.choice((PDF, _BINARY)), _program(scene)),))
