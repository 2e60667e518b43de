"""All constructions of documents and programs (containers have their own table)."""

from __future__ import annotations

from lure.attachment import (
    constructions_executables,
    constructions_macros,
    constructions_ole,
    constructions_packages,
    constructions_pages,
    constructions_pdf,
    constructions_projects,
    constructions_rich_text,
    constructions_shortcuts,
    constructions_templates,
)
from lure.attachment.construction import Construction

CONSTRUCTIONS: tuple[Construction, ...] = (
    *constructions_templates.ROWS,
    *constructions_macros.ROWS,
    *constructions_packages.ROWS,
    *constructions_ole.ROWS,
    *constructions_rich_text.ROWS,
    *constructions_pdf.ROWS,
    *constructions_pages.ROWS,
    *constructions_shortcuts.ROWS,
    *constructions_executables.ROWS,
    *constructions_projects.ROWS,
)
