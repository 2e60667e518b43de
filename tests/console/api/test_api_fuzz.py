"""The API by its own document: whatever is sent, it answers as the document says, and never 5xx."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from console.firm import NOW
from console.serving import Served, fill, served
from vedette.console.access.roles import SCOPES
from vedette.console.openapi import document
from vedette.console.screens import table

if TYPE_CHECKING:
    import requests
    from schemathesis import Case

NAMES: Final = sorted(entry.name for entry in table() if entry.api)
THOROUGH: Final = os.environ.get("VEDETTE_THOROUGH", "") not in ("", "0")
EXAMPLES: Final = 300 if THOROUGH else 8
"""Of each operation, right ones and as many wrong ones."""
ADDRESS: Final = 65_000
"""Characters of an address beyond which the server refuses it before the console sees it."""


@dataclass(frozen=True)
class Api:
    """What is there, and how to ask."""

    served: Served
    session: requests.Session
    operations: dict[str, Any]
    known: dict[str, list[str]]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    import requests
    import schemathesis
    from schemathesis.core.result import Ok

    folder = tmp_path_factory.mktemp("halden")
    with served(folder) as made, requests.Session() as session:
        fill(made.firm, folder)
        who = made.firm.person("admin").who
        token = made.firm.access.tokens.make(who, "fuzz", sorted(SCOPES), NOW + 86_400_000_000)
        session.headers["authorization"] = f"Bearer {token.text}"
        written = session.get(f"{made.base}/api/openapi.json", timeout=30).json()
        assert written["servers"] == [{"url": made.base}]
        del written["security"]  # the session's; headers of its own would replace it
        schema = schemathesis.openapi.from_dict(written)
        operations = {}
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            operations[operation.definition.raw["operationId"]] = operation
        yield Api(made, session, operations, _known(made))


def _known(made: Served) -> dict[str, list[str]]:
    """Parameters of paths that name something that is there."""
    with made.client("admin") as client:

        def ids(path: str, key: str, name: str = "id") -> list[str]:
            return [str(each[name]) for each in client.get(f"/api/v1{path}").json()[key]][:3]

        return {
            "incident": ids("/incidents", "incidents"),
            "action": ids("/actions", "actions"),
            "finding": ids("/findings", "findings"),
            "rule": ids("/rules", "rules", "key"),
            "index": ["0", "1"],
            "key": ids("/search/events?q=powershell&since=any", "events", "key"),
        }


def test_the_document_is_the_table_s(api: Api) -> None:
    assert sorted(api.operations) == NAMES
    assert document(table(), api.served.base)["paths"].keys() == {
        operation.path for operation in api.operations.values()
    }


@pytest.mark.parametrize("name", NAMES)
def test_operation(api: Api, name: str) -> None:
    """Right and wrong requests; answers are of the statuses, types and shapes of the document."""
    _try(api, name, right=True)
    with suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked for
        _try(api, name, right=False)


def _try(api: Api, name: str, right: bool) -> None:
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        negative_data_rejection,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error, status_code_conformance, content_type_conformance,
        response_headers_conformance, response_schema_conformance, negative_data_rejection,
    ]  # fmt: skip

    turn, mode = 0, GenerationMode.POSITIVE if right else GenerationMode.NEGATIVE

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=not THOROUGH, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=api.operations[name].as_strategy(generation_mode=mode))
    def fuzz(case: Case[Any]) -> None:
        nonlocal turn
        turn += 1
        for parameter, known in api.known.items():
            if right and turn % 2 and known and parameter in (case.path_parameters or {}):
                case.path_parameters[parameter] = known[turn % len(known)]
        response = case.call(base_url=api.served.base, session=api.session, timeout=30)
        if len(str(response.request.url)) > ADDRESS:
            assert response.status_code < 500
        else:
            case.validate_response(response, checks=checks)

    fuzz()


def test_methods_that_are_not_in_the_document_are_refused(api: Api) -> None:
    for path, methods in document(table(), api.served.base)["paths"].items():
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            if method.lower() in methods:
                continue
            told = api.session.request(method, api.served.base + path, timeout=30)
            # some address may also be read as that of a thing that is not there
            kinds = (405,) if method not in ("GET", "POST") else (404, 405, 422)
            assert told.status_code in kinds, (method, path)
            assert (told.status_code == 405) is ("allow" in told.headers)
