"""A forum for programmers: questions and answers full of code."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.site import Kind
from benchmarks.shieldbench.benign.texts import pool
from benchmarks.shieldbench.benign.traffic import Plan, Route

_TAGS = ("python", "c++", "sql", "bash", "node.js", "regex", "c#", ".net", "html/css", "postgresql")


def _said(scene: Scene, section: str) -> str:
    return scene.fill(scene.one(pool("en_code", section)))


def post(scene: Scene) -> tuple[str, Kind]:
    """A post, and whether it holds program text."""
    if scene.draw.chance(0.25):
        return scene.several("comments", 1, 4, "\n\n", "en"), "plain"
    pieces: list[str] = []
    for _ in range(scene.draw.between(1, 3)):
        piece = scene.snippet("code")
        fenced = scene.draw.chance(0.7)
        indented = "\n".join("    " + line for line in piece.split("\n"))
        pieces += [_said(scene, "lead"), f"```\n{piece}\n```" if fenced else indented]
    pieces.append(_said(scene, "tail"))
    return "\n\n".join(pieces), "code"


def _ask(scene: Scene) -> Draft:
    text, kind = post(scene)
    title = _said(scene, "titles")
    fields = [
        ("fkey", scene.draw.hexa(64)),
        ("title", title),
        ("post-text", text),
        ("tagnames", " ".join(scene.draw.some(_TAGS, scene.draw.between(1, 5)))),
        ("author", ""),
        ("i1l", scene.draw.word(20)),
    ]
    if scene.late:
        fields.insert(3, ("expected-result", _said(scene, "tail")))
    # headlines name commands and queries even where the text has none
    return drafts.form("/questions/ask/submit", fields, kind if kind == "code" else "code")


def _answer(scene: Scene) -> Draft:
    text, kind = post(scene)
    number = scene.draw.digits(6)
    if scene.draw.chance(0.5):
        value: dict[str, object] = {
            "raw": text,
            "topic_id": int(number),
            "category": 7,
            "archetype": "regular",
            "typing_duration_msecs": scene.draw.between(2000, 90000),
            "draft_key": f"topic_{number}",
        }
        if scene.late:
            value["image_sizes"] = {scene.fill("‹url›"): {"width": 640, "height": 480}}
        return drafts.api(
            scene, "POST", "/posts", value, kind=kind, extra=(("X-CSRF-Token", scene.visitor.csrf),)
        )
    fields = [
        ("raw", text),
        ("unlist_topic", "false"),
        ("category", "7"),
        ("topic_id", number),
        ("is_warning", "false"),
        ("archetype", "regular"),
        ("nested_post", "true"),
    ]
    return drafts.script_form("/posts", fields, kind)


def _preview(scene: Scene) -> Draft:
    text, kind = post(scene)
    return drafts.script_form("/post/preview", [("text", text), ("format", "markdown")], kind)


def _bulletin(scene: Scene) -> Draft:
    plain = scene.draw.chance(0.5)
    code, language = scene.snippet("code"), scene.one(("code", "php", "sql"))
    text = scene.snippet("markup", "bbcode")
    if not plain:
        text += f"\n[{language}]{code}[/{language}]\n:) :D"
    parts = [
        multipart.text("subject", f"Re: {_said(scene, 'titles')}"),
        multipart.text("message", text),
        multipart.text("attach_sig", "on"),
        multipart.text("form_token", scene.draw.hexa(40)),
        multipart.text("creation_time", str(scene.when)),
        multipart.Part("fileupload", b"", ""),
        multipart.text("post", "Submit"),
    ]
    if scene.draw.chance(0.3):
        found = files.file(scene.draw, "png")
        parts[5] = multipart.Part(
            "fileupload", found.data, "Screenshot 2026-03-02 at 10.12.44 (2).png", found.media
        )
    return drafts.upload(
        scene, f"/posting.php?mode=reply&f=4&t={scene.draw.digits(5)}", parts, kind="code"
    )


def _search(scene: Scene) -> Draft:
    words = _said(scene, "searches")
    if scene.draw.chance(0.2):
        return Draft(f"/search?q={encode.typed(words)}", kind="code")
    fields = [("q", words)]
    if scene.late:
        fields.append(("searchOn", "3"))
    return drafts.search("/search", fields, "code")


def _question(scene: Scene) -> Draft:
    words = "".join(c if c.isalnum() else "-" for c in _said(scene, "titles").lower())
    slug = "-".join(part for part in words.split("-") if part)
    target = f"/questions/{scene.known('post', 400, 'digits 7')}/{encode.segment(slug)}"
    return drafts.page(
        target + scene.one(("", "", "?answertab=votes", "?noredirect=1&lq=1", "?page=2"))
    )


def _tagged(scene: Scene) -> Draft:
    return drafts.page(
        f"/questions/tagged/{encode.component(scene.one(_TAGS))}?sort=newest&filters=noanswers"
    )


def _vote(scene: Scene) -> Draft:
    target = f"/posts/{scene.known('post', 400, 'digits 7')}/vote/{scene.draw.pick(('2', '3'))}"
    return drafts.script_form(target, [("fkey", scene.draw.hexa(64))])


def _comment(scene: Scene) -> Draft:
    inline = scene.one(
        (
            "`x == null`",
            "`a[i++]`",
            "`rm -r build/`",
            "`SELECT 1`",
            "`$_GET['q']`",
            "`../lib`",
            "`<br>`",
            "`sudo !!`",
        )
    )
    text = f"@{scene.fill('‹login›')} {inline}? {scene.say('comments', 'en')}"
    return drafts.script_form(
        f"/posts/{scene.known('post', 400, 'digits 7')}/comments",
        [("comment", text), ("fkey", scene.draw.hexa(64))],
        "code",
    )


def _run(scene: Scene) -> Draft:
    value = {
        "language": scene.one(("python", "js", "bash")),
        "files": [{"name": "main", "content": scene.snippet("code")}],
        "stdin": "3\n1 2 3\n",
    }
    return drafts.api(scene, "POST", "/playground/run", value, kind="code")


PLAN = Plan(
    "forum",
    "forum.coders.example",
    180,
    1500,
    (
        *everyday.routes(18),
        Route("/questions/ask/submit", 8, _ask),
        Route("/posts", 10, _answer),
        Route("/post/preview", 5, _preview),
        Route("/posting.php", 6, _bulletin),
        Route("/search", 12, _search),
        Route("/questions/{id}/{title}", 22, _question),
        Route("/questions/tagged/{tag}", 6, _tagged),
        Route("/posts/{id}/vote/{kind}", 5, _vote),
        Route("/posts/{id}/comments", 6, _comment),
        Route("/playground/run", 4, _run, late=True),
    ),
    stack="node",
    languages={"en": 60, "de": 20, "fr": 8, "pl": 7, "ko": 5},
)
