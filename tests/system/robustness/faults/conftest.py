from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.services.databases import Database, serving
from tests.system.robustness.faults.scenes import Scene

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A DynamoDB."""
    with serving("emulator", ROOT / "build") as running:
        yield running


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    """The three services, what stands between them, and somebody who has all that one can have."""
    prefix = uuid4().hex[:8]
    with Scene.set_up(database, prefix, ROOT / "services") as made:
        yield made
