"""The families: who pretends to be whom, what is handed over, how it looks, in which languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.recruitbench.lures import archives, deliveries, senders
from benchmarks.recruitbench.lures.deliveries import Delivery
from benchmarks.recruitbench.lures.letter import Skin
from benchmarks.recruitbench.lures.scene import Scene
from benchmarks.recruitbench.lures.senders import Sender
from benchmarks.recruitbench.lures.transport import Client

Shape = Literal["plain", "html", "alternative", "related"]


@dataclass(frozen=True, slots=True)
class Look:
    """A mail program, the bodies it sends and how its HTML is written."""

    client: Client
    shape: Shape
    skin: Skin = "gmail"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A family before it is written. `nested` puts the lure into a forwarded message,
    `short` leaves small print out."""

    name: str
    split: Literal["fit", "test"]
    sender: Callable[[Scene], Sender]
    delivery: Callable[[Scene], Delivery]
    looks: tuple[Look, ...]
    languages: tuple[str, str]
    nested: bool = False
    short: bool = False


_OUTLOOK = Look("outlook", "alternative", "outlook")
_OUTLOOK_LOGO = Look("outlook", "related", "outlook")
_EXCHANGE = Look("exchange", "html", "outlook")
_EXCHANGE_BOTH = Look("exchange", "alternative", "outlook")
_GMAIL = Look("gmail", "alternative", "gmail")
_GMAIL_PLAIN = Look("gmail", "plain")
_APPLE = Look("apple", "alternative", "apple")
_APPLE_PLAIN = Look("apple", "plain")
_THUNDERBIRD = Look("thunderbird", "plain")
_THUNDERBIRD_HTML = Look("thunderbird", "alternative", "apple")
_WEBMAIL = Look("roundcube", "plain")
_WEBMAIL_HTML = Look("roundcube", "alternative", "gmail")
_LETTERHEAD = Look("outlook", "related", "letterhead")
_CARD = Look("service", "alternative", "card")
_CARD_ONLY = Look("service", "html", "card")
_NEWS = Look("service", "alternative", "newsletter")
_NEWS_LOGO = Look("service", "related", "newsletter")


def _fit(
    name: str,
    sender: Callable[[Scene], Sender],
    delivery: Callable[[Scene], Delivery],
    languages: str,
    *looks: Look,
) -> Scenario:
    first, second = languages.split()
    return Scenario(name, "fit", sender, delivery, looks, (first, second))


def _test(
    name: str,
    sender: Callable[[Scene], Sender],
    delivery: Callable[[Scene], Delivery],
    languages: str,
    *looks: Look,
    nested: bool = False,
) -> Scenario:
    first, second = languages.split()
    short = name.startswith("hard-")
    return Scenario(name, "test", sender, delivery, looks, (first, second), nested, short)


