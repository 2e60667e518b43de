"""From the configuration to sources of mail and the detector of lures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from vedette.model.bundled import bundled
from vedette.model.protocols import Source

if TYPE_CHECKING:
    from vedette.engine.config.lure_schema import AnswerConfig, ImapSourceConfig
    from vedette.engine.config.schema import Config
    from vedette.lure.examined import Examined
    from vedette.lure.examiner import Examiner
    from vedette.lure.live.door import Door
    from vedette.lure.live.gate import Answer
    from vedette.lure.live.imap import Mailbox
    from vedette.lure.message import Address, Message
    from vedette.lure.privacy import Privacy

KEY: Final = "lure.key"
"""Below the data directory: what makes pseudonyms and seals."""
SECOND: Final = 1_000_000
THREADS: Final = 4
"""Messages read at once; their files are opened by `lures.processes` children."""


class LureRoom:
    """What all mail sources of a watch share. Close it at the end."""

    def __init__(self, config: Config) -> None:
        from vedette.lure.privacy import Privacy, load_key

        self._config = config
        lures = config.lures
        self._examiner = make_examiner(
            lures.employers,
            trust=lures.trust,
            arc_sealers=lures.arc_sealers,
            dns=lures.dns,
            yara=lures.yara,
            processes=lures.processes,
        )
        self._examiner.inspector.start()
        self._privacy = Privacy(load_key(config.data_dir / KEY))
        self._door = _door(config, self._privacy)
        self._executor = ThreadPoolExecutor(
            max(THREADS, config.lures.processes), thread_name_prefix="lure"
        )
        # two seconds' work: mail that comes meanwhile is examined, only slower
        self._preparing = Thread(target=self._examiner.prepare, name="lure-prepare")
        self._preparing.start()

    def close(self) -> None:
        """End threads and child processes."""
        self._preparing.join()
        self._executor.shutdown(cancel_futures=True)
        self._examiner.close()

    def source(self, entry: Any) -> Source:
        """The source of one configured entry."""
        from vedette.lure.live.gate import Gate

        if entry.kind == "milter":
            from vedette.lure.live.heartbeat import Heartbeat
            from vedette.lure.live.milter import MilterSource

            return MilterSource(
                entry.name,
                (entry.listen.host, entry.listen.port),
                Gate(self._examiner.examine, self._executor, entry.mode, entry.budget / SECOND),
                read,
                self._privacy,
                heartbeat=Heartbeat(self._config.data_dir / "alive" / entry.name),
                max_message=entry.max_message,
                max_connections=entry.max_connections,
                door=self._door,
            )
        examine = self._examiner.examine_report if entry.answer else self._examiner.examine
        gate = Gate(examine, self._executor, "shadow", 120.0)
        answer = _answer(entry.answer) if entry.answer else None
        if entry.kind == "imap":
            from vedette.lure.live.imap import ImapSource

            mailbox = mailbox_of(entry)
            return ImapSource(
                entry.name,
                mailbox,
                gate,
                read,
                self._privacy,
                answer=answer,
                from_end=entry.start == "end",
                door=self._door,
            )
        from vedette.lure.live.folder import FolderSource

        return FolderSource(
            entry.name,
            entry.path,
            gate,
            read,
            self._privacy,
            quarantine=entry.quarantine,
            answer=answer,
            poll=entry.poll / SECOND,
            door=self._door,
        )


def mailbox_of(entry: ImapSourceConfig) -> Mailbox:
    """Where an IMAP source finds its mail."""
    from vedette.lure.live.imap import Mailbox

    return Mailbox(
        entry.host,
        entry.port,
        entry.user,
        entry.password.resolve(),
        entry.security,
        str(entry.ca) if entry.ca else None,
        entry.folder,
        entry.move_lures_to,
        entry.move_handled_to,
    )


def mail_names(config: Config) -> Privacy | None:
    """How mail's events name people and what they show, where this data directory has a key."""
    from vedette.lure.privacy import Privacy, load_key

    path = config.data_dir / KEY
    return Privacy(load_key(path)) if path.exists() else None


def mail_sources(config: Config) -> list[Any]:
    """The mail sources of a configuration, in its order."""
    from vedette.engine.config.lure_schema import MailSourceConfig

    return [entry for entry in config.sources if isinstance(entry, MailSourceConfig)]


def report_addresses(config: Config) -> set[str]:
    """Where people report mail to: what they pass on there is never refused."""
    answers = [getattr(entry, "answer", None) for entry in mail_sources(config)]
    return {answer.sender.lower() for answer in answers if answer is not None}


def _door(config: Config, privacy: Privacy) -> Door:
    from vedette.lure.live.door import Door
    from vedette.store.refusals import Refusals

    def now() -> int:
        return time.time_ns() // 1000

    mail = config.response.mail
    spared = {*report_addresses(config), *(each.lower() for each in mail.spared)}
    return Door(Refusals(config.data_dir, now), privacy, answer=mail.answer, spared=spared)


def make_examiner(
    own: Sequence[Path],
    *,
    trust: Sequence[str] = (),
    arc_sealers: Sequence[str] = (),
    dns: bool,
    yara: Path | None = None,
    processes: int = 1,
) -> Examiner:
    """An examiner with the bundled knowledge and the user's `own` folders; the rest as in the
    `lures` section of a configuration. Raises ConfigError, UnreadableError."""
    from vedette.lure.examiner import Examiner, load_knowledge
    from vedette.lure.identity.authentication.dns import DnsResolver
    from vedette.lure.identity.authentication.result import AuthenticationSettings

    return Examiner(
        load_knowledge(bundled("lures"), own),
        authentication=AuthenticationSettings(
            authserv_ids=tuple(trust), sealers=tuple(arc_sealers), verify=dns
        ),
        resolver=DnsResolver() if dns else None,
        yara=yara,
        processes=processes,
    )


def read(
    raw: bytes, place: str, sender: Address | None, recipients: tuple[Address, ...]
) -> Message:
    """A message off the wire or from a file, with the envelope where there was one."""
    import msgspec

    from vedette.lure.reading import read_mail, read_msg
    from vedette.lure.reading.outlook import is_msg

    message = read_msg(raw, place) if is_msg(raw) else read_mail(raw, place)
    if sender is not None:
        message = msgspec.structs.replace(message, envelope_from=sender)
    if recipients:
        message = msgspec.structs.replace(message, recipients=recipients)
    return message


def _answer(entry: AnswerConfig) -> Answer:
    from vedette.lure.report.answer import Desk, compose
    from vedette.lure.report.tongue import choose_words

    words = choose_words(bundled("lures"), entry.language)
    desk = Desk(entry.sender, tuple(entry.domains), entry.contact, entry.host, entry.port)

    def answer(examined: Examined) -> None:
        mail = compose(examined, words(examined), desk, time.time())
        if mail is not None:
            desk.send(mail)

    return answer
