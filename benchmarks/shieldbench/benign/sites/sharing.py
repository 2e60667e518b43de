"""File sharing: uploads of every kind, in parts and whole, and downloads."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import File, FileKind
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_KINDS: tuple[FileKind, ...] = ("png", "jpg", "pdf", "docx", "xlsx", "csv", "txt", "zip")
_STEMS = (
    "Report (final) v2",
    "IMG_4711",
    "Minutes [draft]",
    "Müller & Söhne – Angebot",
    "l'été à Nîmes",
    "O'Brien CV",
    "budget;2026",
    "50% discount",
    "scan#3",
    "~$temp",
    "file.name.with.dots",
    "2026-03-04 10.12.44",
    "견적서",
    'דו"ח',
    "تقرير",
    "a+b=c",
    "drop table plan",
    "select committee",
    "..final",
    "photo 😀",
    "Screenshot_20260304-101244",
    "readme",
    "100 €",
    "{template}",
    "C&A, H&M",
    "tab`le",
)


def _file(scene: Scene) -> tuple[str, File]:
    kind: FileKind = scene.draw.pick(_KINDS)
    return f"{scene.one(_STEMS)}.{kind}", files.file(scene.draw, kind)


def _upload(scene: Scene) -> Draft:
    parts = [
        multipart.text(
            "folder", scene.one(("/", "/Team/Projects & Plans", "/Fotos/2026 (Ostern)"))
        ),
        multipart.text("_csrf", scene.visitor.csrf),
    ]
    for _ in range(scene.draw.between(1, 5)):
        name, found = _file(scene)
        parts.append(multipart.Part("files[]", found.data, name, found.media))
    if scene.late:
        parts.insert(1, multipart.text("description", scene.say("sentences")))
    return drafts.upload(scene, "/upload", parts, script=scene.draw.chance(0.6))


def _dropzone(scene: Scene) -> Draft:
    name, found = _file(scene)
    size = len(found.data)
    parts = [
        multipart.text("dzuuid", scene.draw.uuid()),
        multipart.text("dzchunkindex", "0"),
        multipart.text("dztotalfilesize", str(size)),
        multipart.text("dzchunksize", "2000000"),
        multipart.text("dztotalchunkcount", "1"),
        multipart.text("dzchunkbyteoffset", "0"),
        multipart.text("fullPath", f"Ordner (alt)/{name}"),
        multipart.Part("file", found.data, name, found.media),
    ]
    return drafts.upload(
        scene, f"/api/files/chunks?relativePath={encode.component(name)}", parts, script=True
    )


def _resumed(scene: Scene) -> Draft:
    name, found = _file(scene)
    if scene.draw.chance(0.4):
        meta = (
            f"filename {encode.b64(name.encode())},filetype "
            f"{encode.b64(found.media.encode())},is_public"
        )
        return Draft(
            "/tus/",
            "POST",
            "fetch",
            extra=(
                ("Tus-Resumable", "1.0.0"),
                ("Upload-Length", str(len(found.data))),
                ("Upload-Metadata", meta),
            ),
        )
    extra = (("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0"))
    return Draft(
        f"/tus/{scene.draw.hexa(32)}",
        "PATCH",
        "fetch",
        found.data,
        "application/offset+octet-stream",
        extra,
    )


def _put(scene: Scene) -> Draft:
    name, found = _file(scene)
    size = len(found.data)
    extra = (
        ("Content-Range", f"bytes 0-{size - 1}/{size}"),
        ("X-File-Name", encode.component(name)),
    )
    return Draft(
        f"/store/{scene.known('folder', 40, 'hexa 8')}/{encode.segment(name)}",
        "PUT",
        "fetch",
        found.data,
        found.media,
        extra,
    )


def _signed(scene: Scene) -> Draft:
    name, _ = _file(scene)
    fields = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20260304/eu-central-1/s3/aws4_request"),
        ("X-Amz-Date", "20260304T101244Z"),
        ("X-Amz-Expires", "900"),
        ("X-Amz-SignedHeaders", "host"),
        ("X-Amz-Signature", scene.draw.hexa(64)),
        (
            "response-content-disposition",
            f"attachment; filename=\"{name}\"; filename*=UTF-8''{encode.component(name)}",
        ),
    ]
    return drafts.page(
        f"/bucket/{scene.known('folder', 40, 'hexa 8')}/{encode.segment(name)}"
        f"?{encode.query(fields)}"
    )


def _download(scene: Scene) -> Draft:
    name, _ = _file(scene)
    extra: drafts.Extra = (
        (("Range", f"bytes={scene.draw.below(99999)}-"),) if scene.draw.chance(0.2) else ()
    )
    return drafts.page(
        f"/s/{scene.known('share', 60, 'word 15')}/download?path={encode.component('/Team & Co')}&"
        f"files={encode.component(name)}",
        extra,
    )


def _folder(scene: Scene) -> Draft:
    return drafts.page(
        "/apps/files/?"
        + encode.query(
            [
                (
                    "dir",
                    scene.one(
                        (
                            "/",
                            "/Team/Projects & Plans",
                            "/Fotos/2026 (Ostern)",
                            "/etc. pp.",
                            "/Kunden/D'Angelo",
                        )
                    ),
                ),
                ("fileid", scene.draw.digits(5)),
            ]
        )
    )


def _share(scene: Scene) -> Draft:
    name, _ = _file(scene)
    fields = [
        ("path", f"/Team/{name}"),
        ("shareType", "3"),
        ("shareWith", scene.person.mail),
        ("note", scene.say("messages")),
        ("expireDate", "2026-04-01"),
        ("password", "tulip-crane-7!"),
    ]
    return drafts.script_form(
        "/ocs/v2.php/apps/files_sharing/api/v1/shares?format=json",
        fields,
        extra=(("requesttoken", scene.draw.b64(48)), ("OCS-APIRequest", "true")),
    )


def _rename(scene: Scene) -> Draft:
    value = {
        "items": [
            {"from": f"/Team/{_file(scene)[0]}", "to": f"/Archiv (alt)/{_file(scene)[0]}"}
            for _ in range(scene.draw.between(1, 8))
        ],
        "overwrite": False,
    }
    return drafts.api(scene, "POST", "/api/files/move", value)


def _search(scene: Scene) -> Draft:
    return Draft(
        f"/api/search?term={encode.component(scene.one((scene.say('searches'), *_STEMS)))}&"
        "from=/apps/files?dir=/",
        mode="fetch",
    )


PLAN = Plan(
    "file-sharing",
    "cloud.verein.example",
    120,
    1400,
    (
        *everyday.routes(12),
        Route("/upload", 16, _upload),
        Route("/api/files/chunks", 8, _dropzone),
        Route("/tus/{id}", 8, _resumed),
        Route("/store/{folder}/{name}", 8, _put, ("browser", "library")),
        Route("/bucket/{folder}/{name}", 6, _signed),
        Route("/s/{share}/download", 10, _download),
        Route("/apps/files/", 10, _folder),
        Route("/ocs/v2.php/apps/files_sharing/api/v1/shares", 5, _share),
        Route("/api/files/move", 4, _rename, late=True),
        Route("/api/search", 6, _search),
    ),
    groups={"browser": 88, "library": 12},
)
