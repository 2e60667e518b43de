"""What libmodsecurity says of a value: the operators' oracle (PyPI wheel `libmodsecurity`)."""

from __future__ import annotations

from typing import Any

_HEAD = "SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 1000000\n"
_TAKE = "".join(
    f'SecRule TX:{n} "@unconditionalMatch" "id:{100 + n},phase:2,pass,log,t:none,t:hexEncode,'
    f"logdata:'%{{MATCHED_VAR}}'\"\n"
    for n in range(10)
)


class Oracle:
    """One operator as libmodsecurity runs it on REQUEST_BODY, whose bytes are taken as they are."""

    def __init__(self, operator: str, actions: str = "", targets: str = "REQUEST_BODY") -> None:
        import libmodsecurity as library

        self._library = library
        self._engine: Any = library.ModSecurity()
        self._rules: Any = library.RulesSet()
        more = f",{actions}" if actions else ""
        text = (
            f'{_HEAD}SecRule {targets} "{operator}" "id:1,phase:2,pass,nolog,capture,t:none{more},'
            f'setvar:tx.vedette_hit=1"\n{_TAKE}'
            'SecRule TX:vedette_hit "@eq 1" "id:2,phase:2,pass,log,t:none,msg:\'hit\'"\n'
        )
        if self._rules.load(text) < 0:
            raise ValueError(self._rules.get_parser_error())

    def judge(self, value: bytes) -> dict[int, bytes] | None:
        """What stands in TX:0 to TX:9 where the operator holds, None where it does not."""
        heard: list[Any] = []
        self._engine.set_rule_message_callback(heard.append)
        try:
            self._run(value)
        finally:
            self._engine.set_rule_message_callback(None)
        found: dict[int, bytes] = {}
        hit = False
        for message in heard:
            if message.rule_id == 2:
                hit = True
            elif message.rule_id >= 100:
                found[message.rule_id - 100] = bytes.fromhex(message.data)
        return found if hit else None

    def _run(self, value: bytes) -> None:
        transaction: Any = self._library.Transaction(self._engine, self._rules, "x")
        transaction.process_connection("127.0.0.1", 1, "127.0.0.1", 80)
        transaction.process_uri("/", "POST", "1.1")
        transaction.add_request_header("Host", "a")
        transaction.add_request_header("Content-Type", "text/plain")
        transaction.add_request_header("Content-Length", str(len(value)))
        transaction.process_request_headers()
        transaction.append_request_body(value)
        transaction.process_request_body()
        transaction.process_logging()
