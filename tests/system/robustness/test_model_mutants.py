"""The model finds out what is broken, with no more histories than are played in CI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import pytest

from pactwright.schema.project import Project
from tests.services.composition import MakeTable
from tests.services.databases import Database, serving
from tests.services.model import rounds
from tests.services.model.machine import HereaboutsMachine
from tests.services.model.mutants import FOUND_AT_ONCE, FOUND_ONE_BY_ONE, broken_tables
from tests.services.model.players import Player, Wrong, own_tables
from tests.services.model.runs import Run

Tables = Callable[[], AbstractContextManager[MakeTable]]

ROUNDS = 60
"""Races take chance: within so many rounds a mutant is found, mostly in one of the first."""


@pytest.fixture(scope="module")
def database(project: Project) -> Iterator[Database]:
    """A DynamoDB of these tests' own."""
    with serving("emulator", project.root / "build") as started:
        yield started


@pytest.fixture
def tables(database: Database, project: Project) -> Tables:
    """Makes tables that are not broken."""
    return partial(own_tables, database, project.root)


@contextmanager
def breaking(tables: Tables, name: str) -> Iterator[MakeTable]:
    with tables() as make_table:
        yield broken_tables(make_table, FOUND_ONE_BY_ONE[name])


@pytest.mark.parametrize("name", FOUND_ONE_BY_ONE)
def test_broken_table_is_found_by_the_state_machine(name: str, tables: Tables) -> None:
    """By an answer that no world explains, or by a claim without an owner."""
    broken = partial(breaking, tables, name)

    with pytest.raises(Wrong):
        Run().play(lambda: HereaboutsMachine(broken, set()))


@pytest.mark.parametrize("name", FOUND_AT_ONCE)
def test_broken_table_is_found_by_threads(name: str, tables: Tables) -> None:
    """By answers that no order explains."""
    kind, mutant = FOUND_AT_ONCE[name]
    with tables() as make_table:
        player = Player(broken_tables(make_table, mutant), set())

        with pytest.raises(Wrong):
            rounds.play_rounds(player, rounds.KINDS[kind], range(ROUNDS))
