"""All claims of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vedette.lure.identity.claims.body import body_claims, title_claims
from vedette.lure.identity.claims.claim import Claim, How, Strength
from vedette.lure.identity.claims.display import MAX_NAME, line_strength, unknown_name
from vedette.lure.identity.claims.firms import signed_firm
from vedette.lure.identity.claims.names import Hit
from vedette.lure.message import Message, Text
from vedette.lure.sign import SignEvidence

if TYPE_CHECKING:
    from vedette.lure.identity.registry import Registry


def claims(message: Message, registry: Registry) -> tuple[Claim, ...]:
    """For whom the message claims to speak, strongest first, one claim for each employer and way.

    Read are the sender's display name, the subject and the bodies (plain text where there is any),
    and the headline and employer of a profile. Spans count characters of the From header
    ("header:from"), of the Text of that part, or of the profile's field ("profile").
    """
    found = _display(message, registry)
    for text in spoken(message):
        found += body_claims(text, registry.names, registry.contexts)
        if registry.titles:
            found += title_claims(text, registry.titles, registry.names)
    if not any(claim.employer or claim.how == "unknown" for claim in found):
        for text in spoken(message):
            if text.part != "subject" and (
                firm := signed_firm(text, registry.names, registry.contexts)
            ):
                found.append(firm)
    found += _profile(message, registry)
    best: dict[tuple[str, How], Claim] = {}
    for claim in found:
        known = best.get((claim.employer, claim.how))
        if known is None or (claim.strength, not claim.homoglyph) < (
            known.strength,
            not known.homoglyph,
        ):
            best[claim.employer, claim.how] = claim
    return tuple(sorted(best.values(), key=lambda claim: claim.strength))


def spoken(message: Message) -> list[Text]:
    """What is read for claims: subject and bodies, plain text where there is any."""
    bodies = [text for text in message.texts if not text.part.endswith(".hidden")]
    plain = [text for text in bodies if not text.html and text.part != "subject"]
    return [text for text in bodies if text.part == "subject" or not (text.html and plain)]


def _display(message: Message, registry: Registry) -> list[Claim]:
    sender = message.sender
    if sender is None or not sender.name:
        return []
    name = sender.name[:MAX_NAME]
    offset = max(message.header("from").find(name), 0)
    found = _line(name, "header:from", offset, "display_name", registry)
    if not found and (span := unknown_name(name, registry.names, registry.contexts)):
        written = name[slice(*span)]
        evidence = SignEvidence("header:from", offset + span[0], offset + span[1], written)
        found.append(Claim("", written, "unknown", "weak", evidence))
    if not registry.titles:
        return found
    for claim in title_claims(Text("header:from", name), registry.titles, registry.names):
        start, end = claim.evidence.start + offset, claim.evidence.end + offset
        evidence = SignEvidence("header:from", start, end, claim.name)
        found.append(msgspec.structs.replace(claim, evidence=evidence))
    return found


def _line(line: str, part: str, offset: int, how: How, registry: Registry) -> list[Claim]:
    folded = registry.names.folded(line)
    made = []
    for hit in registry.names.find(folded):
        strength = line_strength(folded, hit, registry.contexts)
        if strength:
            start, end = folded.span(hit.start, hit.end)
            evidence = SignEvidence(part, offset + start, offset + end, line[start:end])
            made.append(_claim(hit, how, "strong" if strength == "strong" else "weak", evidence))
    return made


def _claim(hit: Hit, how: How, strength: Strength, evidence: SignEvidence) -> Claim:
    return Claim(hit.employer, evidence.text, how, strength, evidence, hit.homoglyph)


def _profile(message: Message, registry: Registry) -> list[Claim]:
    profile = message.profile
    if profile is None:
        return []
    found = _line(profile.headline[:MAX_NAME], "profile", 0, "headline", registry)
    for claim in _line(profile.employer[:MAX_NAME], "profile", 0, "headline", registry):
        found.append(msgspec.structs.replace(claim, strength="strong"))
    return found
