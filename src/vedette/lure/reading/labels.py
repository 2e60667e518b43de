"""The words by which mail programs and networks mark things, in eight languages.

English, German, French, Spanish, Hebrew, Arabic, Korean and Polish, in that order. Compared after
`folded`: what differs in case, direction marks or the space before a colon is the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from vedette.lure.reading.plain import plain

HEADERS: Final[dict[str, str]] = {
    label: name
    for name, labels in {
        "from": "from|von|de|expéditeur|remitente|מאת|من|보낸 사람|보낸사람|발신자|발신|od|nadawca",
        "to": "to|an|à|a|destinataire|para|אל|עבור|إلى|الى"
        "|받는 사람|받는사람|수신자|수신|do|adresat",
        "cc": "cc|kopie|copie à|copie|con copia|עותק|نسخة|نسخة إلى|참조|dw|kopia|do wiadomości",
        "subject": "subject|betreff|objet|sujet|asunto|נושא|الموضوع|제목|temat",
        "date": "date|sent|datum|gesendet|envoyé|envoyé le|fecha|enviado|enviado el|enviada el"
        "|תאריך|נשלח|נשלח ב|التاريخ|تاريخ|تاريخ الإرسال|تم الإرسال|أرسلت|مرسل"
        "|날짜|보낸 날짜|보낸날짜"
        "|발신일|일시|data|wysłano|wysłane|dnia",
        "reply-to": "reply-to|reply to|antwort an|répondre à|responder a|השב אל|الرد على"
        "|الرد إلى|답장 받는 사람|회신|odpowiedz do|odpowiedź do",
    }.items()
    for label in labels.split("|")
}

FORWARDS: Final = frozenset(
    [
        "forwarded message",
        "original message",
        "begin forwarded message",
        "forwarded mail",
        "weitergeleitete nachricht",
        "ursprüngliche nachricht",
        "originalnachricht",
        "original-nachricht",
        "anfang der weitergeleiteten nachricht",
        "weitergeleitete e-mail",
        "message transféré",
        "message d'origine",
        "message original",
        "début du message transféré",
        "début du message réexpédié",
        "courriel transféré",
        "mensaje reenviado",
        "mensaje original",
        "inicio del mensaje reenviado",
        "הודעה שהועברה",
        "הודעה מקורית",
        "תחילת ההודעה שהועברה",
        "הודעה מועברת",
        "رسالة معاد توجيهها",
        "الرسالة الأصلية",
        "رسالة أصلية",
        "بداية الرسالة المعاد توجيهها",
        "رسالة محولة",
        "رسالة محوّلة",
        "الرسالة المعاد توجيهها",
        "رسالة مُعاد توجيهها",
        "전달된 메시지",
        "원본 메시지",
        "전달된 메시지 시작",
        "원본 메일",
        "전달된 메일",
        "wiadomość przekazana dalej",
        "wiadomość oryginalna",
        "oryginalna wiadomość",
        "przekazana wiadomość",
        "początek przekazywanej wiadomości",
        "treść przekazanej wiadomości",
        "początek wiadomości przekazanej",
        "wiadomość przekazana",
    ]
)

MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene ינואר ינו׳ يناير كانون styczeń "
            "stycznia sty",
            "february feb februar février févr fév febrero פברואר פבר׳ فبراير شباط luty lutego lut",
            "march mar märz mär mars marzo מרץ מרס مارس آذار marzec marca",
            "april apr avril avr abril abr אפריל אפר׳ أبريل نيسان kwiecień kwietnia kwi",
            "may mai mayo מאי مايو أيار maj maja",
            "june jun juni juin junio יוני يونيو حزيران czerwiec czerwca cze",
            "july jul juli juillet juil julio יולי يوليو تموز lipiec lipca lip",
            "august aug août aout agosto ago אוגוסט אוג׳ أغسطس آب sierpień sierpnia sie",
            "september sep sept septembre septiembre ספטמבר ספט׳ سبتمبر أيلول wrzesień września "
            "wrz",
            "october oct oktober okt octobre octubre אוקטובר אוק׳ أكتوبر październik "
            "października paź",
            "november nov novembre noviembre נובמבר נוב׳ نوفمبر listopad listopada lis",
            "december dec dezember dez décembre déc diciembre dic דצמבר דצמ׳ ديسمبر grudzień "
            "grudnia gru",
        ),
        start=1,
    )
    for name in names.split()
}

AFTERNOON: Final = ("pm", "p.m.", "p. m.", "오후", "م", "אחה״צ")
FORENOON: Final = ("am", "a.m.", "a. m.", "오전", "ص", "לפנה״צ")

_EDGE: Final = re.compile(r"^[\s>*_|\-=:\u2014\u2013#]+|[\s*_|\-=:\uff1a\u2014\u2013]+$")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A line as it is compared with labels: no marks at its edges, no zero-width characters, one
    kind of apostrophe, case folded."""
    return _EDGE.sub("", plain(text).replace("\u2019", "'")).casefold()
