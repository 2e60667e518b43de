"""Incidents: the queue, and one incident as a story."""

from __future__ import annotations

from typing import Final

from vedette.console.screens.incidents import doing, report
from vedette.console.screens.incidents.events import Events, read_events
from vedette.console.screens.incidents.members import (
    FindingQuery,
    Members,
    MembersQuery,
    Shown,
    read_finding,
    read_members,
)
from vedette.console.screens.incidents.queue import Queue, QueueQuery, read_queue
from vedette.console.screens.incidents.report import Report, ReportQuery, read_report
from vedette.console.screens.incidents.story import Story, StoryQuery, read_story
from vedette.console.screens.incidents.why import Why, WhyQuery, read_why
from vedette.console.table import Act, Done, View

_ONE: Final = "/incidents/{incident}"


def _said(done: Done | doing.BatchDone) -> str:
    return done.said


def _next(done: Done | doing.BatchDone) -> str:
    return done.next or "/incidents"


VIEWS: Final[tuple[View, ...]] = (
    View(
        "incidents", "/incidents", "viewer", "Incidents, the most urgent first",
        QueueQuery, Queue, read_queue, template="incidents.html", title="Incidents",
    ),
    View(
        "incidents.one", _ONE, "viewer", "One incident as a story",
        StoryQuery, Story, read_story, template="incident.html", title="Incident",
    ),
    View(
        "incidents.findings", _ONE + "/findings", "viewer", "The findings of an incident",
        MembersQuery, Members, read_members,
        template="incident_findings.html", title="Findings of an incident",
    ),
    View(
        "incidents.why", _ONE + "/why", "viewer", "Why its findings belong together",
        WhyQuery, Why, read_why, template="incident_why.html", title="Why one incident",
    ),
    View(
        "incidents.report", _ONE + "/report", "viewer", "An incident as a report",
        ReportQuery, Report, read_report,
        template="incident_report.html", title="Incident report",
    ),
    View(
        "incidents.export.markdown", _ONE + "/export.md", "viewer", "A report as Markdown",
        ReportQuery, Report, read_report, api=False, produce=report.as_markdown,
    ),
    View(
        "incidents.export.json", _ONE + "/export.json", "viewer", "A report as JSON",
        ReportQuery, Report, read_report, api=False, produce=report.as_json,
    ),
    View(
        "incidents.finding", "/findings/{finding}", "viewer", "One finding",
        FindingQuery, Shown, read_finding,
        template="incident_finding.html", title="Finding",
    ),
    View(
        "incidents.events", "/findings/{finding}/events", "viewer",
        "The stored events behind a finding",
        FindingQuery, Events, read_events,
        template="incident_events.html", title="Events of a finding",
    ),
)  # fmt: skip

ACTS: Final[tuple[Act, ...]] = (
    Act(
        "incidents.act", "/incidents", "analyst", "Close, judge, note or merge several incidents",
        doing.Batch, doing.BatchDone, doing.act_on_many, "write:incidents",
        then=_next, said=_said,
    ),
    Act(
        "incidents.close", _ONE + "/close", "analyst", "Close an incident",
        doing.Turned, Done, doing.close, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "incidents.reopen", _ONE + "/reopen", "analyst", "Open a closed incident",
        doing.Turned, Done, doing.reopen, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "incidents.note", _ONE + "/notes", "analyst", "Write a note about an incident",
        doing.Noted, Done, doing.note, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "incidents.judge", _ONE + "/verdict", "analyst", "Say what an incident was",
        doing.Judged, Done, doing.judge, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "incidents.merge", _ONE + "/merge", "analyst", "Make one of two incidents",
        doing.Merged, Done, doing.merge, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "incidents.move-out", _ONE + "/move-out", "analyst", "Take findings out of an incident",
        doing.Moved, Done, doing.move_out, "write:incidents", then=_next, said=_said,
    ),
    Act(
        "incidents.send", _ONE + "/findings", "analyst", "Put findings into an incident",
        doing.Sent, Done, doing.send_to, "write:incidents", then=_next, said=_said,
    ),
)  # fmt: skip
