"""What the incident screens are made of: sentences, marked evidence, pictures, Markdown."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.screens.incident_firm import HOSTILE, attack, finding
from vedette.console.cursor import cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.screens.incidents.graph import MOST_NODES, STEP, graph_of
from vedette.console.screens.incidents.report import escaped
from vedette.console.screens.incidents.scale import WIDTH, Scale
from vedette.console.screens.incidents.seen import MOST, SHORT, seen_of
from vedette.incident.knots import Knot, Summary
from vedette.incident.sentence import sentence, span_words
from vedette.incident.stages import load_tactics
from vedette.model.finding import Evidence, Finding
from vedette.model.instant import SECOND
from vedette.model.visible import visible

TACTICS = load_tactics()


def summary_of(*findings: Finding) -> Summary:
    knot = Knot()
    for each in findings:
        knot.add(each)
    return knot.summary()


def told(*findings: Finding) -> str:
    summary = summary_of(*findings)
    return sentence(summary, TACTICS.stages(summary.lines))


def test_a_sentence_says_no_more_than_the_findings() -> None:
    assert told(finding(1, 0, "Encoded PowerShell", ("host", "ws-1"), techniques=("T1059",))) == (
        "“Encoded PowerShell” on host ws-1."
    )
    again = [finding(n, n * SECOND, "Encoded PowerShell", ("host", "ws-1")) for n in range(3)]
    assert told(*again) == "“Encoded PowerShell” on host ws-1, 3 findings within 2 seconds."
    nameless = [finding(1, 60 * SECOND, "One"), finding(2, 0, "Two")]
    assert told(*nameless) == (
        "Began with “One”; 1 other rule saw something: 2 findings within 1 minute."
    )
    assert told(*attack()) == (
        "Began with “A message that looks like a recruiter's lure” in mailbox "
        "ingrid@halden.example; other findings point to running code, staying, taking passwords, "
        "spreading and 1 more stage, naming 2 hosts and 2 accounts: 8 findings within 9 days."
    )
    assert len(told(finding(1, 0, HOSTILE * 20, ("host", HOSTILE * 20)))) < 300
    assert told(finding(1, 0, HOSTILE, ("host", HOSTILE))).isprintable()


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [(0, "a second"), (SECOND, "1 second"), (90 * SECOND, "2 minutes"), (3600 * SECOND, "1 hour"),
     (48 * 3600 * SECOND, "2 days")],
)  # fmt: skip
def test_spans_in_words(microseconds: int, words: str) -> None:
    assert span_words(microseconds) == words


@given(
    st.text(max_size=1_200),
    st.lists(st.tuples(st.integers(0, 1_200), st.integers(0, 1_200)), max_size=6),
)
def test_all_of_a_value_is_shown_and_marked_where_it_matched(
    value: str, spans: list[tuple[int, int]]
) -> None:
    evidence = [Evidence("f", value, min(span), max(span)) for span in spans] or [
        Evidence("f", value, 0, 0)
    ]
    (seen,) = seen_of(evidence)
    assert "".join(piece.text for piece in seen.pieces) == "".join(map(visible, value))
    marked = "".join(piece.text for piece in seen.pieces if piece.marked)
    wanted = {n for start, end in map(sorted, spans) for n in range(start, min(end, len(value)))}
    assert marked == "".join(visible(value[n]) for n in sorted(wanted))
    short = "".join(piece.text for piece in seen.short)
    assert len(short) <= 6 * (3 * (SHORT * 2 + 20))
    assert visible(short) == short


def test_of_a_value_without_end_the_beginning_is_kept() -> None:
    (seen,) = seen_of([Evidence("f", "x" * (MOST + 1), 5, 9, "a"),
                       Evidence("f", "x" * (MOST + 1), 8, 12, "b")])  # fmt: skip
    assert (len(seen.value), seen.whole, seen.spans) == (MOST, False, ((5, 12),))
    assert seen.selections == ("a", "b")


@given(st.lists(st.integers(-(1 << 60), 1 << 60), min_size=1, max_size=60))
def test_moments_keep_their_order_on_the_line(moments: list[int]) -> None:
    scale = Scale(moments)
    places = [scale.place(moment) for moment in sorted(moments)]
    assert places == sorted(places)
    assert places[0] == 0
    assert all(0 <= place <= WIDTH + 1e-6 for place in places)


def test_the_graph_is_the_same_each_time_and_nothing_overlaps() -> None:
    findings = attack()
    graph = graph_of(findings, len(findings), 40)
    assert graph == graph_of(findings, len(findings), 40)
    places = {(node.x, node.y) for node in graph.nodes}
    assert len(places) == len(graph.nodes)
    rows: dict[int, list[int]] = {}
    for x, y in sorted(places):
        rows.setdefault(x, []).append(y)
    assert all(b - a >= STEP for ys in rows.values() for a, b in pairwise(ys))
    assert all(edge.one != edge.other for edge in graph.edges)
    names = {(node.kind, node.value): node for node in graph.nodes}
    assert names["mailbox", "ingrid@halden.example"].begins
    hub = graph.nodes.index(names["host", "ws-014.halden.example"])
    assert sum(hub in (edge.one, edge.other) for edge in graph.edges) >= 6


def test_of_too_many_names_those_of_most_findings_are_drawn() -> None:
    findings = [
        finding(number, 0, "Many", ("host", "hub"),
                *(("address", f"a{number}-{n}") for n in range(9)))
        for number in range(250)
    ]  # fmt: skip
    graph = graph_of(findings, 10_000, 5_000)
    assert (len(graph.nodes), graph.left_out) == (MOST_NODES, 251 * 9 - 8 - MOST_NODES)
    assert "hub" in {node.value for node in graph.nodes}
    assert (graph.looked, graph.findings) == (250, 10_000)
    assert graph_of([], 0, 40).nodes == ()


def test_markdown_of_attackers_is_no_markup() -> None:
    text = escaped("[x](javascript:1) `c` **b** <b> ![i](http://e.example/) www.e.example\n# h")
    assert text == (
        "\\[x\\](javascript:1) \\`c\\` \\*\\*b\\*\\* \\<b\\> \\!\\[i\\](http\\://e.example/) "
        "www\\.e.example \\# h"
    )


@given(st.integers(-(1 << 62), 1 << 62), st.text(max_size=50))
def test_cursors_come_back(number: int, text: str) -> None:
    assert key_of(cursor_of(number, text), tuple[int, str]) == (number, text)


@given(st.text(max_size=80))
def test_what_is_no_cursor_is_refused_or_read(text: str) -> None:
    try:
        key = key_of(text, tuple[int, str])
    except RequestError as error:
        assert error.kind == "malformed"
    else:
        assert msgspec.convert(key, tuple[int, str]) == key
