"""What stands in the log, and what never does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """
from vedette.cli.logs import set_up_logging
from vedette.model.errors import ConfigError
from vedette.response.actuators.people.channel import Channel, ChannelSettings

set_up_logging("LEVEL", "text")
try:
    Channel(ChannelSettings(name="chat", url="tgram://hunter2/12", tlp="RED"))
except ConfigError as error:
    print(error.faults)
"""


@pytest.mark.parametrize("level", ["info", "debug"])
def test_no_secret_of_a_channel_is_logged(level: str) -> None:
    code = CODE.replace("LEVEL", level)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert b"can't read its URL of tgram" in done.stdout
    assert b"hunter2" not in done.stdout + done.stderr
