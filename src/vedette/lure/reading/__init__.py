"""Readers of messages in every form a person can hand them in.

`read_messages` reads files, folders, archives and streams; `read_mail` one e-mail's bytes;
`read_text` a pasted message, `read_profile` a saved or pasted profile page; `forwarded` finds the
message that another one passes on, `read_notification` what a network's mail says about who wrote.
None of them raises for what it reads: what is wrong stands in the message's problems.
"""

from __future__ import annotations

from vedette.lure.reading.files import read_messages
from vedette.lure.reading.forwarded import forwarded
from vedette.lure.reading.limits import Limits
from vedette.lure.reading.mail import read_mail
from vedette.lure.reading.notification import is_notification, read_notification
from vedette.lure.reading.outlook import read_msg
from vedette.lure.reading.pasted import read_text
from vedette.lure.reading.plain import plain
from vedette.lure.reading.profile import read_profile

__all__ = [
    "Limits",
    "forwarded",
    "is_notification",
    "plain",
    "read_mail",
    "read_messages",
    "read_msg",
    "read_notification",
    "read_profile",
    "read_text",
]
