"""The whole examination of a message: read parts, who, what, which files, then the verdict."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from vedette.lure.attachment.inspector import Inspector
from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.report import Report
from vedette.lure.delivery import DeliveryLists, delivery_signs, load_delivery, thread_words
from vedette.lure.examined import Examined, entities_of
from vedette.lure.features import Features, load_features
from vedette.lure.identity.authentication.authenticate import authenticate
from vedette.lure.identity.authentication.dns import Resolver
from vedette.lure.identity.authentication.result import AuthenticationSettings
from vedette.lure.identity.domains import organisational_domain
from vedette.lure.identity.load import load_registry
from vedette.lure.identity.passed_on import passed_on_signs
from vedette.lure.identity.registry import Registry
from vedette.lure.identity.signs import judge_identity
from vedette.lure.identity.summary import Correspondence, Identity
from vedette.lure.language.phrases import Phrases
from vedette.lure.language.signs import language_signs, load_phrases
from vedette.lure.message import Link, Message, Text
from vedette.lure.profile_signs import profile_signs
from vedette.lure.reading import forwarded, is_notification, read_notification, read_text
from vedette.lure.scoring.verdict import assess
from vedette.lure.scoring.weights import Weights, load_weights, prior_weights
from vedette.lure.sign import Sign
from vedette.lure.strange_links import strange_links

NESTED: Final = 3
"""Messages within messages that are looked at, each level once."""
MOST_NESTED: Final = 8
SHORTEST_REPORT: Final = 20
"""Characters; a report whose own text is shorter holds no pasted message."""
PASTED: Final = "pasted"
_LOADS: Final = frozenset(
    ("remote_template", "remote_template_image", "rtf_remote_template", "external_link")
)
_BY_BADNESS: Final = ("unrelated", "ordinary", "suspicious", "lure")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All data that examining needs, read once and shared by all examiners."""

    features: Features
    weights: Weights
    registry: Registry
    phrases: Phrases
    delivery: DeliveryLists


def load_knowledge(content: Path, own: Sequence[Path] = (), *, unfitted: bool = False) -> Knowledge:
    """From the bundled folder of lures and the user's own folders (employers, partners, agencies).
    `unfitted` takes the weights that people gave instead of the fitted ones. Raises ConfigError
    with every fault, UnreadableError."""
    features = load_features(content / "features.yml")
    return Knowledge(
        features,
        prior_weights(features) if unfitted else load_weights(content / "weights.json", features),
        load_registry([content, *own]),
        load_phrases(content / "phrases"),
        load_delivery(content),
    )


class Examiner:
    """Examines messages. May be used from any number of threads.

    `resolver` None: DNS is never asked, only trusted headers count. `correspondence` knows to whom
    the firm has written before. Files are opened in child processes only.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        authentication: AuthenticationSettings | None = None,
        resolver: Resolver | None = None,
        correspondence: Correspondence | None = None,
        limits: Limits | None = None,
        yara: Path | None = None,
        processes: int = 1,
    ) -> None:
        self._knowledge = knowledge
        self._authentication = authentication or AuthenticationSettings()
        self._resolver = resolver
        self._correspondence = correspondence
        self.inspector = Inspector(limits, yara, processes=processes)

    def __enter__(self) -> Examiner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes."""
        self.inspector.close()

    def prepare(self) -> None:
        """For a process that runs on: compile what the first messages would have to wait for (two
        seconds), start the child, and keep what was loaded out of later collections, of which a
        full one would stop all work for 70 ms. Raises OSError."""
        knowledge = self._knowledge
        knowledge.phrases.prepare()
        knowledge.registry.prepare()
        self.inspector.start()
        gc.collect()
        gc.freeze()

    def examine(self, message: Message) -> Examined:
        """The verdict on a message. What it holds never raises; OSError where no child process
        can be started."""
        if message.kind == "mail" and is_notification(message):
            message = read_notification(message)
        signs, reports, domains, urls = self._look(message, NESTED)
        assessment = assess(signs, self._knowledge.features, self._knowledge.weights)
        return Examined(
            message, message, assessment, reports, entities_of(message, reports, domains, urls)
        )

    def examine_report(self, report: Message) -> Examined:
        """The verdict on what a person passed on: a message attached or inline, or pasted text.
        Of several attached messages, the one that looks worst."""
        subject = forwarded(report)
        if any(subject is each for each in report.nested):
            found = [self.examine(each) for each in report.nested[:MOST_NESTED]]
            worst = max(found, key=_badness)
            return msgspec.structs.replace(worst, message=report)
        subject = subject or _pasted(report)
        if subject is None:
            return self.examine(report)
        return msgspec.structs.replace(self.examine(subject), message=report)

    def _look(
        self, message: Message, deep: int
    ) -> tuple[tuple[Sign, ...], tuple[Report, ...], set[str], set[str]]:
        """Signs, reports, domains and links of a message and of those inside of it."""
        knowledge = self._knowledge
        words = thread_words(message) if message.attachments else ()
        reports = self.inspector.inspect(message.attachments, words)
        authentication = authenticate(message, self._authentication, self._resolver)
        whole = _with_files(message, reports)
        identity, who = judge_identity(
            msgspec.structs.replace(message, links=whole.links) if reports else message,
            knowledge.registry,
            authentication,
            self._correspondence,
        )
        signs = [
            *passed_on_signs(message, who, knowledge.registry),
            *language_signs(whole.texts, knowledge.phrases),
            *delivery_signs(whole, knowledge.delivery),
            *strange_links(whole, identity, knowledge.registry, knowledge.delivery),
            *profile_signs(message),
            *(_held_against(sign, identity) for report in reports for sign in report.signs),
        ]
        domains = {identity.domain} | {
            organisational_domain(address.domain) for address in message.reply_to
        }
        urls = {link.url for link in message.links}
        if deep:
            for inner in message.nested[:MOST_NESTED]:
                more, inside, others, links = self._look(inner, deep - 1)
                signs.extend(_placed(more, inner))
                reports += inside
                domains |= others
                urls |= links
        return tuple(signs), reports, domains, urls


