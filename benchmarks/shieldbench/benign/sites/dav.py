"""Calendars, address books and files over WebDAV (RFC 4918, RFC 4791, RFC 6352)."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchmarks.shieldbench.benign import drafts, encode, everyday, files
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_XML = "application/xml; charset=utf-8"
_FILES = (
    "Projects & Plans/report (final).docx",
    "Fotos/l'été.jpg",
    "Angebote/Müller & Söhne.pdf",
    "notes.txt",
    "C#/readme.md",
    "2026;03/bom[1].csv",
    "日程.xlsx",
    "50%/a+b.zip",
)


def _signed(scene: Scene) -> drafts.Extra:
    kept = scene.visitor.csrf
    secret = f"{scene.person.login}:{kept[:5]}-{kept[5:10]}-{kept[10:15]}-{kept[15:20]}"
    return (("Authorization", f"Basic {encode.b64(secret.encode())}"),)


def _asked(scene: Scene, method: str, target: str, text: str, depth: str) -> Draft:
    extra = (*_signed(scene), ("Depth", depth), ("Prefer", "return=minimal"))
    return Draft(
        target,
        method,
        "bare",
        ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode(),
        _XML,
        extra,
    )


def _home(scene: Scene, kind: str) -> str:
    collection = scene.one(("personal", "work%20&%20team", "contact_birthdays", "Geburtstage"))
    return f"/dav/{kind}/{scene.person.login}/{collection}/"


def _find(scene: Scene) -> Draft:
    properties = scene.one(
        (
            "<d:resourcetype/><d:displayname/><cs:getctag/><d:sync-token/>",
            "<d:getcontentlength/><d:getlastmodified/><d:getetag/><oc:permissions/><oc:id/>",
            "<d:current-user-principal/><d:principal-URL/><c:calendar-home-set/><c:calen"
            "dar-user-address-set/>",
        )
    )
    text = (
        '<d:propfind xmlns:d="DAV:" xmlns:cs="http://calendarserver.org/ns/" xmlns:c="urn'
        f':ietf:params:xml:ns:caldav" xmlns:oc="http://owncloud.org/ns"><d:prop>{properties}'
        "</d:prop></d:propfind>"
    )
    return _asked(scene, "PROPFIND", _home(scene, "calendars"), text, scene.draw.pick(("0", "1")))


def _report(scene: Scene) -> Draft:
    text = (
        '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>'
        '<d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR">'
        '<c:comp-filter name="VEVENT"><c:time-range start="20260301T000000Z" end="'
        '20260401T000000Z"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>'
    )
    if scene.late:
        paths = "".join(
            f"<d:href>/dav/calendars/a/work%20%26%20team/{scene.draw.uuid()}.ics</d:href>"
            for _ in range(scene.draw.between(1, 30))
        )
        text = (
            '<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
            f"<d:prop><d:getetag/></d:prop>{paths}</c:calendar-multiget>"
        )
    return _asked(scene, "REPORT", _home(scene, "calendars"), text, "1")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _event(scene: Scene) -> Draft:
    identifier = scene.draw.uuid()
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example Corp.//Calendar 9.1//EN",
        "BEGIN:VEVENT",
        f"UID:{identifier}",
        "DTSTAMP:20260304T101244Z",
        "DTSTART;TZID=Europe/Berlin:20260311T090000",
        "DTEND;TZID=Europe/Berlin:20260311T103000",
        "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=10",
        f"SUMMARY:{_escaped(scene.say('subjects'))}",
        f"LOCATION:{_escaped(scene.person.street)}",
        f"DESCRIPTION:{_escaped(scene.say('messages'))}",
        f'ATTENDEE;CN="{scene.fill("‹other›")}";PARTSTAT=NEEDS-ACTION:mailto:{scene.person.mail}',
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    extra = (*_signed(scene), ("If-None-Match", "*"))
    return Draft(
        f"{_home(scene, 'calendars')}{identifier}.ics",
        "PUT",
        "bare",
        "\r\n".join(lines).encode(),
        "text/calendar; charset=utf-8",
        extra,
    )


def _card(scene: Scene) -> Draft:
    person = scene.person
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{scene.draw.uuid()}",
        f"FN:{person.full}",
        f"N:{person.last};{person.first};;;",
        f"ORG:{_escaped(person.firm)}",
        f"TEL;TYPE=CELL:{person.phone}",
        f"EMAIL;TYPE=WORK:{person.mail}",
        f"ADR;TYPE=HOME:;;{_escaped(person.street)};{_escaped(person.city)};;{person.code};",
        f"NOTE:{_escaped(scene.say('sentences'))}",
        f"BDAY:{person.born}",
        "END:VCARD",
        "",
    ]
    if scene.draw.chance(0.3):
        lines.insert(
            6, "PHOTO;ENCODING=b;TYPE=JPEG:" + scene.draw.b64(scene.draw.between(600, 6000))
        )
    return Draft(
        f"{_home(scene, 'addressbooks')}{scene.draw.uuid()}.vcf",
        "PUT",
        "bare",
        "\r\n".join(lines).encode(),
        "text/vcard; charset=utf-8",
        _signed(scene),
    )


def _path(scene: Scene) -> str:
    return f"/dav/files/{scene.person.login}/" + encode.segment(scene.one(_FILES)).replace(
        "%2F", "/"
    )


def _put(scene: Scene) -> Draft:
    kind: FileKind = scene.draw.pick(("docx", "pdf", "jpg", "txt", "csv"))
    found = files.file(scene.draw, kind)
    extra = (
        *_signed(scene),
        ("X-OC-Mtime", str(scene.when)),
        ("OC-Checksum", "SHA1:" + scene.draw.hexa(40)),
    )
    return Draft(_path(scene), "PUT", "bare", found.data, "application/octet-stream", extra)


def _get(scene: Scene) -> Draft:
    return Draft(
        _path(scene), scene.draw.pick(("GET", "HEAD", "DELETE")), "bare", extra=_signed(scene)
    )


def _move(scene: Scene) -> Draft:
    extra = (
        *_signed(scene),
        ("Destination", f"https://{scene.host}{_path(scene)}"),
        ("Overwrite", scene.draw.pick(("T", "F"))),
    )
    return Draft(_path(scene), scene.draw.pick(("MOVE", "COPY")), "bare", extra=extra)


def _folder(scene: Scene) -> Draft:
    return Draft(
        f"/dav/files/{scene.person.login}/"
        + encode.segment(scene.one(("Neuer Ordner (2)", "Kunden & Partner", "2026")))
        + "/",
        "MKCOL",
        "bare",
        extra=_signed(scene),
    )


def _lock(scene: Scene) -> Draft:
    text = (
        '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype>'
        f"<D:write/></D:locktype><D:owner><D:href>{escape(scene.person.full)}</D:href></D:own"
        "er></D:lockinfo>"
    )
    draft = _asked(scene, "LOCK", _path(scene), text, "infinity")
    return Draft(
        draft.target,
        draft.method,
        draft.mode,
        draft.body,
        draft.media,
        (*draft.extra, ("Timeout", "Second-3600")),
    )


def _options(scene: Scene) -> Draft:
    return Draft(
        scene.one(("/dav/", "/.well-known/caldav", "/.well-known/carddav")),
        scene.draw.pick(("OPTIONS", "PROPFIND")),
        "bare",
        extra=(*_signed(scene), ("Depth", "0")),
    )


def _web(scene: Scene) -> Draft:
    return drafts.page(
        "/apps/calendar/timeGridWeek/2026-03-04?filter="
        + encode.component(scene.one(("work & team", "o'brien", "Müll")))
    )


_DAV = ("dav",)
PLAN = Plan(
    "webdav",
    "dav.verein.example",
    60,
    1300,
    (
        *everyday.routes(10),
        Route("/dav/calendars/{user}/{calendar}/", 24, _find, _DAV),
        Route("/dav/calendars/{user}/{calendar}/", 14, _report, _DAV),
        Route("/dav/calendars/{user}/{calendar}/{event}.ics", 12, _event, _DAV),
        Route("/dav/addressbooks/{user}/{book}/{card}.vcf", 8, _card, _DAV),
        Route("/dav/files/{user}/{path}", 12, _put, _DAV),
        Route("/dav/files/{user}/{path}", 12, _get, _DAV),
        Route("/dav/files/{user}/{path}", 5, _move, _DAV),
        Route("/dav/files/{user}/{path}", 3, _folder, _DAV),
        Route("/dav/files/{user}/{path}", 4, _lock, _DAV, late=True),
        Route("/{entry}", 5, _options, _DAV),
        Route("/apps/calendar/{view}/{day}", 14, _web),
    ),
    groups={"dav": 80, "browser": 20},
)
