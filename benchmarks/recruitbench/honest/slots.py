"""The values that fill a template for one scene."""

from __future__ import annotations

from datetime import datetime, timedelta

from benchmarks.recruitbench.honest.asides import asides
from benchmarks.recruitbench.honest.employers import employer
from benchmarks.recruitbench.honest.enclosures.files import Enclosure
from benchmarks.recruitbench.honest.links import place, tracked
from benchmarks.recruitbench.honest.plan import Plan
from benchmarks.recruitbench.honest.scene import FIRM, Scene, Voice
from benchmarks.recruitbench.honest.voices import anyone


def slots(plan: Plan, scene: Scene, voice: Voice, files: list[Enclosure]) -> dict[str, str]:
    """Every slot that a template may name; several lines where the slot stands for lines."""
    rng, table = scene.rng, scene.words
    writer = anyone(voice.person, scene)
    other, third = table.person(rng), table.person(rng)
    roles = table.some("roles")
    start = rng.randrange(len(roles))
    link = _link(plan, scene, voice, writer.latin_family)
    cities = table.some("cities")
    soon = scene.when + timedelta(days=rng.randrange(3, 20))
    later = soon + timedelta(days=rng.randrange(2, 25))
    attached = table.some(f"attached_{scene.split}")
    phones = table.some("phones")
    names = ", ".join(item.filename for item in files)
    out = {
        "first": scene.recipient.given,
        "full": scene.recipient.full,
        "email": scene.to,
        "sender": writer.full,
        "sendfirst": writer.given,
        "other": other.full,
        "third": third.full,
        "org": voice.org,
        "employer": scene.employer.name,
        "domain": scene.employer.domain,
        "firm": FIRM,
        "role": roles[start],
        "role2": roles[(start + 3) % len(roles)],
        "role3": roles[(start + 7) % len(roles)],
        "city": cities[rng.randrange(len(cities))],
        "city2": cities[rng.randrange(len(cities))],
        "ref": f"{('REQ', 'R', 'JR', 'ID')[rng.randrange(4)]}-{scene.digits(5)}",
        "day": day(scene, soon),
        "day2": day(scene, later),
        "year": str(scene.when.year),
        "time": f"{rng.randrange(8, 17)}:{('00', '15', '30', '45')[rng.randrange(4)]}",
        "number": str(rng.randrange(3, 40)),
        "salary": table.some("salaries")[rng.randrange(len(table.some("salaries")))],
        "phone": phones[rng.randrange(len(phones))] + scene.digits(3),
        "url": link,
        "page": voice.link,
        "web": f"https://www.{scene.employer.domain}/careers",
        "doc": names or "-",
        "password": "".join(item.password for item in files),
        "attached": attached[rng.randrange(len(attached))] if files else "",
        "sig": "\n".join(f"~ {line}" for line in voice.signature),
        "items": _items(scene, rng.randrange(4, 9)),
        "list": _items(scene, rng.randrange(9, 25)),
    }
    for key in ("disclaimers", "footers"):
        choice = table.some(f"{key}_{scene.split}")
        out[key[:-1]] = "% " + choice[rng.randrange(len(choice))]
    abouts = table.half("about", scene.split)
    out["about"] = abouts[rng.randrange(len(abouts))]
    out["duties"] = _bullets(scene, "duties")
    out["needs"] = _bullets(scene, "needs")
    out["more"] = _more(plan, scene, out)
    out["legal"] = out["disclaimer"] if rng.random() < 0.6 else ""
    return out | asides(plan.name, scene, voice, writer, bool(files))


def _more(plan: Plan, scene: Scene, out: dict[str, str]) -> str:
    if scene.rng.random() >= plan.long:
        return out["about"]
    passages = scene.words.some(f"passages_{scene.split}")
    start = scene.rng.randrange(len(passages))
    count = scene.rng.randrange(len(passages) + 1)
    chosen = [passages[(start + n) % len(passages)] for n in range(count)]
    return "\n".join([*chosen, out["duties"], out["needs"]])


def day(scene: Scene, when: datetime) -> str:
    """A date as the language writes it."""
    month = scene.words.some("months")[when.month - 1]
    pattern = str(scene.words.table["date"])
    return "".join({"D": str(when.day), "M": month, "Y": str(when.year)}.get(c, c) for c in pattern)


def _link(plan: Plan, scene: Scene, voice: Voice, owner: str) -> str:
    link = voice.link
    if plan.link:
        link = place(plan.link[scene.rng.randrange(len(plan.link))], scene, owner, voice.domain)
    if plan.wrap:
        link = tracked(plan.wrap[scene.rng.randrange(len(plan.wrap))], scene, link, voice.domain)
    return link


def _bullets(scene: Scene, key: str) -> str:
    items = scene.words.half(key, scene.split)
    start = scene.rng.randrange(len(items))
    count = scene.rng.randrange(3, len(items) + 1)
    return "\n".join(f"* {items[(start + n) % len(items)]}" for n in range(count))


def _one(scene: Scene, key: str) -> str:
    items = scene.words.half(key, scene.split)
    return items[scene.rng.randrange(len(items))]


def _items(scene: Scene, count: int) -> str:
    rng, table = scene.rng, scene.words
    roles, cities, pay = table.some("roles"), table.some("cities"), table.some("salaries")
    wordy = rng.random() < 0.5
    lines = []
    for number in range(count):
        firm = employer(rng, scene.language, small=0.4)
        role = roles[(number * 3 + rng.randrange(len(roles))) % len(roles)]
        line = f"* {role}, {firm.name}, {cities[rng.randrange(len(cities))]}"
        if rng.random() < 0.3:
            line += f" ({pay[rng.randrange(len(pay))]})"
        if wordy:
            line += ": " + "; ".join(
                text.rstrip(".") for text in (_one(scene, "duties"), _one(scene, "needs"))
            )
        lines.append(line)
    return "\n".join(lines)
