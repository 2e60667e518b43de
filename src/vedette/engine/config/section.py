"""What all sections and all sources of a configuration have. Imports pydantic: reach it through
`load.py` alone."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from vedette.engine.config.types import Duration, Name, Text


class Section(BaseModel):
    """A map whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class LogsourceConfig(Section):
    """What a source as a whole is known to be, in Sigma's words."""

    product: Text | None = Field(
        default=None, description="Sigma product: windows, linux, macos, ..."
    )
    category: Text | None = Field(default=None, description="Sigma category: process_creation, ...")
    service: Text | None = Field(
        default=None, description="Sigma service: security, auditd, sshd, ..."
    )


class SourceConfig(Section):
    """What every kind of source has."""

    name: Name = Field(description="The source's name in findings, status and saved positions.")
    logsource: LogsourceConfig = Field(
        default_factory=LogsourceConfig,
        description="What the source as a whole is known to be; mappings refine it per event.",
    )
    silence: Duration | None = Field(
        default=None, description="Raise an alarm when no event has come for this long.", gt=0
    )
