"""The three services behind addresses on loopback, without a gateway: fast and repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.local.front import front
from pactwright.local.inprocess import InProcessAdapter
from pactwright.service.dynamodb import Table
from services.authentication.throttle import Limits
from tests.services.composition import SECRET, Hereabouts
from tests.services.databases import Database, serving
from tests.services.running import Running
from tests.system.robustness.arbitrary.runs import ROOT, Site

NAMES: Final = ("authentication", "location", "profile")
MANY: Final = 1_000_000_000


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A DynamoDB."""
    with serving("emulator", ROOT / "build") as running:
        yield running


@pytest.fixture(scope="module")
def hereabouts(database: Database) -> Hereabouts:
    """The services, of which nobody asks too often."""

    def make_table(service: str) -> Table:
        database.create(ROOT / "services" / service / "template.yaml", service)
        return Table(database.client, service)

    limits = Limits(
        per_account_and_source=MANY,
        per_account=MANY,
        per_account_at_first=MANY,
        per_source=MANY,
        registrations=MANY,
    )
    return Hereabouts(make_table, set(), limits)


@pytest.fixture(scope="module")
def site(hereabouts: Hereabouts) -> Iterator[Site]:
    """Their addresses."""
    hereabouts.service_client("tester", "locations:read", audience=("location",))
    with ExitStack() as stack:
        urls = {name: stack.enter_context(_served(hereabouts.service(name))) for name in NAMES}
        yield Site(urls=urls, client=("tester", SECRET))


def _served(running: Running[Any]) -> Any:
    ids = count(1)
    adapter = InProcessAdapter(
        running.handler, running.operations, new_id=lambda: f"{running.name}-{next(ids)}"
    )
    return front(adapter).serving()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """For what Schemathesis writes."""
    return tmp_path
