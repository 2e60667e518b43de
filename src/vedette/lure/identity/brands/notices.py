"""How networks' own mails are worded and laid out, in eight languages.

Everything here is matched on folded text (`fold`): lower case, without accents.
"""

from __future__ import annotations

import re
from typing import Final

VIA: Final = re.compile(
    r"(?:(?<!\w)(?:via|through|uber|durch|par|por|a traves de|przez|dzieki)|דרך|באמצעות|عبر"
    r"|من خلال)\s*\(?\s*\Z"
)
"""Ends where the name begins."""
VIA_AFTER: Final = re.compile(r"\s?(?:을|를) 통해")
"""Begins where the name ends."""

APART: Final = re.compile(r"(?:[|(\[/·•~@]|(?<=\s)-+)\s*\Z")
"""Ends where a name begins that is set apart from what stands before it."""

NOTICE: Final = re.compile(
    r"(?<!\w)(?:notif\w*|messag\w*|messaging|inmails?|jobs?|careers?|recruit\w*|talent|hiring|hr"
    r"|invitations?|alerts?|team|support|security|premium|members?|network|service|services"
    r"|account|accounts|hire|digest|updates?|news|mail|e-?mail|noreply|no-?reply|do not reply"
    r"|system|candidates?|applications?|onboarding|assessments?|nachrichten|benachrichtigung\w*"
    r"|stellen\w*|kontakte?|bewerb\w*|karriere|mitteilung\w*|offres|emploi|recrutement"
    r"|candidatures?|mensajes?|notificacion\w*|empleos?|ofertas|seleccion|powiadomieni\w*"
    r"|wiadomosc\w*|praca|oferty|rekrutacja)(?!\w)|הודעות|התראות|משרות|דרושים|גיוס|اشعارات|رسائل"
    r"|وظائف|توظيف|알림|메시지|채용|구인"
)
"""Words beside a service's name that leave nothing but the service."""

TOLD: Final = re.compile(
    r"(?:has |just )?(?:sent|messaged|invited) you(?! (?:an? )?(?:email|e-mail|cv))"
    r"|(?:wants|would like) to (?:connect|add you)"
    r"|(?:you have|you've(?: got| received)?|you received) (?:an?|one|\d+) (?:new |unread )?"
    r"(?:\w+ )?(?:message|inmail|invitation|notification|connection request)"
    r"|new (?:inmail|message from|job match|invitation from|connection request)"
    r"|your profile (?:is getting noticed|was viewed|has been viewed|appeared)"
    r"|you appeared in \d+ search|viewed your profile|wants to talk to you|is hiring:"
    r"|hat (?:ihnen|dir|sie|dich)\s(?:[^\n.]{0,40}\s)?(?:gesendet|geschickt|geschrieben|eingeladen)"
    r"|(?:sie haben|du hast) (?:eine?|\d+) (?:neue[nr]? |ungelesene )?"
    r"(?:nachricht|inmail|einladung|kontaktanfrage|mitteilung)"
    r"|neue (?:nachricht|inmail|einladung|kontaktanfrage)|mochte sich mit (?:ihnen|dir) vernetzen"
    r"|ihr profil (?:angesehen|besucht)|(?:haben|hat) ihr profil"
    r"|vous a (?:envoye|ecrit|invite)|vous avez (?:une?|\d+) (?:nouveau|nouvelle|nouvel) "
    r"|souhaite (?:se connecter|rejoindre|vous ajouter)|(?:a|ont) consulte votre profil"
    r"|nouve(?:l inmail|au message)"
    r"|(?:le|te) ha (?:enviado|escrito|invitado)|tienes? (?:un|una|\d+) (?:nuevo |nueva )?"
    r"(?:mensaje|inmail|invitacion|notificacion)|quiere (?:conectar|hablar con usted)"
    r"|nuev[oa] (?:mensaje|inmail|invitacion)|ha(?:n)? visto (?:su|tu) perfil"
    r"|(?:wyslal\(?a?\)?|wyslala|przesyla|przeslal) (?:ci|panu|pani|do ciebie|ci nowa)?\s?"
    r"(?:wiadomosc|zaproszenie)|(?:masz|ma pan|ma pani) (?:nowa|nowe|\d+|jedna)"
    r"|nowa wiadomosc|wyswietlil\w* (?:twoj|pana|pani) profil|chce (?:dolaczyc|nawiazac)"
    r"|(?:שלח|שלחה) (?:לך|אליך|אלייך) (?:הודעה|הזמנה)|(?:קיבלת|יש לך) (?:הודעה|\d+|inmail|הזמנה)"
    r"|הודעה חדשה|צפ(?:ה|תה|ו) בפרופיל|inmail חדש"
    r"|ارسلت? (?:لك|اليك|\S+ \S+ رسال)|(?:لديك|وصلتك|تلقيت) (?:رساله|دعوه|\d+|طلب)"
    r"|رساله (?:inmail )?جديده|(?:شاهد|زار|اطلع) \S{0,20} ?(?:علي )?ملفك|رساله اليك"
    r"|메시지를 보(?:냈|내)|초대(?:를|장을) 보(?:냈|내)|새(?:로운)? (?:메시지|inmail|쪽지|초대)"
    r"|(?:님의|새) inmail|프로필을 (?:조회|확인|열람)"
)
"""A network tells of a message, an invitation or a visit."""

