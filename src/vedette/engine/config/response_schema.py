"""The `response` section of a configuration. Imports pydantic: reach it through `load.py` alone."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

from pydantic import Field, field_validator

from vedette.engine.config.section import Section
from vedette.engine.config.types import (
    ConfigPath,
    Duration,
    HeaderValue,
    Name,
    Port,
    Secret,
    Text,
)

Kind = Literal[
    "hold-message",
    "retract-message",
    "refuse-sender",
    "refuse-domain",
    "refuse-url",
    "refuse-hash",
    "refuse-client",
    "refuse-parameter",
    "refuse-address",
    "freeze-process",
    "end-process",
    "isolate-host",
    "disable-account",
    "end-sessions",
    "tell",
]
MINUTE = 60_000_000
DAY = 1440 * MINUTE


class ModeConfig(Section):
    """How much Vedette may do by itself."""

    mode: Literal["shadow", "ask", "act"] = Field(
        default="shadow",
        description="shadow: write down what would have been done; ask: wait for a person; act: do "
        "it at once where it touches no more than the budget.",
    )
    people: int | None = Field(
        default=None,
        description="People who must agree where any is asked; left out, 2 for isolate-host, "
        "disable-account, end-process and retract-message, else 1.",
        ge=1,
        le=10,
    )
    budget: int = Field(
        default=0,
        description="Benign people, hosts or clients that an action may touch without asking.",
        ge=0,
        le=1_000_000,
    )
    lasts: Duration = Field(
        default=60 * MINUTE,
        description="How long it stands; longer while its incident grows.",
        ge=MINUTE,
        le=30 * DAY,
    )
    certainty: float | None = Field(
        default=None,
        description="How likely it must be that an incident is an attack before anything is done "
        "without asking; left out, by what the action costs: 0.33 for what touches nobody known "
        "(less where much is at stake, 0.1 for requests that the website refused itself), 0.5 for "
        "freeze-process and end-sessions, 0.8 for isolate-host, disable-account, end-process and "
        "retract-message.",
        ge=0,
        le=1,
    )


class NetworkConfig(Section):
    """Refusing addresses by nftables on this machine."""

    enabled: bool = Field(default=False, description="Carry out refuse-address (needs root).")
    protected: list[Text] = Field(
        default_factory=list, description="Addresses or networks that are never refused."
    )

    @field_validator("protected")
    @classmethod
    def _are_networks(cls, given: list[str]) -> list[str]:
        for text in given:
            try:
                ipaddress.ip_network(text, strict=False)
            except ValueError:
                raise ValueError(f"{text!r} is no address or network") from None
        return given


class ProcessesConfig(Section):
    """Freezing and ending process trees on this machine."""

    enabled: bool = Field(
        default=False, description="Carry out freeze-process and end-process (needs root)."
    )
    programs: list[Text] = Field(
        default_factory=list,
        description="Paths of programs that are never touched, besides the system's own (* and ?).",
    )
    units: list[Text] = Field(
        default_factory=list,
        description="systemd units that are never touched, such as postgresql.service.",
    )


class MailboxesConfig(Section):
    """Mailboxes that messages are retracted from, over IMAP."""

    host: Text = Field(description="The IMAP server.")
    port: Port = Field(default=993, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How the connection is protected."
    )
    ca: ConfigPath | None = Field(
        default=None, description="PEM file of the authorities to trust; else the system's."
    )
    users: list[Text] = Field(description="Whose mailboxes, by login name.", min_length=1)
    master: Text = Field(description="A user who may open them all (Dovecot: user*master).")
    separator: Text = Field(
        default="*", description="What stands between user and master in a login."
    )
    password: Secret = Field(description="Reference to the password of that user.")
    quarantine: Text = Field(
        default="Quarantine", description="The folder below which retracted messages lie."
    )


class MailConfig(Section):
    """Holding, refusing and retracting messages, by way of the mail sources."""

    answer: Literal["quarantine", "reject"] = Field(
        default="quarantine", description="What becomes of refused mail where the server asks."
    )
    spared: list[Text] = Field(
        default_factory=list,
        description="Recipients whose mail is never refused, besides the report addresses.",
    )
    postfix: bool = Field(
        default=False, description="Hold and release in Postfix's queue on this machine (root)."
    )
    postfix_config: ConfigPath | None = Field(
        default=None, description="The folder of its main.cf, where that is not the usual one."
    )
    mailboxes: list[MailboxesConfig] = Field(
        default_factory=list, description="Mailboxes that messages are retracted from."
    )
    maildirs: list[ConfigPath] = Field(
        default_factory=list, description="Maildirs that messages are retracted from."
    )


class WebhookConfig(Section):
    """A receiver that carries out commands: a bridge to your EDR, directory or proxy."""

    name: Name = Field(description="The receiver's name in messages.")
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] = Field(
        description="Where OpenC2 commands are POSTed to."
    )
    secret: Secret = Field(description="Reference to the key of the HMAC-SHA256 signature.")
    kinds: list[Literal["isolate-host", "disable-account", "end-sessions"]] = Field(
        description="Kinds of actions that it carries out.", min_length=1
    )
    ca: ConfigPath | None = Field(
        default=None, description="PEM file of the authorities to trust; else the system's."
    )
    headers: dict[str, HeaderValue] = Field(
        default_factory=dict,
        description="More headers; a value that begins with file: or env: is a secret's place.",
    )
    timeout: Duration = Field(
        default=10_000_000, description="How long an answer may take.", gt=0, le=60_000_000
    )
    allow_private: bool = Field(
        default=False, description="It may have an address of the firm's own network."
    )
    signed_answers: bool = Field(
        default=False, description="Its answers must be signed with the same key."
    )


class ChannelConfig(Section):
    """A way to tell people something."""

    name: Name = Field(description="The channel's name in messages.")
    url: Secret = Field(
        description="Reference to apprise's URL: mailto://, slack://, ntfys://, json://, ..."
    )
    tlp: Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = Field(
        description="The highest level of the Traffic Light Protocol that it may carry."
    )
    roles: list[Text] = Field(
        default_factory=list,
        description="Whom it reaches, as playbooks name them (security team); none: every role.",
    )
    alarms: bool = Field(default=True, description="Alarms about Vedette itself go there too.")
    per_hour: int = Field(
        default=20, description="Messages an hour; the rest is summed up.", ge=1, le=10_000
    )


class PeopleConfig(Section):
    """Telling people."""

    channels: list[ChannelConfig] = Field(default_factory=list, description="Where messages go.")
    tlp: Literal["GREEN", "AMBER", "AMBER+STRICT", "RED"] = Field(
        default="AMBER", description="The level of what names the firm's own things."
    )
    console: Text | None = Field(
        default=None, description="Where the rest can be read, as it stands in messages."
    )


class ResponseConfig(Section):
    """What is done about incidents."""

    modes: dict[Kind, ModeConfig] = Field(
        default_factory=dict, description="The mode of each kind of action."
    )
    otherwise: ModeConfig = Field(
        default_factory=ModeConfig, description="The mode of all other kinds."
    )
    assets: ConfigPath | None = Field(
        default=None,
        description="What the firm has, its owners and how critical it is (YAML or CSV).",
    )
    domains: list[Text] = Field(
        default_factory=list, description="The firm's own domains, besides those of its assets."
    )
    playbooks: list[ConfigPath] = Field(
        default_factory=list, description="CACAO 2.0 playbooks of your own (files or folders)."
    )
    bundled_playbooks: bool = Field(
        default=True, description="Use the playbooks that come with Vedette."
    )
    window: Duration = Field(
        default=7 * DAY,
        description="How far back stored events are asked what an action would have touched.",
        ge=3600_000_000,
        le=90 * DAY,
    )
    history: Duration = Field(
        default=DAY,
        description="With less than this stored nothing is done without a person.",
        ge=0,
        le=90 * DAY,
    )
    network: NetworkConfig = Field(
        default_factory=NetworkConfig, description="Refusing addresses by nftables."
    )
    processes: ProcessesConfig = Field(
        default_factory=ProcessesConfig, description="Freezing and ending process trees."
    )
    webhooks: list[WebhookConfig] = Field(
        default_factory=list,
        description="Receivers of OpenC2 commands: isolating hosts, disabling accounts.",
    )
    people: PeopleConfig = Field(default_factory=PeopleConfig, description="Telling people.")
    mail: MailConfig = Field(
        default_factory=MailConfig, description="Holding, refusing and retracting messages."
    )
