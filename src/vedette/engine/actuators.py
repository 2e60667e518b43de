"""From the configuration to what carries actions out."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vedette.engine.lures import mail_names, mail_sources, mailbox_of, read
from vedette.engine.shield import shields
from vedette.incident.stages import load_tactics
from vedette.response.actuating import Actuator
from vedette.response.modes import Modes
from vedette.store.refusals import Refusals

if TYPE_CHECKING:
    from vedette.engine.config.response_schema import ChannelConfig, WebhookConfig
    from vedette.engine.config.schema import Config
    from vedette.response.actuators.mail.boxes import Box
    from vedette.response.actuators.people.people import People
    from vedette.response.actuators.webhook.receiver import Receiver

_log = logging.getLogger(__name__)

Failed = Callable[[str, str], None]
"""Told what failed, and what to do."""


def actuators_of(
    config: Config, people: People | None, now: Callable[[], int], failed: Failed
) -> list[Actuator]:
    """The actuators that a configuration switches on. Raises ConfigError, UnreadableError."""
    made = [*_on_this_machine(config), *_at_the_doors(config, now)]
    if config.response.webhooks:
        from vedette.response.actuators.webhook.commanding import WebhookActuator

        made += [WebhookActuator(_receiver(one), one.kinds) for one in config.response.webhooks]
    if people is not None:
        from vedette.engine.thwarting.telling import describer
        from vedette.response.actuators.people.telling import TellActuator

        tlp = config.response.people.tlp
        about = describer(config.data_dir, load_tactics(), tlp)
        made.append(TellActuator(people, now, about=about, tlp=tlp, alarm=failed))
    return made


def people_of(config: Config, now: Callable[[], int]) -> People | None:
    """The channels of a configuration, None where it has none. Raises ConfigError."""
    given = config.response.people
    if not given.channels:
        return None
    from vedette.response.actuators.people.channel import Channel, ChannelSettings
    from vedette.response.actuators.people.journal import Journal
    from vedette.response.actuators.people.people import People

    def channel(one: ChannelConfig) -> Channel:
        return Channel(
            ChannelSettings(
                name=one.name,
                url=one.url.resolve(),
                tlp=one.tlp,
                roles=tuple(one.roles),
                alarms=one.alarms,
                per_hour=one.per_hour,
            )
        )

    channels = [channel(one) for one in given.channels]
    return People(channels, Journal(config.data_dir), now, given.console or "")


def warn_of_idle(modes: Modes, actuators: Sequence[Actuator]) -> None:
    """Say which kinds may act and have nothing that carries them out."""
    able = {kind for actuator in actuators for kind in actuator.kinds}
    for kind, rule in sorted(modes.kinds.items()):
        if rule.mode != "shadow" and kind not in able:
            _log.warning("response.modes: %s: nothing carries it out; configure its actuator", kind)


def _on_this_machine(config: Config) -> list[Actuator]:
    response = config.response
    made: list[Actuator] = []
    if response.network.enabled:
        from vedette.response.actuators.network.refusing import RefuseAddress

        made.append(RefuseAddress([*map(_network, response.network.protected)]))
    if response.processes.enabled:
        from vedette.response.actuators.processes.stopping import PROGRAMS, StopProcesses

        made.append(
            StopProcesses(
                programs=(*PROGRAMS, *response.processes.programs), units=response.processes.units
            )
        )
    return made


def _at_the_doors(config: Config, now: Callable[[], int]) -> list[Actuator]:
    """What refuses at mail and websites: through one file that all of them read."""
    refusals = Refusals(config.data_dir, now)
    made: list[Actuator] = []
    websites = shields(config)
    if websites:
        from vedette.response.actuators.shield.refusing import ShieldActuator

        never = [_network(text) for entry in websites for text in entry.trusted_proxies]
        never += map(_network, config.response.network.protected)
        sites = {site.name for entry in websites for site in entry.sites}
        made.append(ShieldActuator(refusals, config.data_dir, now, sites=sites, never=never))
    if mail_sources(config):
        made += _at_mail(config, refusals, now)
    return made


def _at_mail(config: Config, refusals: Refusals, now: Callable[[], int]) -> list[Actuator]:
    from vedette.response.actuators.mail.holding import HoldMessage
    from vedette.response.actuators.mail.notes import Notes
    from vedette.response.actuators.mail.postfix import PostfixQueue
    from vedette.response.actuators.mail.refusing import RefuseMail
    from vedette.response.actuators.mail.retracting import RetractMessage

    privacy = mail_names(config)
    if privacy is None:  # made by the sources before; without them no mail was ever judged
        return []
    mail = config.response.mail
    own = config.response.domains
    boxes = _boxes(config)
    made: list[Actuator] = [
        RefuseMail(refusals, now, own=own),
        HoldMessage(
            refusals,
            Notes(config.data_dir),
            now,
            read=lambda raw: read(raw, "queue", None, ()),
            pseudonym=privacy.pseudonym,
            queue=PostfixQueue(mail.postfix_config) if mail.postfix else None,
            boxes=boxes,
            own=own,
        ),
    ]
    if boxes:
        made.append(RetractMessage(boxes, pseudonym=privacy.pseudonym))
    return made


def _boxes(config: Config) -> list[Box]:
    """The mailboxes that can be reached: those that are named, and those that sources follow."""
    from vedette.lure.live.imap import Mailbox
    from vedette.response.actuators.mail.imap_box import ImapBox, boxes_of
    from vedette.response.actuators.mail.maildir_box import MaildirBox

    made: list[Box] = []
    for entry in mail_sources(config):
        if entry.kind == "imap":
            made.append(ImapBox(mailbox_of(entry)))
        elif entry.kind == "folder" and (entry.path / "cur").is_dir():
            made.append(MaildirBox(entry.path))
    mail = config.response.mail
    for one in mail.mailboxes:
        account = Mailbox(
            one.host,
            one.port,
            one.master,
            one.password.resolve(),
            one.security,
            str(one.ca) if one.ca else None,
            quarantine=one.quarantine,
        )
        made += boxes_of(account, one.users, master=one.master, separator=one.separator)
    made += map(MaildirBox, mail.maildirs)
    return made


def _receiver(one: WebhookConfig) -> Receiver:
    from vedette.response.actuators.webhook.receiver import Receiver

    headers = {
        name: value if isinstance(value, str) else value.resolve()
        for name, value in one.headers.items()
    }
    return Receiver(
        one.name,
        one.url,
        one.secret.resolve(),
        ca=one.ca,
        headers=headers,
        timeout=one.timeout / 1_000_000,
        allow_private=one.allow_private,
        signed_answers=one.signed_answers,
    )


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)
