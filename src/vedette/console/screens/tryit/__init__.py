"""Try it: what Vedette would say of a message, a request, a log line. Nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from vedette.console.screens.tryit.examples import LINE, MESSAGE, REQUEST
from vedette.console.screens.tryit.line import MOST_TEXT as MOST_LINE
from vedette.console.screens.tryit.line import LineBody, LineTried, try_line
from vedette.console.screens.tryit.message import MOST, MessageBody, MessageTried, try_message
from vedette.console.screens.tryit.request import MOST_TEXT as MOST_REQUEST
from vedette.console.screens.tryit.request import RequestBody, RequestTried, try_request
from vedette.console.table import Act, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from vedette.console.seat import Seat

Tab = Literal["message", "request", "line"]
_EXAMPLES: Final[dict[Tab, str]] = {"message": MESSAGE, "request": REQUEST, "line": LINE}


class TryQuery(msgspec.Struct, frozen=True):
    """Which kind of thing to try; `example` puts one into the form."""

    kind: Tab = "message"
    example: bool = False


class Try(msgspec.Struct, frozen=True):
    """The form, and the answer where something was tried."""

    kind: Tab
    text: str = ""
    message: MessageTried | None = None
    request: RequestTried | None = None
    line: LineTried | None = None


def read_try(seat: Seat, query: TryQuery) -> Try:
    return Try(query.kind, _EXAMPLES[query.kind] if query.example else "")


def _page(kind: Tab) -> Callable[[Any, Any], Try]:
    """The form again, with what was tried and the answer."""

    def tried(body: Any, answer: Any) -> Try:
        return msgspec.structs.replace(Try(kind, body.text), **{kind: answer})

    return tried


VIEWS: Final[tuple[View, ...]] = (
    View("tryit", "/try", "viewer", "What Vedette would say of something", TryQuery, Try,
         read_try, template="try.html", api=False, title="Try it"),
)  # fmt: skip
# A token that only reads may try: nothing changes by it.
ACTS: Final[tuple[Act, ...]] = (
    Act("tryit.message", "/try/message", "viewer", "What the examination says of a message",
        MessageBody, MessageTried, try_message, "read", limit=MOST * 4 // 3 + 65_536,
        template="try.html", shown=_page("message"), slow=True),
    Act("tryit.request", "/try/request", "viewer", "What the website's shield says of a request",
        RequestBody, RequestTried, try_request, "read", limit=2 * MOST_REQUEST + 65_536,
        template="try.html", shown=_page("request"), slow=True),
    Act("tryit.line", "/try/line", "viewer", "How a log line is read, mapped and judged",
        LineBody, LineTried, try_line, "read", limit=2 * MOST_LINE + 65_536,
        template="try.html", shown=_page("line"), slow=True),
)  # fmt: skip
