"""Where links lead: the sender's pages, well-known services with made-up paths, redirectors."""

from __future__ import annotations

from urllib.parse import quote

from benchmarks.recruitbench.honest.scene import Scene
from benchmarks.recruitbench.honest.vocabulary import plain

_PLACES = {
    "teams": "https://teams.microsoft.com/l/meetup-join/19%3ameeting_XXXXXXXXXXXX%40thread.v2/0",
    "zoom": "https://us02web.zoom.us/j/8NNNNNNNNN",
    "meet": "https://meet.google.com/xyz-XXXX-abc",
    "calendly": "https://calendly.com/OWNER/intro-30min",
    "hackerrank": "https://www.hackerrank.com/test/XXXXXXXXXX/login",
    "codility": "https://app.codility.com/test/XXXXXX-XXX/",
    "coderpad": "https://app.coderpad.io/XXXXXXXX",
    "classroom": "https://classroom.github.com/a/XXXXXXXX",
    "github": "https://github.com/TENANT/backend-exercise-XXXX",
    "gitlab": "https://gitlab.com/TENANT/hiring/task-XXXX",
    "onedrive": "https://TENANT.sharepoint.com/:b:/s/Recruiting/EXXXXXXXXXXXXXX",
    "firmshare": "https://firm.sharepoint.example/sites/HR/Shared/XXXXXXX",
    "gdrive": "https://drive.google.com/file/d/1XXXXXXXXXXXXXXXXXX/view?usp=sharing",
    "gform": "https://docs.google.com/forms/d/e/1FAIpQLSXXXXXXXXXXXXXX/viewform",
    "dropbox": "https://www.dropbox.com/scl/fi/XXXXXXXXXX/pack.zip?dl=0",
    "wetransfer": "https://we.tl/t-XXXXXXXXXX",
    "msform": "https://forms.office.com/e/XXXXXXXXXX",
    "docusign": "https://eu.docusign.net/Signing/EmailStart.aspx?a=XXXXXXXX-XXXX-XXXX",
    "adobesign": "https://eu1.documents.adobe.com/public/esign?tsid=XXXXXXXXXXXXX",
    "hireright": "https://ows01.hireright.com/applicant/XXXXXXXXXXXX",
    "sterling": "https://apply.sterlingcheck.app/XXXXXXXXXX",
    "easychair": "https://easychair.org/conferences/?conf=XXXXXX2025",
    "bitly": "https://bit.ly/3XXXXXX",
    "lnkd": "https://lnkd.in/eXXXXXXX",
    "tinyurl": "https://tinyurl.com/XXXXXXXX",
    "whatsapp": "https://wa.me/4479NNNNNNN",
    "linkedin": "https://www.linkedin.com/in/OWNER-XXXXXX",
    "recording": "https://www.youtube.com/watch?v=XXXXXXXXXXX",
    "survey": "https://www.surveymonkey.com/r/XXXXXXX",
    "sap": "https://career5.successfactors.eu/careers?company=TENANT",
    "icloud": "https://www.icloud.com/iclouddrive/0XXXXXXXXXX",
    "telegram": "https://t.me/OWNER_jobs",
    "kakao": "https://open.kakao.com/o/sXXXXXXX",
    "teamtailor": "https://FIRM.teamtailor.com/jobs/NNNNNNN",
    "ashby": "https://jobs.ashbyhq.com/FIRM/XXXXXXXX-XXXX",
    "recruitee": "https://FIRM.recruitee.com/o/offer-NNNN",
    "personio": "https://FIRM.jobs.personio.com/job/NNNNNNN",
    "workable": "https://apply.workable.com/FIRM/j/XXXXXXXXXX/",
    "usajobs": "https://www.usajobs.gov/job/8NNNNNNN",
}


def place(kind: str, scene: Scene, owner: str, domain: str) -> str:
    """A link of the kind, in the space of the sender's domain; raises KeyError if unknown."""
    tenant = domain.partition(".")[0]
    firm = scene.employer.tenant or scene.employer.domain.partition(".")[0]
    link = _PLACES[kind].replace("OWNER", plain(owner) or "team").replace("TENANT", tenant.lower())
    link = link.replace("FIRM", firm.lower())
    while "XX" in link or "NN" in link:
        link = link.replace("XX", scene.token(2), 1) if "XX" in link else link
        link = link.replace("NN", scene.digits(2), 1) if "NN" in link else link
    return link.replace("X", scene.token(1)).replace("N", scene.digits(1))


def tracked(kind: str, scene: Scene, link: str, domain: str) -> str:
    """The link behind a redirector, as bulk mailers and gateways write it."""
    if kind == "sendgrid":
        return f"https://u{scene.digits(8)}.ct.sendgrid.net/ls/click?upn=u001.{scene.token(70)}"
    if kind == "hubspot":
        return f"https://d{scene.token(6)}.eu1.hubspotlinks.com/Ctc/ZV+113/{scene.token(60)}"
    if kind == "mailchimp":
        return (
            f"https://{domain.partition('.')[0]}.us{scene.digits(1)}.list-manage.com/track/click"
            f"?u={scene.hexes(25)}&id={scene.hexes(10)}&e={scene.hexes(10)}"
        )
    if kind == "safelinks":
        target = quote(link, safe="")
        return (
            f"https://eur0{scene.rng.randrange(1, 6)}.safelinks.protection.outlook.com/"
            f"?url={target}"
            f"&data=05%7C02%7C{scene.hexes(40)}&reserved=0"
        )
    if kind == "own":
        return f"https://click.{domain}/r/{scene.token(40)}"
    return link
