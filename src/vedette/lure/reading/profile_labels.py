"""What profile pages call their parts, in eight languages (see `labels` for their order)."""

from __future__ import annotations

import re
from typing import Final

SECTIONS: Final[dict[str, str]] = {
    label: name
    for name, labels in {
        "about": "about|summary|info|infos|über mich|zusammenfassung|à propos|résumé|infos"
        "|acerca de|extracto|אודות|תקציר|نبذة عني|نبذة|حول|소개|자기소개|informacje"
        "|podsumowanie|o mnie",
        "activity": "activity|aktivitäten|aktivität|activité|actividad|פעילות|النشاط|نشاط|활동"
        "|aktywność",
        "experience": "experience|work experience|berufserfahrung|expérience|experiencia"
        "|experiencia laboral|ניסיון|ניסיון תעסוקתי|الخبرة|خبرة|الخبرات|경력|경력사항"
        "|doświadczenie|doświadczenie zawodowe",
        "education": "education|ausbildung|formation|educación|formación|השכלה|التعليم|تعليم"
        "|المؤهلات العلمية|학력|학력사항|wykształcenie",
        "licenses": "licenses & certifications|certifications|bescheinigungen"
        "|bescheinigungen & zertifikate|zertifikate|licences et certifications"
        "|licencias y certificaciones|רישיונות והסמכות|التراخيص والشهادات"
        "|التراخيص والشهادات العلمية|자격증|자격증/수료증|licencje i certyfikaty",
        "skills": "skills|top skills|kenntnisse|kompetenzen|top-kenntnisse|compétences|aptitudes"
        "|conocimientos y aptitudes|habilidades|מיומנויות|כישורים|المهارات|مهارات|보유기술"
        "|보유 기술|umiejętności",
        "recommendations": "recommendations|empfehlungen|recommandations|recomendaciones|המלצות"
        "|التوصيات|توصيات|추천서|추천|rekomendacje|referencje",
        "volunteering": "volunteering|volunteer experience|ehrenamt|freiwilligenarbeit|bénévolat"
        "|expérience de bénévolat|voluntariado|התנדבות|العمل التطوعي|التطوع|봉사활동|wolontariat",
        "projects": "projects|projekte|projets|proyectos|פרויקטים|المشاريع|المشروعات|프로젝트"
        "|projekty",
        "publications": "publications|veröffentlichungen|publikationen|publicaciones|פרסומים"
        "|المنشورات|논문/저서|publikacje",
        "honors": "honors & awards|honours & awards|auszeichnungen"
        "|auszeichnungen und preise|prix et distinctions|reconocimientos y premios"
        "|כיבודים ופרסים|التكريمات والجوائز|수상 경력|nagrody i wyróżnienia",
        "languages": "languages|sprachen|langues|idiomas|שפות|اللغات|외국어|언어|języki",
        "courses": "courses|kurse|cours|cursos|קורסים|الدورات التدريبية|수강 과목|kursy",
        "interests": "interests|interessen|centres d'intérêt|intereses|תחומי עניין|הרשמות"
        "|الاهتمامات|관심분야|관심사|zainteresowania",
        "featured": "featured|im fokus|sélection|destacado"
        "|מוצגים|عناصر مميزة|추천 콘텐츠|wyróżnione",
    }.items()
    for label in labels.split("|")
}
"""Heading -> section. `featured` and what is not listed here is not counted."""

ENDS: Final = frozenset(
    [
        "more profiles for you",
        "people also viewed",
        "people you may know",
        "others named",
        "explore more",
        "weitere profile für sie",
        "andere besuchten auch",
        "personen, die sie kennen könnten",
        "plus de profils pour vous",
        "autres profils consultés",
        "personas que quizá conozcas",
        "más perfiles para ti",
        "otras personas vieron",
        "פרופילים נוספים עבורך",
        "אנשים שאולי תכיר",
        "المزيد من الملفات الشخصية لك",
        "أشخاص قد تعرفهم",
        "추천 회원",
        "알 수도 있는 사람",
        "więcej profili dla ciebie",
        "osoby, które możesz znać",
        "similar profiles",
        "ähnliche profile",
    ]
)
"""Headings behind which a page speaks of other people."""

PRESENT: Final = (
    "present", "heute", "aujourd'hui", "aujourd’hui", "actualidad", "actualité", "היום", "הווה",
    "الوقت الحالي", "حتى الآن", "الحاضر", "현재", "obecnie", "now",
)  # fmt: skip

