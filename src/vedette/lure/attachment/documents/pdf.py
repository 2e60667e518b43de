"""PDF: what runs or leaves the document when it is opened or clicked, and what lies inside.

Source: ISO 32000-2, 12.6 (actions), 7.11.4 (embedded files), 7.6 (encryption).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import pdf_actions, pdf_files, pdf_text
from vedette.lure.attachment.documents.pdf_file import PdfFile
from vedette.lure.attachment.linear import linear

_ANY = linear(
    rb"/(?:Launch|JavaScript|JS|URI|SubmitForm|GoTo[RE]|ImportData|OpenAction|AA|EmbeddedFile|EF)"
)
_LAUNCH = re.compile(rb"/S[\0\t\n\f\r ]*/Launch\b")


def inspect(data: bytes, context: Context) -> None:
    """Say what the document does, hand back its files, and give its text as far as it is plain.

    Raises:
        LimitReached: the message's budget is used up.
    """
    file = PdfFile(data, context)
    if not file.bodies:
        context.unseen("damaged: no object of a PDF in it")
        return
    if file.locked:
        # Strings and streams are ciphertext; actions and names of keys still show.
        context.encrypted = "closed"
        context.sign("archive_encrypted", context.name, kind="document")
        context.unseen("encrypted: texts, links and files in the document can't be read")
        for body in file.bodies:
            if _LAUNCH.search(body.text):
                context.sign("pdf_launch", "/Launch", trigger="unknown", object=str(body.number))
        return
    if file.word:
        context.encrypted = "opened"
        context.sign("archive_encrypted", context.name, kind="document")
        context.sign("archive_password_in_thread", file.word)
    # One search over all objects is ten times cheaper than one for each.
    ends = list(accumulate(len(body.text) + 1 for body in file.bodies))
    whole = b"\n".join(body.text for body in file.bodies)
    hits = sorted({bisect_right(ends, found.start()) for found in _ANY.finditer(whole)})
    if hits:
        bodies = [file.bodies[hit] for hit in hits]
        pdf_actions.judge(file, bodies, context)
        pdf_files.carried(file, bodies, context)
    if text := pdf_text.text(file, context):
        context.text(text)
