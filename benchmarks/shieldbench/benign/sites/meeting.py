"""Video conferences: websocket handshakes, signalling, chat."""

from __future__ import annotations

from benchmarks.shieldbench.benign import drafts, encode, everyday, files, multipart
from benchmarks.shieldbench.benign.drafts import Draft
from benchmarks.shieldbench.benign.scene import Scene
from benchmarks.shieldbench.benign.traffic import Plan, Route

_ROOMS = (
    "stand-up",
    "Müller & Söhne",
    "o'brien's room",
    "select committee",
    "R&D weekly",
    "1:1",
    "회의",
    "board (confidential)",
    "union/works council",
)


def _room(scene: Scene) -> str:
    return encode.segment(scene.one(_ROOMS))


def _join(scene: Scene) -> Draft:
    return drafts.page(
        f"/room/{_room(scene)}?"
        + encode.query(
            [
                ("pwd", scene.draw.b64url(12)),
                ("name", scene.person.full),
                ("audio", "0"),
                ("config", '{"startMuted":true}'),
            ]
        )
    )


def _socket(scene: Scene) -> Draft:
    match scene.draw.below(4):
        case 0:
            target, protocol = (
                f"/socket.io/?EIO=4&transport=websocket&sid={scene.draw.b64url(15)}",
                "",
            )
        case 1:
            target, protocol = f"/xmpp-websocket?room={_room(scene).lower()}", "xmpp"
        case 2:
            target, protocol = (
                f"/rtc?access_token={scene.visitor.token}&auto_subscribe=1&sdk=js&version=2.9.1&"
                "protocol=15&adaptive_stream=1",
                "",
            )
        case _:
            target, protocol = (
                f"/cable?v={scene.draw.digits(2)}",
                "actioncable-v1-json, actioncable-unsupported",
            )
    return Draft(
        target, mode="socket", extra=(("Sec-WebSocket-Protocol", protocol),) if protocol else ()
    )


def _polled(scene: Scene) -> Draft:
    tag = scene.draw.b64url(5)
    if scene.draw.chance(0.5):
        return Draft(f"/socket.io/?EIO=4&transport=polling&t={tag}", mode="fetch")
    event = scene.one(("chat", "hand", "reaction", "typing"))
    packet = (
        f'42["{event}",'
        + encode.json_js({"text": scene.say("comments"), "from": scene.person.full}).decode()
        + "]"
    )
    return Draft(
        f"/socket.io/?EIO=4&transport=polling&t={tag}&sid={scene.draw.b64url(15)}",
        "POST",
        "fetch",
        packet.encode(),
        "text/plain;charset=UTF-8",
    )


def _offer(scene: Scene) -> Draft:
    draw = scene.draw
    lines = [
        "v=0",
        f"o=- {draw.digits(18)} 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS *",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=ice-ufrag:{draw.b64(3)}",
        f"a=ice-pwd:{draw.b64(18)}",
        "a=ice-options:trickle",
        "a=fingerprint:sha-256 " + ":".join(draw.hexa(2).upper() for _ in range(32)),
        "a=setup:actpass",
        "a=mid:0",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        f"a=ssrc:{draw.digits(9)} cname:{draw.b64(12)}",
        *(
            f"a=candidate:{draw.digits(9)} 1 udp {draw.digits(10)} 192.0.2.{n} "
            f"{draw.between(20000, 60000)} typ host generation 0 network-cost 999"
            for n in range(1, draw.between(2, 9))
        ),
    ]
    sdp = "\r\n".join(lines) + "\r\n"
    if scene.late and draw.chance(0.5):
        return Draft(
            f"/whip/{_room(scene)}",
            "POST",
            "fetch",
            sdp.encode(),
            "application/sdp",
            drafts.bearer(scene),
        )
    return drafts.api(
        scene,
        "POST",
        f"/api/rooms/{_room(scene)}/offer",
        {"type": "offer", "sdp": sdp, "name": scene.person.full},
    )


def _ice(scene: Scene) -> Draft:
    value = {
        "candidate": f"candidate:{scene.draw.digits(9)} 1 udp 2122260223 192.0.2.7 51472 typ "
        f"srflx raddr 0.0.0.0 rport 0 ufrag {scene.draw.b64(3)}",
        "sdpMid": "0",
        "sdpMLineIndex": 0,
    }
    return drafts.api(
        scene,
        "PATCH",
        f"/api/rooms/{_room(scene)}/candidates",
        value,
    )


def _invite(scene: Scene) -> Draft:
    fields = [
        ("title", scene.one(_ROOMS)),
        ("start", "2026-03-11T09:00+01:00"),
        (
            "guests",
            "; ".join(
                f"{scene.fill('‹other›')} <{scene.person.mail}>"
                for _ in range(scene.draw.between(1, 6))
            ),
        ),
        ("agenda", scene.several("sentences", 1, 5, "\n- ")),
        ("lobby", "on"),
    ]
    return drafts.form("/rooms", fields)


def _chat(scene: Scene) -> Draft:
    value: dict[str, object] = {
        "text": scene.say("odd" if scene.draw.chance(0.1) else "comments"),
        "to": "all",
        "ts": scene.when * 1000,
        "mentions": [f"@{scene.fill('‹other›')}"],
    }
    if scene.late:
        value["reply"] = {"id": scene.draw.uuid(), "quote": "> " + scene.say("sentences")}
    return drafts.api(scene, "POST", f"/api/rooms/{_room(scene)}/chat", value)


def _statistics(scene: Scene) -> Draft:
    rows = [
        {
            "t": scene.when * 1000 + n * 1000,
            "rtt": scene.draw.between(5, 300) / 1000,
            "loss": scene.draw.below(5),
            "codec": "video/VP9",
            "mos": 4.2,
            "id": f"RTCInboundRTPVideoStream_{n}",
        }
        for n in range(scene.draw.between(5, 150))
    ]
    return drafts.api(scene, "POST", "/api/stats", {"ua": scene.visitor.agent.name, "rows": rows})


def _background(scene: Scene) -> Draft:
    found = files.file(scene.draw, "png")
    return drafts.upload(
        scene,
        "/api/me/background",
        [
            multipart.Part(
                "image",
                found.data,
                scene.one(("beach (2).png", "L'été.png", "my office & me.png")),
                found.media,
            )
        ],
        script=True,
    )


PLAN = Plan(
    "meetings",
    "meet.verein.example",
    160,
    1300,
    (
        *everyday.routes(10, sign_in=False),
        Route("/room/{room}", 12, _join),
        Route("/{socket}", 14, _socket),
        Route("/socket.io/", 16, _polled),
        Route("/{signal}/{room}", 8, _offer),
        Route("/api/rooms/{room}/candidates", 10, _ice),
        Route("/rooms", 5, _invite),
        Route("/api/rooms/{room}/chat", 12, _chat),
        Route("/api/stats", 6, _statistics),
        Route("/api/me/background", 3, _background, late=True),
    ),
    stack="node",
)
