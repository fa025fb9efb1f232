"""Pact's own stand-alone verifier, run by the command that `pactwright states` prints."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.stateserver import StateServer, command


def check_replayed(pact: Pact, urls: Mapping[str, str], server: StateServer) -> None:
    """Assert that the verifier replays every interaction of a pact, and that all hold."""
    line = command(pact, urls[pact.provider], server)
    setting, program, *arguments = shlex.split(line)
    name, _, value = setting.partition("=")
    done = subprocess.run(  # noqa: S603
        [program, *arguments],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert [e.description for e in pact.interactions if e.description not in done.stdout] == []
