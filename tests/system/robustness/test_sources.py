"""From where the running system takes a caller to come: not from where the caller says."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import requests

from pactwright.local.system import System

SECONDS: Final = 20
LIMIT: Final = 10
"""Of one source for one account: the template's default."""


def test_a_forged_source_counts_for_nothing(system: System) -> None:
    """Each attempt says to come from somewhere else, and all are one source's."""
    url = f"{system.urls['authentication']}/sessions"
    body = {"username": f"u-{uuid4().hex[:12]}", "password": "no password at all"}

    statuses = []
    for n in range(3 * LIMIT):
        forged = {"X-Forwarded-For": f"198.18.0.{n}", "Forwarded": f"for=198.18.0.{n}"}
        answer = requests.post(url, json=body, headers=forged, timeout=SECONDS)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            break

    refused_at = statuses.index(429)
    assert set(statuses[:refused_at]) == {401}
    assert refused_at in range(LIMIT, 2 * LIMIT + 1)  # a window may have ended in between
    assert 1 <= int(answer.headers["Retry-After"]) <= 300