def _badness(examined: Examined) -> tuple[int, float]:
    assessment = examined.assessment
    return (_BY_BADNESS.index(assessment.verdict), assessment.probability)


def _pasted(report: Message) -> Message | None:
    """What a report says in its own body, as a message; None where it says next to nothing."""
    bodies = [text for text in report.texts if _is_body(text)]
    plain = [text for text in bodies if not text.html]
    body = "\n".join(text.text for text in plain or bodies)
    if len(body.strip()) < SHORTEST_REPORT and not report.attachments:
        return None
    pasted = read_text(body, report.place)
    known = {link.url for link in pasted.links}
    hidden = [  # what a link shows and where it leads is lost in the text
        Link(PASTED, link.url, link.text, 0, 0) for link in report.links if link.url not in known
    ]
    return msgspec.structs.replace(
        pasted, links=(*pasted.links, *hidden), attachments=report.attachments
    )


def _is_body(text: Text) -> bool:
    return text.part != "subject" and not text.part.endswith(".hidden")


def _with_files(message: Message, reports: Sequence[Report]) -> Message:
    """The message with the texts and links that its files hold, for checks of wording. Addresses
    that a file loads from or starts by itself are left to the signs of files."""
    texts = [Text(f"attachment:{path}", text) for report in reports for path, text in report.texts]
    links = [
        Link(f"attachment:{path}", url, "", 0, 0)
        for report in reports
        for path, url in report.urls
        if (path, url) not in _loaded(report)
    ]
    if not texts and not links:
        return message
    return msgspec.structs.replace(
        message, texts=(*message.texts, *texts), links=(*message.links, *links)
    )


def _loaded(report: Report) -> set[tuple[str, str]]:
    """Paths and addresses of which a sign of the file itself speaks."""
    return {
        (each.part.removeprefix("attachment:"), each.text)
        for sign in report.signs
        if sign.name in _LOADS
        for each in sign.evidence
    }


def _held_against(sign: Sign, identity: Identity) -> Sign:
    """A file's sign in the light of who sent it: firms keep templates on servers of their own."""
    if sign.name != "remote_template" or not identity.verified:
        return sign
    host = dict(sign.detail).get("host", "")
    if organisational_domain(host) != identity.domain:
        return sign
    return msgspec.structs.replace(sign, name="own_template")


def _placed(signs: Sequence[Sign], inner: Message) -> Iterator[Sign]:
    """The signs of a message inside another, with its place before their parts'."""
    for sign in signs:
        yield msgspec.structs.replace(
            sign,
            evidence=tuple(
                msgspec.structs.replace(each, part=f"{inner.place}/{each.part}")
                for each in sign.evidence
            ),
        )
