"""Words that imitators put beside a name: `name-careers`, `namehr`, `jobs-at-name`."""

from __future__ import annotations

import re
from typing import Final

from vedette.lure.identity.skeleton import look

RECRUITING: Final = """
career careers job jobs hr talent talents recruit recruiter recruiters recruiting recruitment hire
hires hiring hiringteam employment vacancy vacancies apply applicant applicants application
applications candidate candidates interview interviews onboarding offer offers joboffer opportunity
opportunities staffing workforce karriere stellen stellenangebote bewerbung personal carriere
carrieres emploi emplois recrutement rh empleo empleos rrhh reclutamiento trabajo kariera praca
rekrutacja lavora carriera vagas faculty fellow fellows fellowship fellowships scholar scholars
professorship postdoc visiting chair edu academic hrd acquisition talentacquisition humanresources
hiringdesk recruitmentdesk workwithus joinus vetting screening prescreening background assessment
assessments visa visas relocation mobility immigration personnel appointments induction referral
referrals headhunting headhunters executive mandate mandates advisory expert experts consulting
honorarium alumni joiner joiners starters
""".split()  # noqa: SIM905  a block of words is easier to read and to change than a list of quotes

ADORNING: Final = """
group corp corporation global international intl worldwide world inc llc ltd plc gmbh ag se sa co
company usa us uk eu de fr il kr pl ae sa asia europe america americas secure security portal mail
email webmail online web site login sso account accounts support team staff people office official
hq info net systems defense defence aerospace space energy technologies tech engineering services
supplier suppliers vendor docs documents files share cloud the my at in with join work desk notify
notification notifications inmail message messages messaging alert alerts verify members premium
symposium conference university campus grants
""".split()  # noqa: SIM905  as above

SHORT: Final = 5
"""Beside names shorter than this only recruiting words say anything."""

MAX_WORDS: Final = 3

_RECRUITING: Final = frozenset(map(look, RECRUITING))
_ALL: Final = _RECRUITING | frozenset(map(look, ADORNING))
_WORDS: Final = tuple(_RECRUITING)
_NUMBER: Final = re.compile(r"[0-9]{1,4}\Z")
_LONGEST: Final = max(map(len, _ALL))


def is_adorned(name: str, rest: list[str]) -> bool:
    """Whether what stands beside a name in a domain label (pieces between hyphens) is nothing but
    such words; at least one piece is there. Beside a short name one must be of recruiting."""
    words = [word for piece in rest if piece for word in _split(piece)]
    if not words or "" in words:
        return False
    return len(name) >= SHORT or any(word in _RECRUITING for word in words)


def is_recruiting(piece: str) -> bool:
    """Whether a label or a piece of one is a word of recruiting."""
    return look(piece) in _RECRUITING


def holds_recruiting(label: str) -> bool:
    """Whether a label begins or ends with a word of recruiting, or a piece of it is one. Quick."""
    key = look(label.replace("-", ""))
    return (
        key.startswith(_WORDS) or key.endswith(_WORDS) or any(map(is_recruiting, label.split("-")))
    )


def _split(piece: str) -> list[str]:
    """The words that make up the piece; [""] where it is not made of them."""
    piece = _NUMBER.sub("", piece)
    if not piece:
        return ["#"]
    return _words(look(piece), MAX_WORDS) or [""]


def _words(text: str, most: int) -> list[str]:
    if text in _ALL:
        return [text]
    if most > 1:
        for end in range(min(_LONGEST, len(text) - 1), 1, -1):
            if text[:end] in _ALL and (rest := _words(text[end:], most - 1)):
                return [text[:end], *rest]
    return []
