"""ModSecurity's own library, asked what it makes of a request.

The PyPI wheel `libmodsecurity` answers through rules that log each variable in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

Header = tuple[str, str]
Values = dict[str, list[bytes]]

_PROCESSORS = """
SecRuleEngine On
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "@contains json" \
    "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "@contains xml" \
    "id:2,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
"""


class Oracle:
    """Asks for the given variables; each answer is the list of a variable's values."""

    def __init__(self, variables: Sequence[str], settings: str = "") -> None:
        library = pytest.importorskip("libmodsecurity")
        lines = [settings, _PROCESSORS]
        for number, name in enumerate(variables, 100):
            lines.append(
                f'SecRule {name} "@unconditionalMatch" "id:{number},phase:2,pass,nolog,t:none,'
                f"t:hexEncode,setvar:'tx.v{number}=%{{tx.v{number}}}|%{{MATCHED_VAR}}'\""
            )
            lines.append(
                f'SecRule &{name} "@ge 0" "id:{number + 1000},phase:2,pass,log,'
                f"msg:'{name}',logdata:'%{{tx.v{number}}}'\""
            )
        self._engine: Any = library.ModSecurity()
        self._engine.set_log_callback(lambda *_: None)
        self._rules: Any = library.RulesSet()
        self._rules.load("\n".join(lines))
        assert not self._rules.get_parser_error()

    def ask(
        self,
        target: str = "/",
        method: str = "POST",
        headers: Sequence[Header] = (),
        body: bytes = b"",
    ) -> Values:
        """The values of each variable, in ModSecurity's order."""
        with self._engine.transaction(self._rules) as transaction:
            transaction.process_connection("127.0.0.1", 1, "127.0.0.1", 80)
            transaction.process_uri(target, method, "1.1")
            for name, value in headers:
                transaction.add_request_header(name, value)
            transaction.process_request_headers()
            if body:
                transaction.append_request_body(body)
            transaction.process_request_body()
            return {
                message.message: [bytes.fromhex(text) for text in message.data.split("|")[1:]]
                for message in transaction.get_rule_messages()
            }


@cache
def oracle(*variables: str, settings: str = "") -> Oracle:
    """The oracle for these variables; made once."""
    return Oracle(variables, settings)


def pairs(values: Values, name: str) -> list[tuple[bytes, bytes]]:
    """The entries of a collection with their keys, sorted: ModSecurity keeps no order."""
    return sorted(zip(values[f"{name}_NAMES"], values[name], strict=True))
