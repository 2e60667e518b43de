"""Sign-in: OpenID Connect, OAuth, SAML, long redirects."""

from __future__ import annotations

from benchmarks.shieldbench.benign import deflate, drafts, encode, everyday
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene, password
from benchmarks.shieldbench.benign.traffic import Plan, Route, web_token

_ANY = ("browser", "app", "library")
_BACK = (
    "https://app.acme.example/callback",
    "https://shop.moebel.example/auth/return?next=%2Fcart%3Fid%3D1",
    "http://127.0.0.1:51823/",
    "com.example.depot:/oauth2redirect",
    "https://wiki.verein.example/w/index.php?title=Special:OAuth/callback&returnto=Main_Page",
    "urn:ietf:wg:oauth:2.0:oob",
    "http://localhost:8080/cb",
)


def _authorize(scene: Scene) -> Draft:
    draw = scene.draw
    state = draw.pick(
        (
            draw.b64url(32),
            encode.b64(encode.json_js({"r": "/orders?x=1", "n": draw.hexa(8)})),
            draw.uuid(),
        )
    )
    fields = [
        ("client_id", draw.uuid()),
        ("response_type", scene.one(("code", "code id_token"))),
        ("redirect_uri", scene.one(_BACK)),
        ("scope", "openid profile email offline_access https://graph.acme.example/.default"),
        ("state", state),
        ("nonce", draw.b64url(24)),
        ("code_challenge", draw.b64url(32)),
        ("code_challenge_method", "S256"),
    ]
    if draw.chance(0.4):
        fields += [
            ("login_hint", scene.person.mail),
            ("ui_locales", scene.person.region),
            ("prompt", "select_account"),
        ]
    if scene.late:
        fields += [
            (
                "claims",
                '{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:silver"]}}}',
            ),
            ("domain_hint", "firma.example"),
        ]
    return drafts.page(
        "/oauth2/v2/authorize?" + encode.query(fields), referer="https://app.acme.example/"
    )


def _returned(scene: Scene) -> Draft:
    draw = scene.draw
    fields = [
        ("code", scene.one(("4/0AX", "0.AXEA", "M.C507_BAY.2.U.")) + draw.b64url(120)),
        ("state", draw.b64url(40)),
        ("session_state", draw.uuid()),
        ("iss", f"https://{scene.host}"),
    ]
    if draw.chance(0.1):
        fields = [
            ("error", "access_denied"),
            (
                "error_description",
                "AADSTS65004: User declined to consent; please try again (code: 65004).\r\n"
                "Trace ID: " + draw.uuid(),
            ),
            ("state", draw.b64url(40)),
        ]
    return drafts.page("/callback?" + encode.query(fields))


def _posted(scene: Scene) -> Draft:
    fields = [
        ("code", "0.AXEA" + scene.draw.b64url(300)),
        ("id_token", web_token(scene.draw, scene.host, scene.person.login)),
        ("state", scene.draw.b64url(40)),
        ("session_state", scene.draw.uuid()),
    ]
    draft = drafts.form("/signin-oidc", fields)
    return Draft(
        draft.target, "POST", "form", draft.body, draft.media, origin="https://login.idp.example"
    )


def _token(scene: Scene) -> Draft:
    draw = scene.draw
    fields = draw.pick(
        (
            [
                ("grant_type", "authorization_code"),
                ("code", draw.b64url(60)),
                ("redirect_uri", scene.one(_BACK)),
                ("code_verifier", draw.b64url(64)),
                ("client_id", draw.uuid()),
            ],
            [
                ("grant_type", "refresh_token"),
                ("refresh_token", "1//0" + draw.b64url(70)),
                ("scope", "openid profile"),
            ],
            [
                ("grant_type", "client_credentials"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", web_token(draw, scene.host, "service")),
            ],
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", draw.b64url(40)),
                ("client_id", "tv-app"),
            ],
        )
    )
    draft = drafts.form("/oauth2/v2/token", fields)
    secret = encode.b64(f"{draw.uuid()}:{draw.b64url(30)}".encode())
    return Draft(
        draft.target,
        "POST",
        "fetch",
        draft.body,
        draft.media,
        (("Authorization", f"Basic {secret}"),),
    )


def _saml(scene: Scene) -> str:
    identifier = "_" + scene.draw.hexa(32)
    person = scene.person
    return (
        f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="{identifier}"'
        ' Version="2.0" IssueInstant="2026-03-04T10:12:44.193Z" Destination="'
        f'https://{scene.host}/saml/acs">'
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://login'
        '.idp.example/metadata</saml:Issuer><ds:Signature xmlns:ds="'
        'http://www.w3.org/2000/09/xmldsig#">'
        f"<ds:SignatureValue>{scene.draw.b64(256)}</ds:SignatureValue></ds:Signature>"
        f"<saml:Assertion><saml:Subject><saml:NameID>{person.mail}</saml:NameID></saml:Subject>"
        '<saml:AttributeStatement><saml:Attribute Name="urn:oid:2.5.4.42">'
        f"<saml:AttributeValue>{person.first}</saml:AttributeValue></saml:Attribute>"
        "</saml:AttributeStatement></saml:Assertion></samlp:Response>"
    )


