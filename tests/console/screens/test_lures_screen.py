"""Lures, and looking behind what is sealed: only with a right, a reason and a record."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import orjson
import pytest

from console.firm import NOW, Firm, firm
from lure.checks import by_words, read
from store.stored import write
from vedette.console.table import API
from vedette.engine.lures import KEY
from vedette.lure.detector import LureDetector
from vedette.lure.live.feed import FORMAT, LOGSOURCE
from vedette.lure.message import Address
from vedette.lure.privacy import Privacy, load_key
from vedette.lure.record import alarm_record, record_of
from vedette.model.batch import Batch, DictRows

ANN = Address("Ann", "ann.secret@firm.example")


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with firm(tmp_path_factory.mktemp("halden")) as made:
        made.person("admin")
        privacy = Privacy(load_key(made.config.data_dir / KEY))
        records = []
        for number, word in enumerate(("LURE", "ODD", "x")):
            raw = f"{word} {number}".encode()
            message = read(raw, "mx:1", Address("", "jane@jobs.example"), (ANN,))
            whole = msgspec.structs.replace(message, subject="<b>offer</b>")
            examined = by_words(whole)
            records.append(
                record_of(examined, privacy, arrival=NOW, way="mail", action="quarantine")
            )
        records.append(alarm_record("nobody was there", arrival=NOW, fix="look"))
        rows = DictRows(
            records, [orjson.dumps(record) for record in records], [f"mx:{n}" for n in range(4)]
        )
        batch = Batch("lure:mx", FORMAT, rows, LOGSOURCE, NOW, positional=False)
        write(made.config.store_path, made.state, batch)
        made.found(LureDetector().inspect(batch).findings)
        yield made


def lines(halden: Firm, query: str = "") -> list[dict[str, object]]:
    told = halden.browser("viewer").get(f"{API}/lures{query}").json()
    found: list[dict[str, object]] = told["lines"]
    return found


def test_what_was_held_against_is_listed_and_what_passed_is_not(halden: Firm) -> None:
    assert sorted(str(each["verdict"]) for each in lines(halden)) == [
        "lure", "suspicious", "unexamined"
    ]  # fmt: skip
    assert [each["verdict"] for each in lines(halden, "?verdict=lure")] == ["lure"]
    page = halden.browser("viewer").get("/lures").text
    assert "ann.secret" not in page
    assert "No mail is examined" in page


def test_the_list_pages(halden: Firm) -> None:
    seen, cursor = [], ""
    for _ in range(5):
        told = halden.browser("viewer").get(f"{API}/lures?limit=1&cursor={cursor}").json()
        seen += [each["id"] for each in told["lines"]]
        cursor = told["next"]
        if not cursor:
            break
    assert seen == [each["id"] for each in lines(halden)]


def test_one_message_says_why_and_not_who(halden: Firm) -> None:
    (one,) = lines(halden, "?verdict=lure")
    page = halden.browser("viewer").get(f"/lures/{one['id']}").text
    assert "what each sign adds" in page
    assert "held" in page
    assert "ann.secret" not in page
    assert "An analyst may look" in page
    assert halden.browser("viewer").get("/lures/ffff").status_code == 404


def test_looking_takes_a_right_a_reason_and_leaves_a_record(halden: Firm) -> None:
    (one,) = lines(halden, "?verdict=lure")
    path = f"/lures/{one['id']}/unmask"
    assert halden.browser("viewer").post(path, {"reason": "to warn her"}).status_code == 403
    analyst = halden.browser("analyst")
    assert analyst.post(path, {"reason": " "}).status_code == 422

    def recorded() -> list[dict[str, object]]:
        told = analyst.get(f"{API}/ledger?kind=unmasked").json()
        return list(told["entries"])

    assert recorded() == []
    page = analyst.post(path, {"reason": "to warn her"})
    assert page.status_code == 200
    assert "ann.secret@firm.example" in page.text
    assert "&lt;b&gt;offer&lt;/b&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    (entry,) = recorded()
    assert (entry["who"], entry["what"]) == (
        "analyst", {"finding": one["id"], "why": "to warn her"}
    )  # fmt: skip
    assert "ann.secret" not in analyst.get(f"/lures/{one['id']}").text
