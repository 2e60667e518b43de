"""Families that weights are fitted to. The comment above each says what gives it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benchmarks.recruitbench.lures import archives as A
from benchmarks.recruitbench.lures import deliveries as D
from benchmarks.recruitbench.lures import enclosures as E
from benchmarks.recruitbench.lures import handoffs as H
from benchmarks.recruitbench.lures import looks as L
from benchmarks.recruitbench.lures import personas as P
from benchmarks.recruitbench.lures import senders as S
from benchmarks.recruitbench.lures.deliveries import Delivery
from benchmarks.recruitbench.lures.scenario import Look, Scenario
from benchmarks.recruitbench.lures.scene import Scene
from benchmarks.recruitbench.lures.senders import Sender


def _fit(
    name: str,
    sender: Callable[[Scene], Sender],
    delivery: Callable[[Scene], Delivery],
    languages: str,
    *looks: Look,
    short: bool = False,
) -> Scenario:
    first, second = languages.split()
    return Scenario(name, "fit", sender, delivery, looks, (first, second), short=short)


FITTING: Final = (
    # the employer from a freemail box; the paper fetches its template elsewhere
    _fit(
        "freemail-template",
        S.freemail,
        D.remote_template,
        "de ko",
        L.GMAIL,
        L.OUTLOOK,
        L.GMAIL_PLAIN,
    ),
    # the employer's name with a word of recruiting; asks for the work password
    _fit("careers-login", S.combined, D.portal, "fr ar", L.CARD, L.LETTERHEAD, L.OUTLOOK),
    # a domain one letter off; a shortcut that poses as a page
    _fit(
        "offer-shortcut", S.mistyped, A.zip_shortcut, "he pl", L.OUTLOOK, L.WEBMAIL, L.OUTLOOK_LOGO
    ),
    # the employer from a freemail box; a program on a disk, to be run
    _fit("assessment-disk", S.freemail, A.iso_program, "ko es", L.GMAIL, L.OUTLOOK, L.THUNDERBIRD),
    # the employer from a freemail box; a messenger, silence, the company's computer
    _fit("whatsapp-secret", S.freemail, D.whatsapp, "ar de", L.GMAIL_PLAIN, L.GMAIL, L.WEBMAIL),
    # the employer's forged domain; answers go to a freemail box
    _fit("answer-elsewhere", S.forged, D.pdf_alone, "fr he", L.OUTLOOK, L.EXCHANGE, L.LETTERHEAD),
    # the employer from a freemail box; run this outside a container
    _fit("run-repository", S.freemail, D.repository, "es pl", L.GMAIL, L.GMAIL_PLAIN, L.OUTLOOK),
    # shows the employer's address and comes from elsewhere; an archive at a file host
    _fit("file-drop", S.address_in_name, D.file_host, "ko he", L.WEBMAIL_HTML, L.OUTLOOK, L.GMAIL),
    # a look-alike of the network's domain; sign in again
    _fit("network-message", S.network, D.portal, "de es", L.CARD, L.CARD_ONLY),
    # a look-alike of a known agency; a program with two extensions
    _fit(
        "agency-double-name",
        S.agency_lookalike,
        A.zip_double_extension,
        "fr pl",
        L.OUTLOOK_LOGO,
        L.LETTERHEAD,
        L.OUTLOOK,
    ),
    # the employer from a freemail box; a program in a locked archive
    _fit("locked-archive", S.freemail, A.zip_encrypted, "ar ko", L.GMAIL, L.OUTLOOK, L.GMAIL_PLAIN),
    # the employer's name with a word of recruiting; a table that wants macros
    _fit("salary-macros", S.combined, D.salary_sheet, "de fr", L.OUTLOOK, L.EXCHANGE, L.WEBMAIL),
    # the employer's name with a word of recruiting; a paper that leads to an archive
    _fit("pdf-to-archive", S.combined, D.pdf_with_link, "es ar", L.OUTLOOK, L.LETTERHEAD, L.GMAIL),
    # not the institute's domain; a form that loads an object from elsewhere
    _fit(
        "visiting-post",
        S.institute,
        D.linked_frame,
        "he pl",
        L.WEBMAIL_HTML,
        L.THUNDERBIRD,
        L.OUTLOOK,
    ),
    # the form belongs neither to the screening house nor to the employer; asks for the clearance
    _fit(
        "background-check",
        P.screening_house,
        H.file_page,
        "de ar",
        L.PANEL,
        L.OUTLOOK_PAGE,
        L.SERVICE_LETTER,
    ),
    # a brand offers the employer's posts, hands out a password and wants a program installed
    _fit(
        "application-credentials",
        P.career_site,
        H.credentials,
        "he ar",
        L.PANEL_ONLY,
        L.GMAIL_LETTER,
        L.NOTICE,
    ),
    # the "password" is a shortcut, the paper is no PDF, the employer writes from another domain
    _fit(
        "password-shortcut",
        S.other_top,
        E.password_shortcut,
        "ko es",
        L.OUTLOOK_PLAIN,
        L.GMAIL_LETTER,
        L.APPLE_PAGE,
    ),
    # hard: claims the employer from a private mailbox and wants a private address
    _fit(
        "first-contact",
        P.quiet_persona,
        H.nothing,
        "fr pl",
        L.GMAIL_PLAIN,
        L.APPLE_PAGE,
        L.WEBMAIL,
        short=True,
    ),
    # hard: no employer named, but away from the office's mail, to a messenger that forgets
    _fit(
        "signal-number",
        P.boutique,
        H.signal,
        "ko de",
        L.OUTLOOK_PAGE,
        L.EXCHANGE_PLAIN,
        L.THUNDERBIRD_PAGE,
        short=True,
    ),
    # hard: pays for what is not public and tells no employer
    _fit(
        "paid-opinion",
        P.expert_network,
        H.nothing,
        "es he",
        L.GMAIL_LETTER,
        L.OUTLOOK_PLAIN,
        L.WEBMAIL_PAGE,
        short=True,
    ),
    # answers leave the institute, the paper lies locked at a file host
    _fit(
        "paper-review",
        P.think_tank,
        H.locked_share,
        "ko de",
        L.WEBMAIL_PAGE,
        L.OUTLOOK,
        L.THUNDERBIRD_PAGE,
        short=True,
    ),
    # the paper's short link asks for the account of the reader's company
    _fit(
        "panel-honorarium",
        P.university_mailbox,
        E.registration_paper,
        "fr ar",
        L.EXCHANGE_LOGO,
        L.WEBMAIL,
        L.OUTLOOK_PAGE,
        short=True,
    ),
    # the employer's name is a label of another's domain; a form page asks for the work password
    _fit(
        "visa-papers",
        P.relocation_desk,
        E.visa_set,
        "pl es",
        L.LETTERHEAD,
        L.GMAIL_LETTER,
        L.OUTLOOK_PLAIN,
    ),
    # shows the own firm's address and comes from elsewhere; a page asks for the firm's password
    _fit(
        "inhouse-vacancy",
        P.own_address_shown,
        E.sign_in_page,
        "de ko",
        L.OUTLOOK_PAGE,
        L.EXCHANGE_LOGO,
        L.EXCHANGE_PLAIN,
        short=True,
    ),
    # a board that is not at its domain wants its program installed
    _fit("board-inbox", P.board_inbox, H.board_program, "fr es", L.PANEL, L.PANEL_LOGO, L.NOTICE),
    # the tenant lies at a look-alike of the service; asks for the mailbox's password
    _fit(
        "missing-documents",
        P.tenant,
        H.tenant_page,
        "he fr",
        L.PANEL_LOGO,
        L.SERVICE_LETTER,
        L.PANEL_ONLY,
    ),
    # a post in a thread about deliveries, a locked archive, a program named as a document
    _fit(
        "hijacked-thread",
        P.partner_account,
        E.locked_reply,
        "ar pl",
        L.OUTLOOK,
        L.OUTLOOK_PLAIN,
        L.EXCHANGE,
        short=True,
    ),
    # hard: the employer from a freemail box; the entry's room is no known service
    _fit(
        "screening-slot",
        S.freemail,
        E.interview_slot,
        "ko fr",
        L.GMAIL,
        L.APPLE_PAGE,
        L.OUTLOOK_PLAIN,
        short=True,
    ),
    # a stranger passes on what "the employer" sent; in it a program must be started
    _fit(
        "colleague-forward",
        P.quiet_persona,
        E.passed_on_offer,
        "de es",
        L.GMAIL_PLAIN,
        L.OUTLOOK,
        L.APPLE_PAGE,
        short=True,
    ),
    # run it before we talk, not in a container; it acts when the folder is opened or installed
    _fit(
        "paid-bugfix",
        P.startup,
        E.bugfix_project,
        "pl ko",
        L.GMAIL,
        L.APPLE_PAGE,
        L.THUNDERBIRD_PAGE,
        short=True,
    ),
    # a call that needs a driver with an administrator's rights, from a look-alike
    _fit("call-room-driver", P.interview_vendor, H.driver, "es de", L.PANEL, L.CARD, L.NOTICE),
    # hard: all in order, save that the agreement is not the file that its name says
    _fit(
        "liaison-nda",
        P.subcontractor,
        E.linked_rich_text,
        "ar he",
        L.EXCHANGE,
        L.OUTLOOK_PLAIN,
        L.THUNDERBIRD_PAGE,
        short=True,
    ),
    # "the employer's IT" wants the present computer, remotely and unlocked
    _fit(
        "remote-onboarding",
        S.combined,
        E.remote_tool,
        "fr ko",
        L.EXCHANGE_LOGO,
        L.OUTLOOK_PAGE,
        L.WEBMAIL,
    ),
    # a disk instead of a paper; silence asked for
    _fit(
        "advisory-seat",
        P.boutique,
        E.dossier_disk,
        "he de",
        L.LETTERHEAD,
        L.EXCHANGE_PLAIN,
        L.GMAIL_LETTER,
        short=True,
    ),
    # hard: a redirect ends at a third owner; asks for programme and clearance
    _fit(
        "salary-survey",
        P.survey_house,
        H.tracked,
        "ar es",
        L.SERVICE_LETTER,
        L.PANEL,
        L.NOTICE,
        short=True,
    ),
    # the network's name is a label of another's domain; sign in again
    _fit(
        "profile-endorsed",
        P.network_digest,
        H.network_page,
        "pl he",
        L.CARD,
        L.PANEL_ONLY,
        L.NOTICE,
    ),
    # hard: paid travel, cash, passport, and the employer shall hear of a holiday
    _fit(
        "paid-trip",
        P.consultancy,
        H.nothing,
        "he fr",
        L.APPLE_PAGE,
        L.OUTLOOK_PLAIN,
        L.WEBMAIL_PAGE,
        short=True,
    ),
    # hard: a university's mailbox wants the answer elsewhere, with the present project
    _fit(
        "alumni-note",
        P.university_answers_elsewhere,
        H.nothing,
        "pl ar",
        L.WEBMAIL,
        L.THUNDERBIRD_PAGE,
        L.EXCHANGE_PLAIN,
        short=True,
    ),
    # hard: the employer from a private mailbox asks who holds which clearance, by telephone
    _fit(
        "reference-call",
        P.quiet_persona,
        H.call_back,
        "es ko",
        L.GMAIL_PLAIN,
        L.WEBMAIL_PAGE,
        L.OUTLOOK_PLAIN,
        short=True,
    ),
    # hard: install a stranger's program where the devices are
    _fit(
        "open-source-note",
        P.startup,
        H.package,
        "de pl",
        L.GMAIL,
        L.THUNDERBIRD,
        L.WEBMAIL_PAGE,
        short=True,
    ),
)