def _assertion(scene: Scene) -> Draft:
    fields = [
        ("SAMLResponse", encode.b64(_saml(scene).encode())),
        (
            "RelayState",
            scene.one(
                (
                    f"https://{scene.host}/app?tab=1&x=%22",
                    "ss:mem:" + scene.draw.hexa(64),
                    "/orders",
                )
            ),
        ),
    ]
    draft = drafts.form("/saml/acs", fields)
    return Draft(
        draft.target, "POST", "form", draft.body, draft.media, origin="https://login.idp.example"
    )


def _redirected(scene: Scene) -> Draft:
    text = (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="'
        f'_{scene.draw.hexa(32)}" Version="2.0" AssertionConsumerServiceURL="'
        f'https://{scene.host}/saml/acs"/>'
    )
    fields = [
        ("SAMLRequest", encode.b64(deflate.deflate(text.encode()))),
        ("RelayState", f"https://{scene.host}/?next=/a"),
        ("SigAlg", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ("Signature", scene.draw.b64(256)),
    ]
    return drafts.page("/saml/sso?" + encode.query(fields))


def _sign_in(scene: Scene) -> Draft:
    fields = [
        ("_csrf", scene.visitor.csrf),
        ("username", scene.person.mail),
        ("password", password(scene.draw)),
        ("credentialId", ""),
        ("login", "Sign In"),
    ]
    if scene.late:
        fields.append(
            (
                "device",
                encode.json_js(
                    {"tz": "Europe/Berlin", "fp": scene.draw.hexa(32), "screen": [1920, 1080]}
                ).decode(),
            )
        )
    target = (
        f"/realms/acme/login-actions/authenticate?session_code={scene.draw.b64url(32)}&"
        f"execution={scene.draw.uuid()}&client_id=web&tab_id={scene.draw.b64url(8)}"
    )
    return drafts.form(target, fields)


def _changed(scene: Scene) -> Draft:
    new = password(scene.draw)
    value = {"current": password(scene.draw), "new": new, "repeat": new}
    return drafts.api(scene, "POST", "/api/account/password", value, extra=drafts.bearer(scene))


def _passkey(scene: Scene) -> Draft:
    client = {
        "type": "webauthn.get",
        "challenge": scene.draw.b64url(32),
        "origin": f"https://{scene.host}",
        "crossOrigin": False,
    }
    value = {
        "id": scene.draw.b64url(32),
        "rawId": scene.draw.b64url(32),
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "response": {
            "clientDataJSON": encode.b64url(encode.json_js(client)),
            "authenticatorData": scene.draw.b64url(37),
            "signature": scene.draw.b64url(71),
            "userHandle": scene.draw.b64url(16),
        },
    }
    return drafts.api(scene, "POST", "/webauthn/authenticate", value)


def _logout(scene: Scene) -> Draft:
    fields = [
        ("id_token_hint", scene.visitor.token),
        ("post_logout_redirect_uri", scene.one(_BACK)),
        ("state", scene.draw.b64url(12)),
    ]
    return drafts.page("/oauth2/v2/logout?" + encode.query(fields))


def _known(scene: Scene) -> Draft:
    return Draft(
        scene.one(
            (
                "/.well-known/openid-configuration",
                "/oauth2/v2/keys",
                "/oauth2/v2/userinfo",
                "/.well-known/webfinger?resource=acct%3Aanna%40firma.example",
            )
        ),
        mode="fetch",
        extra=drafts.bearer(scene),
    )


PLAN = Plan(
    "login",
    "login.acme.example",
    240,
    1500,
    (
        *everyday.routes(10, sign_in=False),
        Route("/oauth2/v2/authorize", 18, _authorize),
        Route("/callback", 12, _returned),
        Route("/signin-oidc", 8, _posted),
        Route("/oauth2/v2/token", 16, _token, _ANY),
        Route("/saml/acs", 9, _assertion),
        Route("/saml/sso", 6, _redirected),
        Route("/realms/acme/login-actions/authenticate", 14, _sign_in),
        Route("/api/account/password", 4, _changed),
        Route("/webauthn/authenticate", 4, _passkey, ("browser", "app"), late=True),
        Route("/oauth2/v2/logout", 5, _logout),
        Route("/{known}", 8, _known, _ANY),
    ),
    stack="java",
    groups={"browser": 76, "app": 12, "library": 12},
)
