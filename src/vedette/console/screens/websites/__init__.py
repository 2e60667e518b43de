"""Websites: what the shield would have refused, what to exclude, the state of each path."""

from __future__ import annotations

from typing import Final

from vedette.console.pages import address
from vedette.console.screens.websites.doing import (
    Applying,
    Looking,
    Outcome,
    Patching,
    Reverting,
    Setting,
    apply,
    look,
    patch,
    revert,
    set_mode,
)
from vedette.console.screens.websites.exclusions import (
    InForce,
    InForceQuery,
    Proposals,
    ProposalsQuery,
    read_in_force,
    read_proposals,
)
from vedette.console.screens.websites.reports import Making
from vedette.console.screens.websites.shadow import ReportQuery, ShadowReport, read_report
from vedette.console.screens.websites.sites import SitesQuery, Websites, read_sites
from vedette.console.table import Act, View


def _said(outcome: Outcome) -> str:
    return outcome.said


def _to_sites(outcome: Outcome) -> str:
    return address("/websites", shield=outcome.shield)


def _to_in_force(outcome: Outcome) -> str:
    return address("/websites/in-force", shield=outcome.shield)


VIEWS: Final[tuple[View, ...]] = (
    View("websites.list", "/websites", "viewer", "What holds at each path of the websites",
         SitesQuery, Websites, read_sites, template="websites.html", title="Websites"),
    View("websites.report", "/websites/report", "viewer",
         "What would have been refused, by path, parameter and rule", ReportQuery, ShadowReport,
         read_report, template="websites_report.html", title="Shadow report"),
    View("websites.proposals", "/websites/proposals", "viewer",
         "Exclusions that are proposed, and their price", ProposalsQuery, Proposals,
         read_proposals, template="websites_proposals.html", title="Proposed exclusions"),
    View("websites.in_force", "/websites/in-force", "viewer",
         "Exclusions and virtual patches in force", InForceQuery, InForce, read_in_force,
         template="websites_in_force.html", title="Exclusions in force"),
)  # fmt: skip
ACTS: Final[tuple[Act, ...]] = (
    Act("websites.look", "/websites/look", "viewer", "Begin to make the shadow report anew",
        Looking, Making, look, "read", then=lambda told: "/websites/report",
        said=lambda told: "The report is being made."),
    Act("websites.apply", "/websites/apply", "responder", "Put proposed exclusions in force",
        Applying, Outcome, apply, "write:actions", then=_to_in_force, said=_said),
    Act("websites.revert", "/websites/revert", "responder",
        "Take exclusions and virtual patches back", Reverting, Outcome, revert, "write:actions",
        then=_to_in_force, said=_said),
    Act("websites.mode", "/websites/mode", "responder",
        "Refuse at a path and below, or go back to the shadow", Setting, Outcome, set_mode,
        "write:actions", then=_to_sites, said=_said),
    Act("websites.patch", "/websites/patch", "responder", "Add a virtual patch", Patching,
        Outcome, patch, "write:actions", then=_to_in_force, said=_said),
)  # fmt: skip
