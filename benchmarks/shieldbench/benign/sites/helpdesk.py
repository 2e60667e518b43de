"""A help desk: chat, tickets, surveys, an assistant that people write long questions to."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route


def _said(scene: Scene) -> str:
    return (
        scene.say("odd", "en")
        if scene.draw.chance(0.08)
        else scene.say(scene.draw.pick(("messages", "comments", "searches")))
    )


def _chat(scene: Scene) -> Draft:
    value: dict[str, object] = {
        "message": {
            "text": _said(scene),
            "echo_id": scene.draw.word(10),
            "timestamp": "Wed Mar 04 2026 10:12:44 GMT+0100 (Mitteleuropäische Normalzeit)",
            "referer_url": scene.referer,
        }
    }
    if scene.late:
        value["context"] = {
            "page_title": scene.say("topics"),
            "form": {"city": scene.person.city, "ref": "?a=1&b=2"},
        }
    return drafts.api(
        scene,
        "POST",
        f"/widget/messages?website_token={scene.known('inbox', 1, 'word 24')}&"
        f"locale={scene.person.language}",
        value,
    )


def _assistant(scene: Scene) -> Draft:
    turns = [
        {
            "role": ("user", "assistant")[n % 2],
            "content": _said(scene)
            if n % 2 == 0
            else f"**Sure!** {scene.several('sentences', 1, 4)}\n\n1. …\n2. …",
        }
        for n in range(scene.draw.between(1, 12))
    ]
    kind = scene.draw.pick(("plain", "plain", "code"))
    if kind == "code":
        turns.append(
            {"role": "user", "content": f"What's wrong here?\n```\n{scene.snippet('code')}\n```"}
        )
    value = {"model": "assist-2", "stream": True, "temperature": 0.2, "messages": turns}
    return drafts.api(
        scene,
        "POST",
        "/assistant/v1/chat/completions",
        value,
        kind="code" if kind == "code" else "plain",
    )


def _ticket(scene: Scene) -> Draft:
    person = scene.person
    parts = [
        multipart.text("helpdesk_ticket[email]", person.mail),
        multipart.text("helpdesk_ticket[subject]", scene.say("subjects")),
        multipart.text("helpdesk_ticket[custom_field][cf_serial_no]", scene.fill("‹part›")),
        multipart.text(
            "helpdesk_ticket[ticket_body_attributes][description_html]",
            "".join(f"<div>{line or '<br>'}</div>" for line in scene.say("messages").split("\n")),
        ),
        multipart.text("helpdesk_ticket[phone]", person.phone),
        multipart.text("authenticity_token", scene.draw.b64(64)),
    ]
    for _ in range(scene.draw.below(3)):
        found = files.file(scene.draw, scene.draw.pick(("png", "pdf", "txt")))
        parts.append(
            multipart.Part(
                "helpdesk_ticket[attachments][][resource]",
                found.data,
                scene.one(
                    (
                        f"Fehler (1).{found.kind}",
                        f"error'26.{found.kind}",
                        f"log & trace.{found.kind}",
                    )
                ),
                found.media,
            )
        )
    if scene.late:
        parts.insert(
            3,
            multipart.text(
                "helpdesk_ticket[custom_field][cf_error]",
                scene.one(
                    ("0x80070005", "E-20: 'null' not allowed", "<unknown>", "HTTP 500 /api/v1?x=1")
                ),
            ),
        )
    return drafts.upload(scene, "/support/tickets", parts, kind="markup")


def _reply(scene: Scene) -> Draft:
    fields = [
        (
            "ticket[reply]",
            f"<p>{scene.say('messages', 'en')}</p><blockquote>{scene.say('sentences')}"
            "</blockquote>",
        ),
        ("ticket[status]", "pending"),
        ("ticket[cc][]", scene.person.mail),
        ("macro", "{{ticket.requester.first_name}}, thanks!"),
    ]
    return drafts.script_form(
        f"/agent/tickets/{scene.known('ticket', 300, 'digits 5')}/reply",
        fields,
        "markup",
        (("X-CSRF-Token", scene.visitor.csrf),),
    )


def _survey(scene: Scene) -> Draft:
    fields = [
        ("entry.1045781291", _said(scene)),
        ("entry.839337160", scene.one(("5", "Very good :-)", "don't know", "other: see above"))),
        ("entry.1166974658.other_option_response", scene.say("comments")),
        ("entry.1166974658", "__other_option__"),
        ("dlut", f"{scene.when}417"),
        ("fvv", "1"),
        (
            "partialResponse",
            f'[[[null,{scene.draw.digits(9)},["{scene.person.city}"],0]],null,"'
            f'-{scene.draw.digits(18)}"]',
        ),
        ("pageHistory", "0,1,2"),
        ("fbzx", f"-{scene.draw.digits(18)}"),
    ]
    return drafts.form(f"/forms/d/e/{scene.draw.b64url(30)}/formResponse", fields)


def _long(scene: Scene) -> Draft:
    fields = [
        (f"q{n}[{kind}]", _said(scene) if kind == "text" else str(scene.draw.between(1, 5)))
        for n in range(1, scene.draw.between(8, 31))
        for kind in ("score", "text")
    ]
    return drafts.form("/survey/2026/answers", fields)


def _articles(scene: Scene) -> Draft:
    return drafts.search(
        f"/hc/{scene.person.region.lower()}/search",
        [("utf8", "✓"), ("query", scene.say("searches")), ("commit", "Search")],
    )


def _article(scene: Scene) -> Draft:
    return drafts.page(
        f"/hc/{scene.person.region.lower()}/articles/{scene.known('article', 80, 'digits 12')}-"
        + encode.segment(
            scene.one(
                (
                    "What-s-new-in-4-2",
                    "Can-t-log-in-",
                    "Drop-down-tables",
                    "Wie-lösche-ich-mein-Konto",
                    "로그인-오류",
                    "Select-&-export",
                    "Error-0x80070005",
                )
            )
        )
    )


def _voted(scene: Scene) -> Draft:
    return drafts.api(
        scene,
        "POST",
        f"/hc/api/articles/{scene.known('article', 80, 'digits 12')}/vote",
        {"value": scene.draw.pick(("up", "down")), "comment": _said(scene)},
    )


def _online(scene: Scene) -> Draft:
    return Draft(
        f"/widget/events?token={scene.draw.word(24)}&cw_conversation={scene.visitor.token}&"
        f"ts={scene.when}",
        mode="fetch",
    )


def _booked(scene: Scene) -> Draft:
    value = {
        "slot": "2026-03-11T09:00:00+01:00/PT30M",
        "name": scene.person.full,
        "phone": scene.person.phone,
        "notes": scene.say("messages"),
        "answers": [{"q": "What's it about?", "a": scene.say("subjects")}],
    }
    return drafts.api(scene, "POST", "/booking/v2/appointments", value)


PLAN = Plan(
    "helpdesk",
    "hilfe.acme.example",
    260,
    1500,
    (
        *everyday.routes(10, sign_in=False),
        Route("/widget/messages", 18, _chat),
        Route("/assistant/v1/chat/completions", 10, _assistant),
        Route("/support/tickets", 10, _ticket),
        Route("/agent/tickets/{id}/reply", 6, _reply),
        Route("/forms/d/e/{form}/formResponse", 6, _survey),
        Route("/survey/2026/answers", 4, _long, late=True),
        Route("/hc/{region}/search", 10, _articles),
        Route("/hc/{region}/articles/{article}", 14, _article),
        Route("/hc/api/articles/{id}/vote", 5, _voted),
        Route("/widget/events", 6, _online),
        Route("/booking/v2/appointments", 5, _booked),
    ),
    stack="laravel",
)
