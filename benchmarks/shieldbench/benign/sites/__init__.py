"""The websites, each with its wording."""

from __future__ import annotations

from benchmarks.shieldbench.benign.site import Site
from benchmarks.shieldbench.benign.sites import (
    cms,
    company,
    dashboards,
    dav,
    forum,
    graphql,
    helpdesk,
    jobs,
    login,
    magazine,
    meeting,
    payments,
    portal,
    rest,
    sharing,
    shop,
    spa,
    supplier,
    tracker,
    webmail,
    wiki,
)
from benchmarks.shieldbench.benign.traffic import site

_PLANS = tuple(
    module.PLAN
    for module in (
        company, jobs, shop, webmail, forum, wiki, cms, tracker, rest, graphql, spa, sharing,
        portal, supplier, login, magazine, dav, payments, meeting, dashboards, helpdesk,
    )
)  # fmt: skip


def sites() -> list[Site]:
    """All sites, always in the same order; a site's traffic does not depend on the others."""
    return [site(plan) for plan in _PLANS]
