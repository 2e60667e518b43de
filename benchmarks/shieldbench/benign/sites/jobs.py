"""A job portal: search, profiles, applications with a CV."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene, password
from benchmarks.shieldbench.benign.traffic import Plan, Route

_TITLES = (
    "Technician (m/f/d)",
    "C++ / C# Developer",
    "Node.js & TypeScript Engineer",
    "Nurse (50%)",
    "Database Administrator - Oracle/MySQL",
    "Shop Assistant",
    "Head of R&D",
    "Union Secretary",
    "Shell Moulding Operator",
    "Script Editor",
    ".NET Developer",
    "Sr. Executive Assistant to CEO",
    "Elektroniker:in für Betriebstechnik",
    "Chargé(e) d'études",
    "Kierowca kat. C+E",
    "용접 기술자",
    "Cast Iron Welder",
    "Sleep Laboratory Assistant",
    "Windows System Administrator",
)
_LETTERS = (
    "Dear Sir or Madam,\n\nI'd like to apply for the position \"‹title›\". For ‹n› years I've been "
    "working at ‹firm› (‹city›), where I'm responsible for a team of 5 & a budget of ‹price› k€.",
    "Sehr geehrte Damen und Herren,\n\nmit großem Interesse habe ich Ihre Anzeige "
    "„‹title›“ gelesen. "
    "Meine Kenntnisse: SAP R/3, MS-Office (Word/Excel), SPS S7-1500; Führerschein Kl. B/BE.",
    "Hi!\nI saw your ad on ‹url›. I've worked with Linux, Docker, Python 3, SQL (select, insert, "
    "joins...) and shell scripts; my notice period's 4 weeks. Salary: 52,000 - 55,000 EUR p.a.",
    "Madame, Monsieur,\n\nactuellement en poste à ‹city›, je souhaite rejoindre votre "
    "équipe en tant "
    "que « ‹title› ». Disponible dès le ‹date› ; permis B ; anglais (C1), allemand (B2).",
    "2019-2024: ‹firm›, ‹city› -- maintenance of presses > 500 t; robots (KUKA KR C4)\n"
    "2015-2019: O'Hara & Sons -- welding (MIG/MAG/TIG)\n2012-2015: apprenticeship",
    "I'm fluent in C, C++ and Rust; I drop everything for a good bug hunt ;-) See ‹url› "
    "for my code.",
)


def _letter(scene: Scene) -> str:
    title = scene.one(_TITLES)
    body = scene.fill(scene.one(_LETTERS).replace("‹title›", title))
    return f"{body}\n\n{scene.several('sentences', 1, 4)}\n\n{scene.person.full}"


def _search(scene: Scene) -> Draft:
    fields = [
        ("what", scene.one(_TITLES)),
        ("where", scene.person.city),
        ("radius", scene.draw.pick(("10", "25", "50"))),
    ]
    if scene.draw.chance(0.4):
        fields += [("type[]", "full-time"), ("type[]", "part time (<20h)")]
    if scene.late:
        fields += [("salary", "45000-60000"), ("exclude", "temp work, union")]
    return drafts.search("/jobs", fields)


def _suggest(scene: Scene) -> Draft:
    title = scene.one(_TITLES)
    typed = title[: scene.draw.between(2, len(title))]
    return Draft(f"/api/suggest?term={encode.component(typed)}&_={scene.when}417", mode="fetch")


def _job(scene: Scene) -> Draft:
    slug = encode.segment(scene.one(_TITLES).lower().replace(" ", "-").replace("/", "-"))
    return drafts.page(
        f"/job/{scene.known('job', 120, 'digits 6')}/{slug}"
        + scene.one(("", "?src=mail", "?s=1;2"))
    )


def _apply(scene: Scene) -> Draft:
    draw, person = scene.draw, scene.person
    kind: FileKind = draw.pick(("pdf", "pdf", "docx"))
    cv = files.file(draw, kind)
    stem = scene.one(
        (
            f"CV {person.full}",
            f"Lebenslauf_{person.last}",
            "resume (final) v2",
            f"{person.last}'s CV",
            "Bewerbung & Zeugnisse",
            "cv[en]",
            "이력서",
            "CV;2026",
            f"{person.last}, {person.first}",
        )
    )
    parts = [
        multipart.text("job_id", scene.known("job", 120, "digits 6")),
        multipart.text("first_name", person.first),
        multipart.text("last_name", person.last),
        multipart.text("email", person.mail),
        multipart.text("phone", person.phone),
        multipart.text("address[street]", person.street),
        multipart.text("address[city]", f"{person.code} {person.city}"),
        multipart.text("cover_letter", _letter(scene)),
        multipart.text("salary", scene.one(("52.000 €", "45-50k", "negotiable", "> 60000", "n/a"))),
        multipart.Part("cv", cv.data, f"{stem}.{kind}", cv.media),
    ]
    for _ in range(draw.below(3)):
        more = files.file(draw, "pdf")
        name = scene.one(("Zeugnis 1.pdf", "certificate (TÜV).pdf", "scan0001.pdf"))
        parts.append(multipart.Part("attachments[]", more.data, name, more.media))
    if draw.chance(0.2):
        parts.append(multipart.Part("photo", b"", ""))
    if scene.late:
        parts.insert(8, multipart.text("portfolio_url", scene.fill("‹url›")))
    return drafts.upload(
        scene, f"/job/{scene.known('job', 120, 'digits 6')}/apply", parts, script=draw.chance(0.5)
    )


def _profile(scene: Scene) -> Draft:
    person, draw = scene.person, scene.draw
    skills = draw.some(
        (
            "SQL",
            "C#",
            "C++",
            "Node.js",
            "R&D",
            "Excel (VBA)",
            "bash",
            "Welding 135/136",
            "SAP R/3",
            "ISO 9001:2015",
            "SELECT Training®",
            "Adobe CC",
            "PHP < 8",
            "T-SQL; PL/SQL",
        ),
        6,
    )
    value: dict[str, object] = {
        "name": {"first": person.first, "last": person.last},
        "headline": scene.one(_TITLES),
        "summary": _letter(scene),
        "skills": [{"name": skill, "level": draw.below(5)} for skill in skills],
        "jobs": [
            {
                "firm": scene.fill("‹firm›"),
                "title": scene.one(_TITLES),
                "from": "2019-04",
                "to": None,
                "tasks": scene.several("sentences", 1, 3, "\n- "),
            }
            for _ in range(draw.between(1, 6))
        ],
    }
    if scene.late:
        value["links"] = [{"rel": "me", "href": scene.fill("‹url›")}]
    return drafts.api(scene, "PUT", "/api/profile", value)


def _register(scene: Scene) -> Draft:
    secret = password(scene.draw)
    fields = [
        ("user[first_name]", scene.person.first),
        ("user[last_name]", scene.person.last),
        ("user[email]", scene.person.mail),
        ("user[password]", secret),
        ("user[password_confirmation]", secret),
        ("user[terms]", "1"),
        ("authenticity_token", scene.draw.b64(64)),
        ("commit", "Create account »"),
    ]
    return drafts.form("/users", fields)


def _alert(scene: Scene) -> Draft:
    value = {"query": scene.one(_TITLES), "where": scene.person.city, "every": "day", "on": True}
    return drafts.api(scene, "POST", "/api/job-alerts", value)


PLAN = Plan(
    "jobs",
    "jobs.stellen.example",
    220,
    1500,
    (
        *everyday.routes(20),
        Route("/jobs", 18, _search),
        Route("/api/suggest", 12, _suggest),
        Route("/job/{id}/{slug}", 18, _job),
        Route("/job/{id}/apply", 12, _apply),
        Route("/api/profile", 6, _profile),
        Route("/users", 4, _register),
        Route("/api/job-alerts", 3, _alert, late=True),
    ),
    stack="rails",
)
