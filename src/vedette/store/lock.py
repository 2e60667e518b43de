"""One writing process for each data directory."""

from __future__ import annotations

from vedette.model.folder_lock import FolderLock


class DataLock(FolderLock):
    """Holds a data directory."""

    unfit = "make a folder that this user may write in, or name another data_dir"
    taken = (
        "another vedette watch (pid {holder}) uses this data directory; stop it, or give this one "
        "another data_dir"
    )
