"""The one table of routes. A page, its form and the API's operation are one entry each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from vedette.console.access.roles import Role, Scope

if TYPE_CHECKING:
    from vedette.console.seat import Seat

API: Final = "/api/v1"
SMALL_BODY: Final = 64 << 10
"""Bytes that a form or a JSON body may have unless the entry says more."""


class Nothing(msgspec.Struct, frozen=True):
    """No parameters."""


class Done(msgspec.Struct, frozen=True):
    """The answer of an act: words for the person, and the page to show next."""

    said: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Something to look at. Nothing changes by it.

    `path` is that of the page, with parameters in braces (`/incidents/{incident}`); the API has it
    below `API`. `query` is a Struct: its fields are the parameters of path and query string, those
    without a default must be given; a tuple is given several times. `read` runs in a thread; its
    answer (a Struct of type `answer`) is the JSON of the API and `it` in the template. Without
    `template` there is no page, without `api` no operation. `produce` is for answers that are
    neither (a file): it gives (body, media type, file name or "").
    """

    name: str
    path: str
    role: Role
    summary: str
    query: type[Any]
    answer: Any
    read: Callable[[Seat, Any], Any]
    template: str | None = None
    api: bool = True
    scope: Scope = "read"
    title: str = ""
    produce: Callable[[Any], tuple[bytes, str, str]] | None = None
    slow: bool = False
    """Whether it may take long: then `Seat.gone` tells when the browser has left."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something to have done: POST, from a form with the session's token, or from the API.

    `body` is a Struct of the fields of the form or JSON body together with those of the path.
    `do` runs in a thread. Its answer is a Struct; a form is led to `then(answer)`, or to where it
    says itself (`next`), and the person is told `said(answer)`.
    """

    name: str
    path: str
    role: Role
    summary: str
    body: type[Any]
    answer: Any
    do: Callable[[Seat, Any], Any]
    scope: Scope
    then: Callable[[Any], str] | None = None
    said: Callable[[Any], str] | None = None
    api: bool = True
    page: bool = True
    limit: int = SMALL_BODY
    template: str | None = None
    """Where set, a form is answered by this page (`it` is the answer) in place of a redirection:
    for what changes nothing and only takes more than an address holds."""
    shown: Callable[[Any, Any], Any] | None = None
    """Makes `it` of body and answer where the page shows more than the answer."""
    slow: bool = False
    """Whether it may take long: then it keeps no page waiting."""


@dataclass(frozen=True, slots=True)
class Table:
    """All routes, each path and name once."""

    views: Sequence[View]
    acts: Sequence[Act]
    _names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = [entry.name for entry in self]
        twice = {name for name in names if names.count(name) > 1}
        paths = [
            f"{type(entry).__name__} {entry.path} ({face})"
            for entry in self
            for face, on in (("page", _is_page(entry)), ("API", entry.api))
            if on
        ]
        twice |= {path for path in paths if paths.count(path) > 1}
        if twice:
            raise ValueError(f"routes that are there twice: {', '.join(sorted(twice))}")
        object.__setattr__(self, "_names", frozenset(names))

    def __iter__(self) -> Iterator[View | Act]:
        yield from self.views
        yield from self.acts


def _is_page(entry: View | Act) -> bool:
    if isinstance(entry, Act):
        return entry.page
    return entry.template is not None or entry.produce is not None
