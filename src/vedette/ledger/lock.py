"""One writer for each ledger."""

from __future__ import annotations

from vedette.model.folder_lock import FolderLock


class WriterLock(FolderLock):
    """Holds a ledger's folder."""

    unfit = "make a folder that this user may write in"
    taken = (
        "another process (pid {holder}) writes this ledger; stop it first (reading and verifying "
        "are possible at any time)"
    )
