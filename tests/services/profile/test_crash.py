"""Acknowledged writes survive a database that is killed in the middle of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Final
from uuid import UUID, uuid4

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import Transient
from services.profile.records import Person
from services.profile.table import ProfileTable
from tests.services.databases import Database, connected, dynoxide, missing
from tests.services.doubles import START
from tests.services.racing import everything, unclaimed

ROUNDS: Final = 3
THREADS: Final = 4
BEFORE_THE_KILL: Final = 60
MOST: Final = 2000
"""Writes of one thread at most, should the database not die."""

NOW: Final = datetime.fromtimestamp(START, UTC)


@dataclass
class Ledger:
    """What was acknowledged, and what was tried after that: None for no profile."""

    acknowledged: dict[UUID, Person | None] = field(default_factory=dict[UUID, Person | None])
    tried: dict[UUID, Person | None] = field(default_factory=dict[UUID, Person | None])
    told: Queue[None] = field(default_factory=Queue[None])

    def write(self, kept: ProfileTable, old: Person | None, new: Person | None) -> None:
        """Make a write, and note when it was acknowledged."""
        person = new or old
        assert person is not None
        self.tried[person.user_id] = new
        if new is not None:
            assert kept.put(old, new)
        elif old is not None:
            assert kept.delete(old)
        self.acknowledged[person.user_id] = new
        self.told.put(None)


def write_until_it_dies(kept: ProfileTable, ledger: Ledger) -> int:
    """Make, rename and delete profiles; how many times, at last."""
    for count in range(MOST):
        handle = f"h{uuid4().hex[:20]}"
        person = Person(uuid4(), handle, "Somebody", NOW, NOW, "one")
        renamed = replace(person, handle=f"r{handle}", revision="two")
        steps = [(None, person), (person, renamed), (renamed, None)]
        try:
            for old, new in steps[: 1 + count % 3]:
                ledger.write(kept, old, new)
        except Transient:
            return count
    return MOST


def write_and_kill(build: Path, file: Path, table: str, ledger: Ledger) -> list[int]:
    """Begin to write, kill the database in the middle; how much each thread wrote."""
    with (
        dynoxide(build, file) as program,
        connected(program.url, attempts=1) as client,
        ThreadPoolExecutor(THREADS) as reads,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        kept = ProfileTable(Table(client, table), reads)
        writers = [threads.submit(write_until_it_dies, kept, ledger) for _ in range(THREADS)]
        for _ in range(BEFORE_THE_KILL):
            ledger.told.get(timeout=60)
        program.kill()
        return [writer.result() for writer in writers]


def check(build: Path, file: Path, table: str, ledger: Ledger) -> None:
    """Restart the database, and compare what it has with what was acknowledged."""
    with (
        dynoxide(build, file) as program,
        connected(program.url) as client,
        ThreadPoolExecutor(1) as reads,
    ):
        restarted = Table(client, table)
        kept = ProfileTable(restarted, reads)
        found = {user_id: kept.get(user_id) for user_id in ledger.tried}
        assert unclaimed(restarted, "HANDLE", "handle") == []
        profiles = [item for item in everything(restarted) if item["sk"] == "PROFILE"]
    lost = [
        user_id
        for user_id, person in found.items()
        if person not in (ledger.acknowledged.get(user_id), ledger.tried[user_id])
    ]
    assert lost == []
    assert len(profiles) == sum(person is not None for person in found.values())


@pytest.mark.table
@pytest.mark.skipif(missing("dynoxide") is not None, reason=f"dynoxide: {missing('dynoxide')}")
def test_killed_database_has_every_acknowledged_write_and_no_half_of_one(
    build: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A profile and the claim to its handle are there together or not at all, time after time."""
    if request.config.getoption("--dynamodb", default=None) not in (None, "dynoxide"):
        pytest.skip("it is about dynoxide, and another DynamoDB was chosen")
    file, ledger = tmp_path / "profiles.db", Ledger()
    template = request.config.rootpath / "services" / "profile" / "template.yaml"
    with dynoxide(build, file) as program, connected(program.url) as client:
        Database("dynoxide", program.url, client).create(template, "profile")

    for _ in range(ROUNDS):
        written = write_and_kill(build, file, "profile", ledger)
        assert max(written) < MOST, "the database was not killed in the middle"
        check(build, file, "profile", ledger)