FOOTER: Final = re.compile(
    r"(?:this|the) (?:e-?mail|message|notification) (?:was|is) (?:intended|sent|meant) (?:for|to)"
    r"|you(?:'re| are)? receiv(?:e|ing) (?:\S+ ){0,4}(?:notif\w+|alerts?|messages|emails|e-mails)"
    r"|learn why we included this|only you can see this message|(?:manage|change) (?:your )?"
    r"(?:e-?mail |notification )?(?:settings|preferences)|unsubscribe from (?:these|this)"
    r"|this is an automat\w+ (?:message|e-?mail|notification)"
    r"|diese (?:e-?mail|nachricht) (?:war|ist|wurde|richtet sich) (?:\S+ ){0,5}"
    r"(?:bestimmt|gesendet|verschickt|an)|(?:sie|du) (?:erhalten|erhaltst|bekommen) "
    r"(?:diese |\S+ ){0,4}(?:benachrichtigung\w*|e-?mails?|mitteilung\w*|nachricht\w*)"
    r"|nur sie konnen diese nachricht sehen|benachrichtigungseinstellungen"
    r"|cet? e-?mail (?:etait|est|a ete) (?:destine|envoye|adresse)|ce message (?:etait|est|a ete) "
    r"(?:destine|envoye)|vous recevez (?:\S+ ){0,5}(?:notifications?|e-?mails?|messages?|alertes)"
    r"|gerer (?:vos|les) (?:notifications|preferences)|vous seule? pouvez voir ce message"
    r"|este (?:correo|mensaje|e-?mail) (?:se ha enviado|iba dirigido|esta destinado|fue enviado|va "
    r"dirigido)|recibes? (?:\S+ ){0,5}(?:notificacion\w*|correos?|alertas)"
    r"|solo (?:usted|tu) puede[s]? ver este mensaje|administrar (?:sus |tus )?notificaciones"
    r"|(?:ta|niniejsza) wiadomosc (?:e-?mail )?(?:zostala|jest|byla) (?:\S+ ){0,3}"
    r"(?:wyslana|przeznaczona|skierowana)|otrzymuje(?:sz|\s\w+) (?:\S+ ){0,5}(?:powiadomie\w*"
    r"|wiadomosc\w*)|ustawienia powiadomien"
    r"|(?:הודעה|דוא\"ל|מייל) זו? (?:יועדה?|נשלחה?|מיועדת?)|(?:נשלחות אליך|את/?ה מקבלת?|הגדרות) "
    r"(?:\S+ )?התראות"
    r"|هذه الرساله (?:موجهه|مرسله|مخصصه)|تصلك (?:هذه )?(?:اشعارات|الرساله|رسائل)"
    r"|(?:اعدادات|ادارة|اداره) الاشعارات|تم ارسال هذ(?:ه|ا) (?:الرساله|البريد)"
    r"|이 (?:이메일|메일|메시지)(?:은|는) .{1,40}(?:발송|전송)|알림(?:을)? (?:받고|수신|설정)"
)
"""The last lines of such a mail."""

FORWARDED: Final = re.compile(
    r"\A\s*(?:\[[^\]]{1,20}\]\s*)?(?:fwd?|wg|tr|rv|re|aw|odp|pd|i|antw|sv|vs|השב|הועבר|תשובה|العد"
    r"|رد|اعاده توجيه|전달|회신)\s*:"
)
"""Of a subject: somebody passes on or answers what a network sent."""

PASSED_ON: Final = re.compile(
    r"^[ \t>]*(?:-{3,}|_{10,}|(?:from|von|de|od|מאת|من|보낸 사람)\s?:\s[^\n]{0,120}@)", re.MULTILINE
)
"""An older message begins."""
