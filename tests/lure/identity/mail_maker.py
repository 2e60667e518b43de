"""Messages made for tests of identity: only what identity looks at."""

from __future__ import annotations

from vedette.lure.message import Address, Header, Link, Message, Profile, Text


def mail(
    name: str = "",
    address: str = "jane@work.example",
    body: str = "",
    *,
    reply_to: str = "",
    links: tuple[str, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    envelope: str = "",
    profile: Profile | None = None,
    raw: bytes = b"",
) -> Message:
    shown = f"{name} <{address}>" if name else address
    fields = [Header(key, value) for key, value in headers]
    if address:
        fields.append(Header("from", shown))
    if reply_to:
        fields.append(Header("reply-to", reply_to))
    return Message(
        id="0" * 64,
        kind="profile" if profile else "mail",
        place="test",
        headers=tuple(fields),
        sender=Address(name, address) if address else None,
        envelope_from=Address("", envelope) if envelope else None,
        reply_to=(Address("", reply_to),) if reply_to else (),
        texts=(Text("1", body),) if body else (),
        links=tuple(Link("1", url, url, 0, 0) for url in links),
        profile=profile,
        raw=raw,
    )
