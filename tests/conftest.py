"""What all tests share: the plugin that records contracts, Hypothesis' profiles, documented tables.

The profiles are derandomised in CI, so that a failure there is a failure here.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.documented import Documented

pytest_plugins = ["pactwright.contract.plugin"]

settings.register_profile("dev", deadline=None, print_blob=True)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--write-tables", action="store_true", help="write the documentation's tables anew"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker."""
    config.addinivalue_line("markers", "tables: a test that holds a table of the documentation")


@pytest.fixture(scope="session")
def reliability(request: pytest.FixtureRequest) -> Documented:
    """The tables of docs/reliability.md."""
    file = request.config.rootpath / "docs" / "reliability.md"
    return Documented(file, write=request.config.getoption("--write-tables"))
