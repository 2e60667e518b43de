"""An issue tracker with merge requests and pipelines."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.texts import pool
from benchmarks.shieldbench.benign.traffic import Plan, Route


def _text(scene: Scene) -> str:
    pieces = [scene.snippet("markup", "markdown")]
    if scene.draw.chance(0.6):
        pieces.append(f"```\n{scene.snippet('code')}\n```")
    pieces.append(scene.several("sentences", 0, 3, language="en"))
    return "\n\n".join(pieces).strip()


def _title(scene: Scene) -> str:
    return scene.fill(scene.one(pool("en_code", "titles")))


def _jql(scene: Scene) -> str:
    return scene.fill(scene.one(pool("en_code", "jql")))


def _create(scene: Scene) -> Draft:
    value: dict[str, object] = {
        "fields": {
            "project": {"key": "VED"},
            "summary": _title(scene),
            "description": _text(scene),
            "issuetype": {"name": scene.one(("Bug", "Task", "Sub-task"))},
            "labels": ["help wanted", "won't fix"],
            "customfield_10016": 3.5,
            "environment": "Windows 11; Chrome 145 | nginx/1.27 (Ubuntu)",
        },
        "update": {},
    }
    if scene.late:
        value["historyMetadata"] = {"actor": {"id": scene.person.login, "url": scene.fill("‹url›")}}
    return drafts.api(scene, "POST", "/rest/api/3/issue", value, kind="code")


def _new(scene: Scene) -> Draft:
    fields = [
        ("utf8", "✓"),
        ("authenticity_token", scene.draw.b64(64)),
        ("issue[title]", _title(scene)),
        ("issue[description]", _text(scene)),
        ("issue[confidential]", "0"),
        ("issue[assignee_ids][]", "0"),
        ("issue[label_ids][]", ""),
        ("issue[due_date]", "2026-04-01"),
    ]
    return drafts.form("/acme/shop/-/issues", fields, "code")


def _comment(scene: Scene) -> Draft:
    value = {
        "note": {
            "note": _text(scene),
            "noteable_type": "Issue",
            "noteable_id": scene.draw.between(100, 9000),
            "internal": False,
        }
    }
    return drafts.api(
        scene,
        "POST",
        f"/acme/shop/notes?target_id={scene.draw.digits(4)}&target_type=issue",
        value,
        kind="code",
        extra=(("X-CSRF-Token", scene.visitor.csrf),),
    )


def _filter(scene: Scene) -> Draft:
    return Draft(f"/issues/?jql={encode.component(_jql(scene))}", kind="code")


def _search(scene: Scene) -> Draft:
    words = scene.one((_jql(scene), scene.fill(scene.one(pool("en_code", "searches")))))
    return drafts.search("/search", [("search", words), ("scope", "issues")], "code")


def _query(scene: Scene) -> Draft:
    value = {
        "jql": _jql(scene),
        "startAt": 0,
        "maxResults": 50,
        "fields": ["summary", "status", "*navigable"],
        "expand": "names,schema",
    }
    return drafts.api(scene, "POST", "/rest/api/3/search", value, kind="code")


def _issue(scene: Scene) -> Draft:
    return drafts.page(
        f"/browse/VED-{scene.known('issue', 300, 'digits 3')}"
        + scene.one(
            ("", "?focusedCommentId=4711", "?page=com.acme.plugin:comment-tabpanel", "?filter=-4")
        )
    )


def _blob(scene: Scene) -> Draft:
    path = scene.one(
        (
            "src/main/java/com/acme/Cart.java",
            ".gitignore",
            "etc/nginx/nginx.conf",
            "README.md",
            "scripts/deploy.sh",
            ".env.example",
            "db/schema.sql",
            "config/web.config.j2",
            "tests/data/o'brien.json",
            "package.json",
            "Dockerfile",
            ".github/workflows/ci.yml",
        )
    )
    return drafts.page(
        f"/acme/shop/-/blob/main/{encode.segment(path)}".replace("%2F", "/") + "?ref_type=heads"
    )


def _commit(scene: Scene) -> Draft:
    fields = [
        ("_method", "put"),
        ("authenticity_token", scene.draw.b64(64)),
        ("branch_name", f"fix/{scene.draw.hexa(6)}"),
        ("commit_message", _title(scene) + "\n\nCloses #" + scene.draw.digits(3)),
        ("file_name", "scripts/deploy.sh"),
        ("content", scene.snippet("code")),
        ("encoding", "text"),
        ("last_commit_sha", scene.draw.hexa(40)),
    ]
    return drafts.form("/acme/shop/-/update/main/scripts/deploy.sh", fields, "code")


def _pipeline(scene: Scene) -> Draft:
    lint = {"content": scene.snippet("code", "yaml"), "dry_run": True}
    return drafts.api(
        scene,
        "POST",
        "/api/v4/projects/acme%2Fshop/ci/lint",
        lint,
        kind="code",
        extra=(("PRIVATE-TOKEN", "glpat-" + scene.draw.b64url(15)),),
    )


def _attach(scene: Scene) -> Draft:
    found = files.file(scene.draw, scene.draw.pick(("png", "txt", "zip")))
    name = scene.one(
        (
            f"screenshot (2).{found.kind}",
            f"error.log.{found.kind}",
            f"dump;1.{found.kind}",
            f"it's broken.{found.kind}",
        )
    )
    return drafts.upload(
        scene, "/uploads", [multipart.Part("file", found.data, name, found.media)], script=True
    )


def _hook(scene: Scene) -> Draft:
    commits = [
        {
            "id": scene.draw.hexa(40),
            "message": _title(scene),
            "timestamp": "2026-03-04T10:12:44+01:00",
            "added": ["src/a.py"],
            "author": {"name": scene.fill("‹other›"), "email": scene.person.mail},
            "url": scene.fill("‹url›"),
            "removed": [],
            "modified": ["etc/app.conf", "bin/run.sh"],
        }
        for _ in range(scene.draw.between(1, 12))
    ]
    value = {
        "ref": "refs/heads/main",
        "before": "0" * 40,
        "after": scene.draw.hexa(40),
        "commits": commits,
        "repository": {"full_name": "acme/shop", "private": True},
    }
    extra = (
        ("X-GitHub-Event", "push"),
        ("X-Hub-Signature-256", "sha256=" + scene.draw.hexa(64)),
        ("X-GitHub-Delivery", scene.draw.uuid()),
    )
    return drafts.api(scene, "POST", "/hooks/push", value, kind="code", extra=extra)


def _git(scene: Scene) -> Draft:
    agent = (
        ("User-Agent", "git/2.47.1"),
        ("Git-Protocol", "version=2"),
        ("Accept-Encoding", "deflate, gzip, br, zstd"),
    )
    if scene.draw.chance(0.5):
        return Draft(
            "/acme/shop.git/info/refs?service=git-upload-pack",
            mode="bare",
            extra=(*agent, ("Pragma", "no-cache")),
        )
    want = f"0032want {scene.draw.hexa(40)}\n0009done\n"
    body = f"0014command=fetch\n0001000fno-progress{want}0000".encode()
    media = "application/x-git-upload-pack-request"
    return Draft(
        "/acme/shop.git/git-upload-pack",
        "POST",
        "bare",
        body,
        media,
        (*agent, ("Accept", "application/x-git-upload-pack-result")),
    )


PLAN = Plan(
    "tracker",
    "git.firma.example",
    110,
    1400,
    (
        *everyday.routes(12),
        Route("/rest/api/3/issue", 7, _create),
        Route("/acme/shop/-/issues", 6, _new),
        Route("/acme/shop/notes", 10, _comment),
        Route("/issues/", 5, _filter),
        Route("/search", 5, _search),
        Route("/rest/api/3/search", 6, _query),
        Route("/browse/{issue}", 16, _issue),
        Route("/acme/shop/-/blob/main/{path}", 10, _blob),
        Route("/acme/shop/-/update/main/scripts/deploy.sh", 4, _commit),
        Route(
            "/api/v4/projects/{project}/ci/lint", 4, _pipeline, ("browser", "library"), late=True
        ),
        Route("/uploads", 4, _attach),
        Route("/hooks/push", 60, _hook, ("service",)),
        Route("/acme/shop.git/{service}", 40, _git, ("library",)),
    ),
    stack="rails",
    languages={"en": 50, "de": 30, "pl": 10, "ko": 10},
    groups={"browser": 80, "library": 12, "service": 8},
)
