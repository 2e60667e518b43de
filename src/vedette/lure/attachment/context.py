"""What an inspector is given besides the bytes: where the file lies, and where to say what it saw.

An inspector is a function `inspect(data: bytes, context: Context) -> None`. It says everything
through its context, raises LimitReached or Unreadable and nothing else, and checks
`context.budget.time()` in every loop whose length the file decides.

What follows from a file's kind, name and place alone is said by the inspection itself
(program_attached, program_in_container, script_in_container, nested_container, file_magic_mismatch
and the other signs of names, the signs of files that lie side by side, not_inspected): inspectors
say what only the content shows.
"""

from __future__ import annotations

from collections.abc import Callable

from vedette.lure.attachment.limits import Budget, LimitReached, Unreadable
from vedette.lure.attachment.names import claims
from vedette.lure.attachment.report import Member, Report
from vedette.lure.sign import Sign, SignEvidence

__all__ = ["Context", "Findings", "LimitReached", "Unreadable"]

EXCERPT = 200
"""Characters of evidence kept in a sign."""
URL = 4096
"""Characters kept of a link."""
NAME = 1024
"""Characters kept of a file's name."""


def clean(text: str) -> str:
    """The text with lone surrogates escaped: as names in odd encodings have them, and no report
    can carry them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class Findings:
    """What was found about one attachment so far: the report in the making."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.files: list[Context] = []
        self.signs: list[Sign] = []
        self.texts: list[tuple[str, str]] = []
        self.urls: dict[tuple[str, str], None] = {}
        self.unseen: dict[str, None] = {}
        self._named: set[str] = set()
        self._seen: set[tuple[str, SignEvidence]] = set()
        self._characters = budget.limits.texts

    def sign(self, name: str, evidence: SignEvidence, detail: dict[str, str]) -> None:
        """Keep a sign unless the very same was said already; count those past the limit."""
        if (name, evidence) in self._seen:
            return
        if len(self.signs) >= self.budget.limits.signs and name in self._named:
            self.unseen["further signs of the same kinds were left out"] = None
            return
        self._named.add(name)
        self._seen.add((name, evidence))
        self.signs.append(Sign(name, (evidence,), tuple(sorted(detail.items()))))

    def text(self, path: str, text: str) -> None:
        """Keep the beginning of a text as far as the limits allow."""
        kept = text[: min(self.budget.limits.text, self._characters)]
        if len(kept) < len(text):
            self.unseen[f"{path}: only the first {len(kept)} characters of text were kept"] = None
        if kept:
            self._characters -= len(kept)
            self.texts.append((path, clean(kept)))

    def url(self, path: str, url: str) -> None:
        """Keep a link once."""
        url = clean(url[:URL])
        if len(self.urls) < self.budget.limits.urls:
            self.urls[path, url] = None
        elif (path, url) not in self.urls:
            self.unseen[f"over {self.budget.limits.urls} links; the rest were left out"] = None

    def report(self) -> Report:
        """All of it, as it leaves the process."""
        unseen = tuple(self.unseen)
        return Report(
            members=tuple(context.record() for context in self.files),
            signs=tuple(self.signs),
            texts=tuple(self.texts),
            urls=tuple(self.urls),
            complete=not unseen,
            unseen=unseen,
        )


class Context:
    """One file under inspection: the attachment or something inside it.

    `path` is the file's place in the attachment (see `Member.path`), `name` its own name, `kind`
    what its bytes are (an inspector may refine it: "ole" to "doc"), `words` the passwords to try.
    """

    __slots__ = (
        "_inspect",
        "budget",
        "depth",
        "encrypted",
        "facts",
        "findings",
        "kind",
        "name",
        "notes",
        "parent",
        "path",
        "sha256",
        "size",
        "words",
    )

    def __init__(
        self,
        findings: Findings,
        name: str,
        *,
        size: int,
        parent: Context | None = None,
        words: tuple[str, ...] = (),
        inspect: Callable[[Context, bytes], None],
    ) -> None:
        self.findings = findings
        self.budget = findings.budget
        self.name = name = clean(name[:NAME])
        self.parent = parent
        self.path: str = f"{parent.path}/{name}" if parent is not None else name
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.words = words
        self.kind = "unknown"
        self.size = size
        self.sha256 = ""
        self.encrypted = ""
        self.facts: dict[str, str] = {}
        """What else is known of the file, for the checks that look at a container's files side by
        side. Programs: "signed" ("yes", "no"), "dll" ("yes"), "product", "original_name",
        "version"; set them with `context.facts["signed"] = "no"`."""
        self.notes: list[str] = []
        self._inspect = inspect

    @property
    def inside(self) -> tuple[str, ...]:
        """Kinds of what the file lies in, outermost first; empty for the attachment itself."""
        kinds: list[str] = []
        parent = self.parent
        while parent is not None:
            kinds.append(parent.kind)
            parent = parent.parent
        return tuple(reversed(kinds))

    def sign(self, name: str, text: str = "", start: int = 0, end: int = 0, **detail: str) -> None:
        """Say a sign about this file. `text` is what shows it, `start` and `end` the bytes of the
        file where it stands (both 0 where not known). `detail` always has the file's path as
        "file"."""
        evidence = SignEvidence(f"attachment:{self.path}", start, end, clean(text[:EXCERPT]))
        said = {"file": self.path, **{key: clean(value) for key, value in detail.items()}}
        self.findings.sign(name, evidence, said)

    def text(self, text: str) -> None:
        """Readable text of this file, for the checks of language and links."""
        self.findings.text(self.path, text)

    def url(self, url: str) -> None:
        """A link or a template's target in this file."""
        self.findings.url(self.path, url)

    def member(self, name: str, data: bytes, encrypted: str = "") -> Context:
        """Inspect a file found inside this one, now, and give what was found of it.

        `name` is as written in the container. Counts `data` against the budget.

        Raises:
            LimitReached: a limit of the whole message was reached. (Where only the new file
                could not be read, that is noted with it and nothing is raised.)
        """
        self.budget.take_member()
        self.budget.take(len(data))
        child = self._child(name, len(data), encrypted)
        self._inspect(child, data)
        return child

    def listed(self, name: str, size: int, why: str, encrypted: str = "") -> Context:
        """A file inside this one that is there and can't be read: kept by name, with the reason.

        Raises:
            LimitReached: as for `member`.
        """
        self.budget.take_member()
        child = self._child(name, size, encrypted)
        child.unseen(why)
        for sign, text, detail in claims(child.name, "unread"):
            child.sign(sign, text, 0, 0, **detail)
        return child

    def unseen(self, why: str) -> None:
        """Something of this file could not be inspected: noted with it and in the report."""
        if why not in self.notes:
            self.notes.append(why)
        self.findings.unseen[f"{self.path}: {why}"] = None

    def record(self) -> Member:
        """The file as the report lists it."""
        note = "; ".join(self.notes)
        return Member(
            self.path, self.depth, self.kind, self.size, self.sha256, self.encrypted, note
        )

    def _child(self, name: str, size: int, encrypted: str) -> Context:
        child = Context(
            self.findings,
            name,
            size=size,
            parent=self,
            words=self.words,
            inspect=self._inspect,
        )
        child.encrypted = encrypted
        self.findings.files.append(child)
        return child
