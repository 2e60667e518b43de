"""Mail sources and the `lures` section of a configuration. Imports pydantic: reach it through
`load.py` alone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from vedette.engine.config.section import Section, SourceConfig
from vedette.engine.config.types import ConfigPath, Duration, Listen, Port, Secret, Size, Text

KIND = "What the source is: file, syslog, http, milter, imap, folder or shield."


class AnswerConfig(Section):
    """How people who report a message are answered."""

    sender: Text = Field(description="The address that answers come from: report@firm.example.")
    domains: list[Text] = Field(
        description="Domains of the firm: reports from elsewhere get no answer.", min_length=1
    )
    contact: Text = Field(description="Whom to call, as it stands in answers: a name, a number.")
    language: Literal["en", "de", "fr", "es", "he", "ar", "ko", "pl", "auto"] = Field(
        default="en",
        description="The language of answers. auto: that of what the person wrote; where that is "
        "too short to tell, of the reported message; else English.",
    )
    host: Text = Field(default="127.0.0.1", description="The firm's own mail server.")
    port: Port = Field(default=25, description="The mail server's port.")


class MailSourceConfig(SourceConfig):
    """What is examined for lures."""


class MilterSourceConfig(MailSourceConfig):
    """Mail as Postfix or Sendmail takes it in, by the milter protocol."""

    kind: Literal["milter"] = Field(description=KIND)
    listen: Listen = Field(description="Address and port to listen at: 127.0.0.1:8891.")
    mode: Literal["shadow", "header", "quarantine", "reject"] = Field(
        default="shadow",
        description="shadow: watch only; header: write the verdict into the message; quarantine: "
        "also let the mail server hold lures; reject: also refuse lures.",
    )
    budget: Duration = Field(
        default=10_000_000,
        description="How long one message may take; then it passes unexamined, with an alarm.",
        ge=100_000,
        le=240_000_000,
    )
    max_message: Size = Field(
        default=67_108_864, description="The largest message that is examined.", ge=65_536
    )
    max_connections: int = Field(default=256, description="Connections at once.", ge=1, le=65536)


class ImapSourceConfig(MailSourceConfig):
    """A mailbox over IMAP: delivered mail, or reports of people."""

    kind: Literal["imap"] = Field(description=KIND)
    host: Text = Field(description="The IMAP server.")
    port: Port = Field(default=993, description="The server's port.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="none is for loopback alone: the password is sent in clear."
    )
    ca: ConfigPath | None = Field(
        default=None, description="PEM file of the authorities to trust; else the system's."
    )
    user: Text = Field(description="The login name.")
    password: Secret = Field(description="Reference to the password.")
    folder: Text = Field(default="INBOX", description="The folder to follow.")
    move_lures_to: Text | None = Field(
        default=None, description="Folder that lures are moved to; left out, they stay."
    )
    move_handled_to: Text | None = Field(
        default=None, description="Folder that every other examined message is moved to."
    )
    start: Literal["beginning", "end"] = Field(
        default="beginning", alias="from", description="Where to begin at the very first start."
    )
    answer: AnswerConfig | None = Field(
        default=None,
        description="Makes this a report mailbox: each message is a person's report, and answered.",
    )

    @model_validator(mode="after")
    def _clear_text_stays_here(self) -> ImapSourceConfig:
        if self.security == "none" and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("security: none is for loopback alone; use tls or starttls")
        return self


class FolderSourceConfig(MailSourceConfig):
    """A Maildir, or a folder into which messages are put as files."""

    kind: Literal["folder"] = Field(description=KIND)
    path: ConfigPath = Field(description="The Maildir or folder.")
    quarantine: ConfigPath | None = Field(
        default=None, description="Maildir that lures are moved to; left out, they stay."
    )
    poll: Duration = Field(
        default=1_000_000, description="How often the folder is looked at.", ge=10_000
    )
    answer: AnswerConfig | None = Field(
        default=None,
        description="Makes this a report folder: each message is a person's report, and answered.",
    )


class LuresConfig(Section):
    """How messages are examined for recruiter lures."""

    employers: list[ConfigPath] = Field(
        default_factory=list,
        description="Folders with employers.yml and agencies.yml of your own: your firm "
        "(own: true), partners.",
    )
    trust: list[Text] = Field(
        default_factory=list,
        description="Names under which your mail servers write Authentication-Results.",
    )
    arc_sealers: list[Text] = Field(
        default_factory=list, description="Domains whose ARC seals are believed."
    )
    dns: bool = Field(
        default=True, description="Check SPF, DKIM, DMARC here where trusted headers say nothing."
    )
    yara: ConfigPath | None = Field(
        default=None, description="Folder of YARA rules in place of the bundled ones."
    )
    processes: int = Field(
        default=1, description="Child processes that open attachments.", ge=1, le=64
    )
