"""The three services do what their documents say, whatever is asked in whichever order."""

from __future__ import annotations

from functools import partial

import pytest

from tests.services.databases import Database
from tests.services.model.machine import HereaboutsMachine
from tests.services.model.players import own_tables
from tests.services.model.runs import Run
from tests.services.observations import Observation


@pytest.mark.any_table
def test_every_answer_agrees_with_the_model(
    database: Database, seen: set[Observation], run: Run, request: pytest.FixtureRequest
) -> None:
    """Also those to requests in whose way something fails, and all that is read back at the end."""
    tables = partial(own_tables, database, request.config.rootpath)

    run.play(lambda: HereaboutsMachine(tables, seen))