_NUMBER: Final = r"(\d[\d.,\u00a0\u202f\u066c ]{0,12}\s?[kKmM]?)\s?\+?"
CONNECTIONS: Final = re.compile(
    _NUMBER + r"\s*(?:connections?|kontakte?|relations|contactos?|קשרים|זיקה"
    r"|جه(?:ة|ات) اتصال|زميل|زملاء"
    r"|명의 1촌|kontakt(?:ów|y)?)(?!\w)|1촌\s*" + _NUMBER,
    re.IGNORECASE,
)
FOLLOWERS: Final = re.compile(
    _NUMBER + r"\s*(?:followers?|follower:innen|abonnés?|seguidores|עוקבים|متابع(?:ين|ون)?"
    r"|명의 팔로워|obserwujących|obserwatorów)(?!\w)|팔로워\s*" + _NUMBER,
    re.IGNORECASE,
)
JOINED: Final = re.compile(
    r"^(?:joined|member since|beigetreten|mitglied seit|inscription|membre depuis|inscrit(?:e)? en"
    r"|se unió|miembro desde|fecha de inscripción|הצטרף|הצטרפה|הצטרפות|תאריך הצטרפות|انضم"
    r"|تاريخ الانضمام|عضو منذ|가입일|가입|dołączył\(?a?\)?|dołączono|data dołączenia)\b[:\s]*(.*)$",
    re.IGNORECASE,
)
VERIFIED: Final = re.compile(
    r"\bwork(?:place)? (?:email )?verified|verified (?:using|by|with|through) (?:a |their )?work"
    r"|verified workplace|arbeitsplatz verifiziert|arbeitgeber verifiziert"
    r"|lieu de travail vérifié|employeur vérifié|lugar de trabajo verificado"
    r"|empresa verificada|מקום העבודה אומת|מקום עבודה מאומת|جهة العمل موثّ?قة|مكان العمل موثّ?ق"
    r"|직장 (?:이메일 )?인증됨|직장 인증 완료"
    r"|miejsce pracy zweryfikowane|zweryfikowane miejsce pracy",
    re.IGNORECASE,
)
WORKPLACE: Final = frozenset(
    [
        "workplace",
        "work",
        "arbeitsplatz",
        "arbeitgeber",
        "lieu de travail",
        "entreprise",
        "lugar de trabajo",
        "empresa",
        "מקום עבודה",
        "جهة العمل",
        "مكان العمل",
        "직장",
        "miejsce pracy",
    ]
)
"""A heading of the list of verifications, with the answer on the next line."""

ANSWER_VERIFIED: Final = re.compile(
    r"^(?:verified|verifiziert|vérifié|verificad[oa]|אומת|מאומת|تم التحقق|موثّ?ق|인증|zweryfikowan)",
    re.IGNORECASE,
)
UNVERIFIED: Final = re.compile(
    r"\b(?:no verifications?|not verified|(?:hasn't|has not|have not|haven't) verified"
    r"|nicht verifiziert|keine verifizierungen|non vérifié|aucune vérification|sin verificar"
    r"|no verificado|ninguna verificación)|לא אומת|אין אימותים|غير موثّ?ق|لم يتم التحقق"
    r"|인증되지 않|인증 정보 없음|niezweryfikowan|brak weryfikacji",
    re.IGNORECASE,
)
NOISE: Final = re.compile(
    r"^(?:(?:home|my network|jobs|messaging|notifications|me|for business|linkedin|search|xing"
    r"|skip to .*|sign in|join now|log ?in|profile|contact info|connect|message|more|follow|pending"
    r"|open to|add section|edit|startseite|nachrichten|folgen|vernetzen|mehr|kontaktinfo"
    r"|accueil|réseau|se connecter|suivre|plus|coordonnées|inicio|mi red|seguir|conectar|más"
    r"|información de contacto|דף הבית|עוד|פרטי קשר|الرئيسية|متابعة|المزيد|معلومات الاتصال"
    r"|홈|팔로우|더보기|연락처|strona główna|obserwuj|więcej|dane kontaktowe)"
    r"|\W*(?:1st|2nd|3rd|[123]\.|1er|[23]e|[123]º|1촌|2촌|3촌)\+?(?: degree connection)?"
    r"|\(?(?:she|he|they)/\w+(?:/\w+)?\)?|\(?(?:sie|er)/ihr?m?\)?|\(?(?:elle|il|ella|él)/\w+\)?"
    r"|\W*|\d+|verified|verifiziert|vérifié|verificado)$",
    re.IGNORECASE,
)
"""Lines of navigation and decoration, which say nothing about the person."""

ROLE_AT: Final = re.compile(
    r"\s(?:at|@|bei|chez)\s+([^|·•,;–—]{2,60})|@\s?([\w&.' -]{2,60})", re.IGNORECASE
)
"""The employer in a headline, where the word before it can mean nothing else."""

SHOW_ALL: Final = re.compile(
    r"(?:show all|see all|alle|afficher|voir|mostrar|ver|הצג|הצגת|عرض|모두|wyświetl|pokaż)"
    r"\D{0,20}(\d{1,4})"
    r"|(\d{1,4})\D{0,12}(?:모두 보기|개 모두)",
    re.IGNORECASE,
)
