"""Webmail: folders, search, letters in HTML with attachments."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route


def _mail(scene: Scene) -> str:
    return scene.fill("‹login›@") + scene.one(("mail.example", "firma.example", "amt.test"))


def recipients(scene: Scene) -> str:
    """One to four, as address books complete them."""
    names = [
        scene.one(
            (
                f'"{scene.fill("‹other›")}" <{_mail(scene)}>',
                f"{scene.fill('‹other›')} <{_mail(scene)}>",
                _mail(scene),
                f'"O\'Brien, Siobhán (Leeds)" <{_mail(scene)}>',
                f"'{_mail(scene)}'",
            )
        )
        for _ in range(scene.draw.between(1, 4))
    ]
    return ", ".join(names)


def _html(scene: Scene) -> str:
    paragraphs = "".join(
        f"<p>{part}</p>" for part in scene.say("messages").replace("\n\n", "\n").split("\n") if part
    )
    quoted = scene.several("sentences", 1, 5, "<br />")
    signature = (
        f'<div id="_rc_sig">-- <br /><strong>{scene.person.full}</strong><br />'
        f"{scene.person.firm}</div>"
    )
    if scene.draw.chance(0.3):
        signature += (
            f'<p><img src="data:image/png;base64,{scene.draw.b64(300)}" alt="Logo" '
            'width="60" /></p>'
        )
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" /></head>'
        f"<body style='font-size: 10pt; font-family: Verdana,Geneva,sans-serif'>\n{paragraphs}\n"
        f'<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid">{quoted}'
        f"</blockquote>\n{signature}\n</body></html>"
    )


def _compose(scene: Scene) -> Draft:
    rich = scene.draw.chance(0.6)
    text = (
        _html(scene)
        if rich
        else f"{scene.say('messages')}\n\n> {scene.several('sentences', 1, 4, chr(10) + '> ')}"
    )
    fields = [
        ("_token", scene.visitor.csrf),
        ("_task", "mail"),
        ("_action", "send"),
        ("_id", scene.draw.hexa(22)),
        ("_attachments", ""),
        ("_from", "1"),
        ("_to", recipients(scene)),
        ("_cc", recipients(scene) if scene.draw.chance(0.3) else ""),
        ("_bcc", ""),
        ("_replyto", ""),
        ("_subject", scene.draw.pick(("", "Re: ", "AW: ", "Fwd: [EXT] ")) + scene.say("subjects")),
        ("editorSelector", "html" if rich else "plain"),
        ("_priority", "0"),
        ("_store_target", "Sent"),
        ("_draft_saveid", ""),
        ("_is_html", "1" if rich else "0"),
        ("_framed", "1"),
        ("_message", text),
    ]
    if scene.late:
        fields.insert(12, ("_mdn", "1"))
        fields.append(
            (
                "_signature_html",
                f'<p>{scene.person.full} | <a href="tel:{scene.person.phone}">☎</a></p>',
            )
        )
    return drafts.form(
        "/?_task=mail&_unlock=loading1772&_framed=1", fields, "markup" if rich else "plain"
    )


def _draft(scene: Scene) -> Draft:
    value = {
        "to": [{"name": scene.fill("‹other›"), "email": _mail(scene)}],
        "subject": scene.say("subjects"),
        "html": _html(scene),
        "text": scene.say("messages"),
        "inReplyTo": f"<{scene.draw.hexa(12)}.{scene.draw.digits(6)}@mail.example>",
        "attachments": [],
    }
    return drafts.api(scene, "PUT", f"/api/v2/drafts/{scene.draw.uuid()}", value, kind="markup")


def _attach(scene: Scene) -> Draft:
    kind: FileKind = scene.draw.pick(("pdf", "png", "xlsx", "zip"))
    found = files.file(scene.draw, kind)
    name = scene.one(
        (
            "Rechnung 2026-03",
            "Minutes (draft) [v3]",
            "photo'26",
            "Überweisung & Beleg",
            "견적서",
            "a;b",
            "50%",
        )
    )
    parts = [multipart.Part("_attachments[]", found.data, f"{name}.{kind}", found.media)]
    target = (
        f"/?_task=mail&_id={scene.draw.hexa(22)}&_action=upload&_remote=1&_from=compose&"
        f"_uploadid=upload{scene.when}417"
    )
    return drafts.upload(
        scene, target, parts, script=True, extra=(("X-Requested-With", "XMLHttpRequest"),)
    )


def _folder(scene: Scene) -> Draft:
    folder = scene.one(
        (
            "INBOX",
            "INBOX.Archive.2025",
            "Gesendete Objekte",
            "[Gmail]/All Mail",
            "Kunden & Partner/O'Neill",
        )
    )
    target = (
        f"/?_task=mail&_action=list&_mbox={encode.component(folder)}&"
        f"_page={scene.draw.between(1, 30)}&_remote=1&_unlock=0"
    )
    return Draft(target, mode="fetch", extra=(("X-Requested-With", "XMLHttpRequest"),))


def _search(scene: Scene) -> Draft:
    words = scene.one(
        (
            scene.say("searches"),
            f"from:{scene.fill('‹other›')} has:attachment",
            f'subject:"{scene.say("subjects")}" OR is:unread',
        )
    )
    fields = [
        ("_task", "mail"),
        ("_action", "search"),
        ("_q", words),
        ("_headers", "subject,from"),
        ("_scope", "all"),
        ("_mbox", "INBOX"),
    ]
    return drafts.search("/", fields)


def _show(scene: Scene) -> Draft:
    return drafts.page(
        "/?_task=mail&_caps=pdf%3D1%2Cflash%3D0%2Ctiff%3D0%2Cwebp%3D1&"
        f"_uid={scene.draw.digits(4)}&_mbox=INBOX&_framed=1&_action=preview"
    )


def _rule(scene: Scene) -> Draft:
    fields = [
        ("_task", "settings"),
        ("_action", "plugin.managesieve-save"),
        ("_name", scene.say("subjects")),
        ("_join", "anyof"),
        ("_header[0]", "subject"),
        ("_rule_op[0]", "contains"),
        (
            "_rule_value[0]",
            scene.one(("[SPAM?]", "***", "invoice (copy)", "Drop shipment; select offer")),
        ),
        ("_action_type[0]", "fileinto"),
        ("_action_mailbox[0]", "INBOX/Later & never"),
    ]
    return drafts.form("/?_task=settings", fields)


def _vacation(scene: Scene) -> Draft:
    fields = [
        ("_vacation_subject", scene.say("subjects")),
        ("_vacation_reason", scene.say("messages")),
        ("_vacation_interval", "7"),
    ]
    return drafts.form("/?_task=settings&_action=plugin.managesieve-vacation", fields)


PLAN = Plan(
    "webmail",
    "webmail.post.example",
    90,
    1400,
    (
        *everyday.routes(14),
        Route("/", 22, _compose),
        Route("/api/v2/drafts/{id}", 10, _draft),
        Route("/", 8, _attach),
        Route("/", 18, _folder),
        Route("/", 8, _search),
        Route("/", 14, _show),
        Route("/", 4, _rule),
        Route("/", 2, _vacation, late=True),
    ),
)
