"""Well-known employers by their true domains, and small invented ones under reserved names."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Employer:
    """`system` and `tenant` name the applicant-tracking system that the employer uses."""

    name: str
    domain: str
    languages: tuple[str, ...]
    system: str = ""
    tenant: str = ""


EMPLOYERS = (
    Employer("Boeing", "boeing.com", ("en",), "workday", "boeing"),
    Employer("Northrop Grumman", "ngc.com", ("en",), "workday", "ngc"),
    Employer("RTX", "rtx.com", ("en",), "workday", "globalhr"),
    Employer("Lockheed Martin", "lmco.com", ("en",)),
    Employer("L3Harris", "l3harris.com", ("en",), "successfactors", "l3harris"),
    Employer("BAE Systems", "baesystems.com", ("en", "ar")),
    Employer("Rolls-Royce", "rolls-royce.com", ("en", "de"), "successfactors", "rollsroyce"),
    Employer("Airbus", "airbus.com", ("en", "de", "fr", "es", "pl"), "workday", "ag"),
    Employer("Thales", "thalesgroup.com", ("en", "fr", "de", "es"), "workday", "thales"),
    Employer("Safran", "safrangroup.com", ("fr", "en", "pl")),
    Employer("Dassault Aviation", "dassault-aviation.com", ("fr",), "successfactors", "dassault"),
    Employer("Naval Group", "naval-group.com", ("fr", "en", "ar"), "successfactors", "navalgroup"),
    Employer("EDF", "edf.fr", ("fr",)),
    Employer("TotalEnergies", "totalenergies.com", ("fr", "en", "ar", "es")),
    Employer("Veolia", "veolia.com", ("fr", "es", "pl", "de"), "smartrecruiters", "Veolia"),
    Employer("SUEZ", "suez.com", ("fr", "es", "en"), "smartrecruiters", "SUEZ1"),
    Employer("Siemens Energy", "siemens-energy.com", ("de", "en", "es", "pl", "ar")),
    Employer("HENSOLDT", "hensoldt.net", ("de", "fr"), "successfactors", "hensoldt"),
    Employer("Rheinmetall", "rheinmetall.com", ("de", "en"), "successfactors", "rheinmetall"),
    Employer("MTU Aero Engines", "mtu.de", ("de", "pl"), "successfactors", "mtu"),
    Employer("RWE", "rwe.com", ("de", "en"), "successfactors", "rwe"),
    Employer("E.ON", "eon.com", ("de", "pl"), "successfactors", "eon"),
    Employer("Quantum Systems", "quantum-systems.com", ("de", "en"), "personio", "quantum-systems"),
    Employer("Helsing", "helsing.ai", ("en", "de"), "greenhouse", "helsing"),
    Employer("Anduril", "anduril.com", ("en",), "greenhouse", "andurilindustries"),
    Employer("Rocket Lab", "rocketlabusa.com", ("en",), "greenhouse", "rocketlab"),
    Employer("Planet Labs", "planet.com", ("en",), "greenhouse", "planetlabs"),
    Employer("Shield AI", "shield.ai", ("en",), "lever", "shieldai"),
    Employer("Octopus Energy", "octoenergy.com", ("en", "de", "es"), "lever", "octoenergy"),
    Employer("Commonwealth Fusion Systems", "cfs.energy", ("en",), "lever", "cfsenergy"),
    Employer("Leonardo", "leonardo.com", ("en", "pl")),
    Employer("Saab", "saabgroup.com", ("en", "de")),
    Employer("Shell", "shell.com", ("en", "ar", "pl"), "workday", "shell"),
    Employer("Equinor", "equinor.com", ("en",), "successfactors", "equinor"),
    Employer("Indra", "indracompany.com", ("es",), "successfactors", "indra"),
    Employer("Navantia", "navantia.es", ("es",), "successfactors", "navantia"),
    Employer("Iberdrola", "iberdrola.com", ("es",), "successfactors", "iberdrola"),
    Employer("Repsol", "repsol.com", ("es",), "workday", "repsol"),
    Employer("Rafael", "rafael.co.il", ("he",)),
    Employer("Israel Aerospace Industries", "iai.co.il", ("he",)),
    Employer("Elbit Systems", "elbitsystems.com", ("he", "en")),
    Employer("Mekorot", "mekorot.co.il", ("he",)),
    Employer("Israel Electric", "iec.co.il", ("he",), "successfactors", "iec"),
    Employer("Aramco", "aramco.com", ("ar", "en"), "successfactors", "aramco"),
    Employer("SABIC", "sabic.com", ("ar", "en"), "successfactors", "sabic"),
    Employer("EDGE Group", "edgegroup.ae", ("ar", "en"), "successfactors", "edge"),
    Employer("ADNOC", "adnoc.ae", ("ar", "en"), "icims", "adnoc"),
    Employer("QatarEnergy", "qatarenergy.qa", ("ar",), "successfactors", "qatarenergy"),
    Employer("ACWA Power", "acwapower.com", ("ar",), "successfactors", "acwapower"),
    Employer("Korea Aerospace Industries", "koreaaero.com", ("ko",)),
    Employer("한화에어로스페이스", "hanwha.com", ("ko",), "greeting", "hanwhaaerospace"),
    Employer("LIG넥스원", "lignex1.com", ("ko",), "greeting", "lignex1"),
    Employer("한국수력원자력", "khnp.co.kr", ("ko",)),
    Employer("K-water", "kwater.or.kr", ("ko",)),
    Employer("두산에너빌리티", "doosan.com", ("ko",), "successfactors", "doosan"),
    Employer("Orlen", "orlen.pl", ("pl",), "erecruiter", "orlen"),
    Employer("Tauron", "tauron.pl", ("pl",), "erecruiter", "tauron"),
    Employer("Polskie Sieci Elektroenergetyczne", "pse.pl", ("pl",), "erecruiter", "pse"),
    Employer("PZL Mielec", "pzlmielec.com", ("pl",)),
    Employer("CERN", "cern.ch", ("en", "fr", "es"), "smartrecruiters", "CERN"),
    Employer("European Space Agency", "esa.int", ("en", "fr", "de", "es"), "successfactors", "esa"),
    Employer("DLR", "dlr.de", ("de",), "successfactors", "dlr"),
    Employer("Fraunhofer", "fraunhofer.de", ("de",), "successfactors", "fraunhofer"),
)

_SMALL = (
    ("Heliogrid", "heliogrid.example"),
    ("Norwick Turbines", "norwick-turbines.example"),
    ("Aquaterne", "aquaterne.example"),
    ("Kestrel Avionics", "kestrel-avionics.example"),
    ("Lumentra Labs", "lumentra.example"),
    ("Vargo Hydro", "vargohydro.example"),
    ("Perihelix", "perihelix.example"),
    ("Tidewatt", "tidewatt.example"),
)


def employer(rng: Random, language: str, system: str = "", small: float = 0.0) -> Employer:
    """An employer that hires in `language` and, if asked, uses `system`; small ones by share."""
    known = [
        item
        for item in EMPLOYERS
        if language in item.languages and (not system or item.system == system)
    ]
    if not known or rng.random() < small:
        name, domain = _SMALL[rng.randrange(len(_SMALL))]
        return Employer(name, domain, (language,), system, domain.partition(".")[0])
    return known[rng.randrange(len(known))]
