"""What the tests of the model share."""

from __future__ import annotations

import pytest

from tests.services.model.runs import Run


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Run:
    """How long to play."""
    return Run(request.config.getoption("--histories"))
