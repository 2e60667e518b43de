"""Employers that lures claim to hire for, by the language in which they would write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Employer:
    """`name` as the message writes it, `domain` the true one, `stem` what look-alikes build on."""

    name: str
    domain: str
    stem: str


EMPLOYERS: Final[dict[str, tuple[Employer, ...]]] = {
    "en": (
        Employer("Boeing", "boeing.com", "boeing"),
        Employer("BAE Systems", "baesystems.com", "baesystems"),
        Employer("Lockheed Martin", "lockheedmartin.com", "lockheedmartin"),
        Employer("Northrop Grumman", "northropgrumman.com", "northropgrumman"),
        Employer("Rolls-Royce", "rolls-royce.com", "rollsroyce"),
        Employer("General Dynamics", "gd.com", "generaldynamics"),
        Employer("Raytheon", "rtx.com", "raytheon"),
        Employer("Airbus", "airbus.com", "airbus"),
        Employer("GE Vernova", "gevernova.com", "gevernova"),
        Employer("Thames Water", "thameswater.co.uk", "thameswater"),
        Employer("Saab", "saab.com", "saab"),
        Employer("National Grid", "nationalgrid.com", "nationalgrid"),
        Employer("L3Harris", "l3harris.com", "l3harris"),
        Employer("Leonardo", "leonardo.com", "leonardocompany"),
        Employer("Kongsberg", "kongsberg.com", "kongsberg"),
        Employer("QinetiQ", "qinetiq.com", "qinetiq"),
    ),
    "de": (
        Employer("Rheinmetall", "rheinmetall.com", "rheinmetall"),
        Employer("Hensoldt", "hensoldt.net", "hensoldt"),
        Employer("Siemens Energy", "siemens-energy.com", "siemensenergy"),
        Employer("MTU Aero Engines", "mtu.de", "mtuaeroengines"),
        Employer("Airbus", "airbus.com", "airbus"),
        Employer("Diehl Defence", "diehl.com", "diehl"),
        Employer("TenneT", "tennet.eu", "tennet"),
        Employer("OHB", "ohb.de", "ohb-system"),
    ),
    "fr": (
        Employer("Thales", "thalesgroup.com", "thalesgroup"),
        Employer("Safran", "safran-group.com", "safrangroup"),
        Employer("Dassault Aviation", "dassault-aviation.com", "dassaultaviation"),
        Employer("Naval Group", "naval-group.com", "navalgroup"),
        Employer("EDF", "edf.fr", "edf-energie"),
        Employer("Veolia", "veolia.com", "veolia"),
        Employer("MBDA", "mbda-systems.com", "mbdasystems"),
        Employer("Framatome", "framatome.com", "framatome"),
    ),
    "es": (
        Employer("Indra", "indracompany.com", "indracompany"),
        Employer("Navantia", "navantia.es", "navantia"),
        Employer("Iberdrola", "iberdrola.com", "iberdrola"),
        Employer("Airbus", "airbus.com", "airbus"),
        Employer("Repsol", "repsol.com", "repsol"),
        Employer("ITP Aero", "itpaero.com", "itpaero"),
        Employer("Redeia", "redeia.com", "redeia"),
    ),
    "he": (
        Employer("התעשייה האווירית", "iai.co.il", "iai-israel"),
        Employer("רפאל", "rafael.co.il", "rafael"),
        Employer("אלביט מערכות", "elbitsystems.com", "elbitsystems"),
        Employer("מקורות", "mekorot.co.il", "mekorot"),
        Employer("Lockheed Martin", "lockheedmartin.com", "lockheedmartin"),
        Employer("Boeing", "boeing.com", "boeing"),
    ),
    "ar": (
        Employer("أرامكو السعودية", "aramco.com", "aramco"),
        Employer("مجموعة إيدج", "edgegroup.ae", "edgegroup"),
        Employer("أكوا باور", "acwapower.com", "acwapower"),
        Employer("طاقة", "taqa.com", "taqa"),
        Employer("Airbus", "airbus.com", "airbus"),
        Employer("هيئة كهرباء ومياه دبي", "dewa.gov.ae", "dewa"),
    ),
    "ko": (
        Employer("한화에어로스페이스", "hanwha.com", "hanwha"),
        Employer("한국항공우주산업(KAI)", "koreaaero.com", "koreaaero"),
        Employer("LIG넥스원", "lignex1.com", "lignex1"),
        Employer("한국전력공사", "kepco.co.kr", "kepco"),
        Employer("보잉코리아(Boeing)", "boeing.com", "boeing"),
        Employer("현대로템", "hyundai-rotem.co.kr", "hyundairotem"),
    ),
    "pl": (
        Employer("Polska Grupa Zbrojeniowa", "pgzsa.pl", "pgzsa"),
        Employer("Orlen", "orlen.pl", "orlen"),
        Employer("WB Group", "wbgroup.pl", "wbgroup"),
        Employer("Polskie Sieci Elektroenergetyczne", "pse.pl", "pse-sieci"),
        Employer("PZL Mielec (Lockheed Martin)", "lockheedmartin.com", "lockheedmartin"),
        Employer("Leonardo", "leonardo.com", "leonardocompany"),
    ),
}

FREEMAIL: Final[dict[str, tuple[str, ...]]] = {
    "en": ("gmail.com", "outlook.com", "yahoo.com", "proton.me", "aol.com"),
    "de": ("gmail.com", "gmx.de", "web.de", "outlook.de", "t-online.de"),
    "fr": ("gmail.com", "orange.fr", "laposte.net", "outlook.fr"),
    "es": ("gmail.com", "hotmail.com", "yahoo.es", "outlook.es"),
    "he": ("gmail.com", "walla.co.il", "outlook.com"),
    "ar": ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com"),
    "ko": ("naver.com", "hanmail.net", "gmail.com", "daum.net"),
    "pl": ("gmail.com", "wp.pl", "o2.pl", "interia.pl", "onet.pl"),
}