S, D, A = senders, deliveries, archives
SCENARIOS: Final = (
    _fit(
        "freemail-template", S.freemail, D.remote_template, "de ko", _GMAIL, _OUTLOOK, _GMAIL_PLAIN
    ),
    _fit("careers-login", S.combined, D.portal, "fr ar", _CARD, _LETTERHEAD, _OUTLOOK),
    _fit("offer-shortcut", S.mistyped, A.zip_shortcut, "he pl", _OUTLOOK, _WEBMAIL, _OUTLOOK_LOGO),
    _fit("assessment-disk", S.freemail, A.iso_program, "ko es", _GMAIL, _OUTLOOK, _THUNDERBIRD),
    _fit("whatsapp-secret", S.freemail, D.whatsapp, "ar de", _GMAIL_PLAIN, _GMAIL, _WEBMAIL),
    _fit("answer-elsewhere", S.forged, D.pdf_alone, "fr he", _OUTLOOK, _EXCHANGE, _LETTERHEAD),
    _fit("run-repository", S.freemail, D.repository, "es pl", _GMAIL, _GMAIL_PLAIN, _OUTLOOK),
    _fit("file-drop", S.address_in_name, D.file_host, "ko he", _WEBMAIL_HTML, _OUTLOOK, _GMAIL),
    _fit("network-message", S.network, D.portal, "de es", _CARD, _CARD_ONLY),
    _fit(
        "agency-double-name",
        S.agency_lookalike,
        A.zip_double_extension,
        "fr pl",
        _OUTLOOK_LOGO,
        _LETTERHEAD,
        _OUTLOOK,
    ),
    _fit("locked-archive", S.freemail, A.zip_encrypted, "ar ko", _GMAIL, _OUTLOOK, _GMAIL_PLAIN),
    _fit("salary-macros", S.combined, D.salary_sheet, "de fr", _OUTLOOK, _EXCHANGE, _WEBMAIL),
    _fit("pdf-to-archive", S.combined, D.pdf_with_link, "es ar", _OUTLOOK, _LETTERHEAD, _GMAIL),
    _fit(
        "visiting-post", S.institute, D.linked_frame, "he pl", _WEBMAIL_HTML, _THUNDERBIRD, _OUTLOOK
    ),
    _test("own-viewer", S.nested, A.viewer_set, "de he", _APPLE, _EXCHANGE_BOTH, _THUNDERBIRD),
    _test(
        "remote-lab-tool",
        S.bare_freemail,
        A.known_tool,
        "ko fr",
        _APPLE_PLAIN,
        _THUNDERBIRD_HTML,
        _GMAIL,
    ),
    _test("signed-page", S.other_top, A.smuggled, "es pl", _EXCHANGE_BOTH, _NEWS_LOGO, _APPLE),
    _test("turned-name", S.agency, A.reversed_name, "ar he", _THUNDERBIRD_HTML, _APPLE, _EXCHANGE),
    _test(
        "linux-paper",
        S.bare_freemail,
        A.confusable_dot,
        "pl de",
        _THUNDERBIRD,
        _APPLE_PLAIN,
        _GMAIL,
    ),
    _test(
        "consultant-disk",
        S.mistyped,
        A.virtual_disk,
        "fr ar",
        _EXCHANGE_BOTH,
        _APPLE,
        _WEBMAIL_HTML,
    ),
    _test("tracking-system", S.tracking_system, D.portal, "ko es", _NEWS, _CARD_ONLY, _NEWS_LOGO),
    _test("twin-letter", S.twin, D.portal_with_paper, "de fr", _APPLE, _EXCHANGE_BOTH),
    _test(
        "supplier-contact",
        S.compromised,
        D.remote_picture_template,
        "he pl",
        _EXCHANGE_BOTH,
        _APPLE,
        _THUNDERBIRD_HTML,
    ),
    _test("third-message", S.bare_freemail, A.tar_program, "es ar", _GMAIL, _APPLE, _THUNDERBIRD),
    _test("own-personnel", S.own_firm, D.portal, "de ko", _NEWS, _EXCHANGE, _EXCHANGE_BOTH),
    _test("calendar-entry", S.nested, D.calendar_entry, "fr he", _EXCHANGE_BOTH, _APPLE),
    _test(
        "quiet-channel", S.bare_freemail, D.telegram, "pl ar", _APPLE_PLAIN, _THUNDERBIRD, _APPLE
    ),
    _test(
        "camera-repair",
        S.tracking_system,
        D.pasted_command,
        "ko es",
        _NEWS,
        _CARD_ONLY,
        _WEBMAIL_HTML,
    ),
    _test("bare-machine-task", S.agency, A.project, "he de", _THUNDERBIRD, _APPLE, _WEBMAIL_HTML),
    _test("board-alert", S.job_board, D.portal, "es fr", _NEWS, _NEWS_LOGO, _CARD_ONLY),
    _test(
        "invited-speaker",
        S.institute,
        A.congress_disk,
        "ar ko",
        _THUNDERBIRD_HTML,
        _APPLE,
        _EXCHANGE_BOTH,
    ),
    _test(
        "short-link-search",
        S.agency_lookalike,
        D.shortened,
        "pl fr",
        _APPLE,
        _EXCHANGE,
        _THUNDERBIRD,
    ),
    _test(
        "hard-mailbox",
        S.bare_freemail,
        D.pdf_or_nothing,
        "ko he",
        _APPLE_PLAIN,
        _GMAIL,
        _THUNDERBIRD,
    ),
    _test("hard-file", S.agency, A.program_as_pdf, "ar es", _EXCHANGE_BOTH, _APPLE, _THUNDERBIRD),
    _test("hard-domain", S.other_top, D.portal, "ko pl", _APPLE, _THUNDERBIRD, _EXCHANGE_BOTH),
    _test(
        "passed-on",
        S.nested,
        A.mac_archive,
        "fr es",
        _APPLE,
        _THUNDERBIRD,
        _EXCHANGE_BOTH,
        nested=True,
    ),
    _test(
        "secrecy-agreement",
        S.other_top,
        A.zip_by_reference,
        "he ar",
        _EXCHANGE_BOTH,
        _APPLE,
        _THUNDERBIRD,
    ),
    _test(
        "questionnaire", S.forged, D.rich_text_form, "pl de", _EXCHANGE, _APPLE, _THUNDERBIRD_HTML
    ),
)
