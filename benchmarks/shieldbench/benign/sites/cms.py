"""The editors' side of a content management system."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.files import FileKind
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route


def _nonce(scene: Scene) -> tuple[tuple[str, str], ...]:
    return (
        ("X-WP-Nonce", scene.draw.hexa(10)),
        ("X-HTTP-Method-Override", scene.draw.pick(("PUT", ""))),
    )


def _classic(scene: Scene) -> Draft:
    draw = scene.draw
    number = draw.digits(4)
    content = "\n\n".join(scene.snippet("markup", "html") for _ in range(draw.between(1, 6)))
    fields = [
        ("_wpnonce", draw.hexa(10)),
        ("_wp_http_referer", f"/wp-admin/post.php?post={number}&action=edit&message=1"),
        ("user_ID", "2"),
        ("action", "editpost"),
        ("originalaction", "editpost"),
        ("post_author", "2"),
        ("post_type", "page"),
        ("original_post_status", "publish"),
        ("referredby", f"https://{scene.host}/wp-admin/edit.php?post_type=page"),
        ("_wp_original_http_referer", f"https://{scene.host}/wp-admin/"),
        ("post_ID", number),
        ("meta-box-order-nonce", draw.hexa(10)),
        ("closedpostboxesnonce", draw.hexa(10)),
        ("samplepermalinknonce", draw.hexa(10)),
        ("post_title", scene.say("products")),
        ("content", content),
        ("wp-preview", ""),
        ("hidden_post_status", "publish"),
        ("post_status", "publish"),
        ("hidden_post_password", ""),
        ("visibility", "public"),
        ("mm", "03"),
        ("jj", "04"),
        ("aa", "2026"),
        ("hh", "10"),
        ("mn", "12"),
        ("ss", "44"),
        ("hidden_mm", "03"),
        ("save", "Update"),
        ("parent_id", "0"),
        ("page_template", "template-full.php"),
        ("menu_order", "0"),
        ("tax_input[category][]", "0"),
        ("tax_input[category][]", draw.digits(2)),
        ("newtag[post_tag]", scene.say("topics")),
        ("excerpt", scene.say("sentences")),
        ("trackback_url", ""),
        ("metakeyinput", "_price"),
        ("metavalue", scene.fill("‹price› €")),
        ("comment_status", "open"),
        ("post_name", "select-your-table"),
        ("yoast_wpseo_title", "%%title%% %%page%% %%sep%% %%sitename%%"),
        ("yoast_wpseo_metadesc", scene.say("sentences")),
        ("acf[field_5f1]", scene.fill("<p>‹phone›</p>")),
        ("acf[field_5f2][row-0][field_5f3]", scene.fill("‹url›")),
    ]
    if scene.late:
        fields += [
            ("rank_math_schema", scene.snippet("markup", "script")),
            ("_elementor_edit_mode", "builder"),
        ]
    return drafts.form("/wp-admin/post.php", fields, "markup")


def _blocks(scene: Scene) -> Draft:
    content = "\n\n".join(scene.snippet("markup", "block") for _ in range(scene.draw.between(1, 8)))
    value: dict[str, object] = {
        "id": scene.draw.between(10, 9000),
        "title": scene.say("products"),
        "content": content,
    }
    if scene.draw.chance(0.4):
        value |= {"excerpt": scene.say("sentences"), "status": "draft", "meta": {"footnotes": "[]"}}
    if scene.late:
        value["template"] = "page-no-title"
    return drafts.api(
        scene,
        "POST",
        f"/wp-json/wp/v2/pages/{scene.known('page', 60, 'digits 4')}?_locale=user",
        value,
        kind="markup",
        extra=_nonce(scene),
    )


def _builder(scene: Scene) -> Draft:
    def widget() -> dict[str, object]:
        return {
            "id": scene.draw.hexa(7),
            "elType": "widget",
            "widgetType": "text-editor",
            "elements": [],
            "settings": {
                "editor": scene.snippet("markup", "html"),
                "_css_classes": "box box--wide",
                "custom_css": "selector { margin: 0 auto; }",
                "link": {"url": scene.fill("‹url›"), "is_external": "on"},
            },
        }

    sections = [
        {
            "id": scene.draw.hexa(7),
            "elType": "section",
            "settings": {},
            "elements": [widget() for _ in range(scene.draw.between(1, 5))],
        }
        for _ in range(scene.draw.between(1, 5))
    ]
    actions = {
        "save_builder": {
            "action": "save_builder",
            "data": {"status": "publish", "elements": sections},
        }
    }
    fields = [
        ("actions", encode.json_js(actions).decode()),
        ("_nonce", scene.draw.hexa(10)),
        ("editor_post_id", scene.draw.digits(4)),
        ("action", "elementor_ajax"),
    ]
    return drafts.script_form("/wp-admin/admin-ajax.php", fields, "markup")


def _heartbeat(scene: Scene) -> Draft:
    number = scene.draw.digits(4)
    fields = [
        ("data[wp-refresh-post-lock][post_id]", number),
        ("data[wp-refresh-post-lock][lock]", f"{scene.when}:2"),
        ("data[wp_autosave][post_title]", scene.say("products")),
        ("data[wp_autosave][content]", scene.snippet("markup", "html")),
        ("interval", "10"),
        ("_nonce", scene.draw.hexa(10)),
        ("action", "heartbeat"),
        ("screen_id", "page"),
        ("has_focus", "true"),
    ]
    return drafts.script_form("/wp-admin/admin-ajax.php", fields, "markup")


def _theme(scene: Scene) -> Draft:
    kind, name = scene.draw.pick(
        (("css", "style.css"), ("template", "partials/item.html.twig"), ("script", "header.php"))
    )
    fields = [
        ("nonce", scene.draw.hexa(10)),
        ("_wp_http_referer", f"/wp-admin/theme-editor.php?file={name}&theme=acme"),
        ("newcontent", scene.snippet("markup", kind)),
        ("action", "edit-theme-plugin-file"),
        ("file", name),
        ("theme", "acme"),
    ]
    return drafts.script_form("/wp-admin/admin-ajax.php", fields, "markup")


def _customize(scene: Scene) -> Draft:
    changed = {
        "custom_css[acme]": {"value": scene.snippet("markup", "css")},
        "blogname": {"value": scene.fill("‹firm›")},
    }
    fields = [
        ("wp_customize", "on"),
        ("customized", encode.json_js(changed).decode()),
        ("customize_changeset_uuid", scene.draw.uuid()),
        ("nonce", scene.draw.hexa(10)),
    ]
    return drafts.script_form("/wp-admin/admin-ajax.php?action=customize_save", fields, "markup")


def _letter(scene: Scene) -> Draft:
    value = {
        "name": scene.say("subjects"),
        "subject": "{{customer.firstname}}, " + scene.say("subjects"),
        "html": scene.snippet("markup", "template"),
        "from": f"{scene.fill('‹firm›')} <news@post.example>",
    }
    return drafts.api(scene, "POST", "/admin/api/mail-templates", value, kind="markup")


def _media(scene: Scene) -> Draft:
    kind: FileKind = scene.draw.pick(("png", "jpg", "jpg", "pdf"))
    found = files.file(scene.draw, kind)
    name = scene.one(
        (
            f"team-{scene.draw.digits(2)}",
            "Bild (3) – Kopie",
            "l'équipe",
            "logo[final]",
            "50% sale",
            "사진",
        )
    )
    parts = [
        multipart.text("name", f"{name}.{kind}"),
        multipart.text("action", "upload-attachment"),
        multipart.text("_wpnonce", scene.draw.hexa(10)),
        multipart.Part("async-upload", found.data, f"{name}.{kind}", found.media),
    ]
    return drafts.upload(scene, "/wp-admin/async-upload.php", parts, script=True)


def _options(scene: Scene) -> Draft:
    fields = [
        ("option_page", "general"),
        ("action", "update"),
        ("blogname", scene.fill("‹firm›")),
        ("blogdescription", scene.say("sentences")),
        ("siteurl", f"https://{scene.host}"),
        ("home", f"https://{scene.host}"),
        ("new_admin_email", scene.person.mail),
        ("date_format", "\\c\\u\\s\\t\\o\\m"),
        ("date_format_custom", "j. F Y"),
        ("time_format", "H:i"),
        ("permalink_structure", "/%year%/%monthnum%/%postname%/"),
        ("submit", "Save Changes"),
        ("head_code", scene.snippet("markup", "script")),
        ("robots_txt", "User-agent: *\nDisallow: /wp-admin/\nAllow: /*.css$"),
    ]
    return drafts.form("/wp-admin/options.php", fields, "markup")


def _list(scene: Scene) -> Draft:
    fields = [
        ("s", scene.say("searches")),
        ("post_status", "all"),
        ("post_type", "page"),
        ("action", "-1"),
        ("m", "0"),
        ("cat", "0"),
        ("paged", "1"),
        ("action2", "-1"),
    ]
    return drafts.search("/wp-admin/edit.php", fields)


def _scripts(scene: Scene) -> Draft:
    names = "jquery-core,jquery-migrate,utils,wp-hooks,wp-i18n,moxiejs,plupload"
    return drafts.asset(
        f"/wp-admin/load-scripts.php?c=1&load%5Bchunk_0%5D={names}&load%5Bchunk_1%5D=common,"
        "hoverIntent&ver=6.8.3",
        "script",
    )


def _rest(scene: Scene) -> Draft:
    target = scene.one(
        (
            "/wp-json/wp/v2/pages?context=edit&_fields%5B0%5D=id&_fields%5B1%5D=title&"
            "per_page=100&orderby=menu_order&_locale=user",
            "/wp-json/wp/v2/types/wp_block?context=edit&_locale=user",
            "/wp-json/oembed/1.0/proxy?url=https%3A%2F%2Fvideo.example%2Fwatch%3Fv%3DaB3&"
            "_locale=user",
            "/wp-json/wp/v2/users/?who=authors&per_page=50&search=o%27b",
        )
    )
    return Draft(target, mode="fetch", extra=_nonce(scene)[:1])


PLAN = Plan(
    "cms",
    "www.gasthof-gross.example",
    45,
    1400,
    (
        *everyday.routes(12),
        Route("/wp-admin/post.php", 9, _classic),
        Route("/wp-json/wp/v2/pages/{id}", 10, _blocks),
        Route("/wp-admin/admin-ajax.php", 5, _builder),
        Route("/wp-admin/admin-ajax.php", 14, _heartbeat),
        Route("/wp-admin/admin-ajax.php", 4, _theme),
        Route("/wp-admin/admin-ajax.php", 3, _customize),
        Route("/admin/api/mail-templates", 4, _letter, late=True),
        Route("/wp-admin/async-upload.php", 7, _media),
        Route("/wp-admin/options.php", 3, _options),
        Route("/wp-admin/edit.php", 8, _list),
        Route("/wp-admin/load-scripts.php", 8, _scripts),
        Route("/wp-json/{rest}", 10, _rest),
    ),
    stack="wordpress",
    languages={"de": 70, "en": 20, "fr": 10},
)
