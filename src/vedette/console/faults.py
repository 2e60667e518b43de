"""What can go wrong with a request, as people and programs are told."""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.console.access.errors import KeyPendingError, NotFoundError
from vedette.incident.reading import UnknownIncidentError
from vedette.model.errors import (
    BusyError,
    ConfigError,
    RefusedError,
    UnreadableError,
    VedetteError,
)


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457. `errors` names each fault of what was sent, where there are several."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: tuple[str, ...] = ()


class RequestError(VedetteError):
    """A request that is not done. `kind` is one of `KINDS`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


KINDS: Final[dict[str, tuple[int, str]]] = {
    "malformed": (400, "The request is not understood"),
    "sign-in": (401, "Sign in first"),
    "forbidden": (403, "This is not for you to do"),
    "cross-site": (403, "The request comes from another site or from an old page"),
    "unknown": (404, "There is no such thing here"),
    "method": (405, "This can't be done here"),
    "conflict": (409, "It was not done"),
    "too-large": (413, "Too much at once"),
    "wrong-host": (421, "This is not the address of this console"),
    "invalid": (422, "Something in it can't be right"),
    "too-many": (429, "Too many attempts"),
    "fault": (500, "A fault in Vedette"),
    "unavailable": (503, "This can't be read now"),
}


def problem_of(error: BaseException) -> Problem:
    """What a client is told of an error. What is no error of ours tells nothing but that."""
    match error:
        case RequestError():
            return problem(error.kind, error.detail)
        case UnknownIncidentError() | NotFoundError():
            return problem("unknown", str(error))
        case ConfigError():
            return problem("invalid", "", tuple(error.faults))
        case BusyError() | UnreadableError():
            return problem("unavailable", str(error))
        case RefusedError() | KeyPendingError():
            return problem("conflict", str(error))
        case VedetteError():
            return problem("invalid", str(error))
    return problem("fault", "It is in Vedette's log; please report it.")


def problem(kind: str, detail: str = "", errors: tuple[str, ...] = ()) -> Problem:
    """A problem of one of the `KINDS`."""
    status, title = KINDS[kind]
    return Problem(f"urn:vedette:problem:{kind}", title, status, detail, errors)
