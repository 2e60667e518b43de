"""Families that figures are taken from; nothing may be fitted to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benchmarks.recruitbench.lures import archives as A
from benchmarks.recruitbench.lures import deliveries as D
from benchmarks.recruitbench.lures import looks as L
from benchmarks.recruitbench.lures import senders as S
from benchmarks.recruitbench.lures.deliveries import Delivery
from benchmarks.recruitbench.lures.scenario import Look, Scenario
from benchmarks.recruitbench.lures.scene import Scene
from benchmarks.recruitbench.lures.senders import Sender


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


TESTING: Final = (
    _test("own-viewer", S.nested, A.viewer_set, "de he", L.APPLE, L.EXCHANGE_BOTH, L.THUNDERBIRD),
    _test(
        "remote-lab-tool",
        S.bare_freemail,
        A.known_tool,
        "ko fr",
        L.APPLE_PLAIN,
        L.THUNDERBIRD_HTML,
        L.GMAIL,
    ),
    _test("signed-page", S.other_top, A.smuggled, "es pl", L.EXCHANGE_BOTH, L.NEWS_LOGO, L.APPLE),
    _test(
        "turned-name", S.agency, A.reversed_name, "ar he", L.THUNDERBIRD_HTML, L.APPLE, L.EXCHANGE
    ),
    _test(
        "linux-paper",
        S.bare_freemail,
        A.confusable_dot,
        "pl de",
        L.THUNDERBIRD,
        L.APPLE_PLAIN,
        L.GMAIL,
    ),
    _test(
        "consultant-disk",
        S.mistyped,
        A.virtual_disk,
        "fr ar",
        L.EXCHANGE_BOTH,
        L.APPLE,
        L.WEBMAIL_HTML,
    ),
    _test(
        "tracking-system", S.tracking_system, D.portal, "ko es", L.NEWS, L.CARD_ONLY, L.NEWS_LOGO
    ),
    _test("twin-letter", S.twin, D.portal_with_paper, "de fr", L.APPLE, L.EXCHANGE_BOTH),
    _test(
        "supplier-contact",
        S.compromised,
        D.remote_picture_template,
        "he pl",
        L.EXCHANGE_BOTH,
        L.APPLE,
        L.THUNDERBIRD_HTML,
    ),
    _test(
        "third-message", S.bare_freemail, A.tar_program, "es ar", L.GMAIL, L.APPLE, L.THUNDERBIRD
    ),
    _test("own-personnel", S.own_firm, D.portal, "de ko", L.NEWS, L.EXCHANGE, L.EXCHANGE_BOTH),
    _test("calendar-entry", S.nested, D.calendar_entry, "fr he", L.EXCHANGE_BOTH, L.APPLE),
    _test(
        "quiet-channel", S.bare_freemail, D.telegram, "pl ar", L.APPLE_PLAIN, L.THUNDERBIRD, L.APPLE
    ),
    _test(
        "camera-repair",
        S.tracking_system,
        D.pasted_command,
        "ko es",
        L.NEWS,
        L.CARD_ONLY,
        L.WEBMAIL_HTML,
    ),
    _test(
        "bare-machine-task", S.agency, A.project, "he de", L.THUNDERBIRD, L.APPLE, L.WEBMAIL_HTML
    ),
    _test("board-alert", S.job_board, D.portal, "es fr", L.NEWS, L.NEWS_LOGO, L.CARD_ONLY),
    _test(
        "invited-speaker",
        S.institute,
        A.congress_disk,
        "ar ko",
        L.THUNDERBIRD_HTML,
        L.APPLE,
        L.EXCHANGE_BOTH,
    ),
    _test(
        "short-link-search",
        S.agency_lookalike,
        D.shortened,
        "pl fr",
        L.APPLE,
        L.EXCHANGE,
        L.THUNDERBIRD,
    ),
    _test(
        "hard-mailbox",
        S.bare_freemail,
        D.pdf_or_nothing,
        "ko he",
        L.APPLE_PLAIN,
        L.GMAIL,
        L.THUNDERBIRD,
    ),
    _test(
        "hard-file", S.agency, A.program_as_pdf, "ar es", L.EXCHANGE_BOTH, L.APPLE, L.THUNDERBIRD
    ),
    _test("hard-domain", S.other_top, D.portal, "ko pl", L.APPLE, L.THUNDERBIRD, L.EXCHANGE_BOTH),
    _test(
        "passed-on",
        S.nested,
        A.mac_archive,
        "fr es",
        L.APPLE,
        L.THUNDERBIRD,
        L.EXCHANGE_BOTH,
        nested=True,
    ),
    _test(
        "secrecy-agreement",
        S.other_top,
        A.zip_by_reference,
        "he ar",
        L.EXCHANGE_BOTH,
        L.APPLE,
        L.THUNDERBIRD,
    ),
    _test(
        "questionnaire",
        S.forged,
        D.rich_text_form,
        "pl de",
        L.EXCHANGE,
        L.APPLE,
        L.THUNDERBIRD_HTML,
    ),
)
