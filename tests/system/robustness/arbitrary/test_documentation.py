"""The documentation tells what Schemathesis is asked to do."""

from __future__ import annotations

import pytest
import schemathesis.specs.openapi.checks  # noqa: F401 - it registers the checks
from schemathesis.checks import CHECKS

from pactwright.schema import bundle
from tests.documented import Documented
from tests.system.robustness.arbitrary.conftest import NAMES
from tests.system.robustness.arbitrary.judging import LEAST
from tests.system.robustness.arbitrary.runs import ROOT

METHODS = {"get", "put", "post", "delete", "patch"}


def asked(service: str) -> list[str]:
    document = bundle(ROOT / "contracts" / f"{service}.yaml")
    operations = [method for item in document["paths"].values() for method in METHODS & item.keys()]
    links = document["components"]["links"]
    checks = CHECKS.get_all_names()
    return [service, str(len(operations)), str(len(links)), str(len(checks)), f"{LEAST:,}"]


@pytest.mark.tables
def test_what_is_asked_is_documented(reliability: Documented) -> None:
    """Of each service: its operations and links, the checks, and how many examples at least."""
    head = ["service", "operations", "links", "checks on", "examples at least"]

    reliability.holds("arbitrary-input", [head, *map(asked, NAMES)])
