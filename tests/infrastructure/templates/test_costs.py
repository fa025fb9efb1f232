"""docs/deploy.md counts what costs when nobody uses it, as the templates have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from tests.infrastructure.templates.resources import SERVICES

COUNTED = {
    "composite alarms": "AWS::CloudWatch::CompositeAlarm",
    "secrets": "AWS::SecretsManager::Secret",
    "keys": "AWS::KMS::Key",
    "dashboards": "AWS::CloudWatch::Dashboard",
}


@pytest.fixture(scope="session")
def costs(root: Path) -> dict[str, tuple[int, Decimal, Decimal]]:
    """The rows of the table: how many, what each costs, and all of them."""
    text = (root / "docs" / "deploy.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+) \| \$([\d.]+) \| \$([\d.]+) \|$", text, re.MULTILINE)
    return {name: (int(count), Decimal(each), Decimal(all_)) for name, count, each, all_ in rows}


@pytest.fixture(scope="session")
def resources(rendered: Mapping[str, Rendered]) -> list[Mapping[str, Any]]:
    """All of an environment's."""
    stacks = (*SERVICES, "platform")
    return [each for name in stacks for each in rendered[name].template["Resources"].values()]


def alarmed(resources: list[Mapping[str, Any]]) -> int:
    """How many metrics alarms look at: of an alarm on a formula, each of its metrics counts."""
    alarms = [each["Properties"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    formulas = [alarm.get("Metrics", [{"MetricStat": {}}]) for alarm in alarms]
    return sum("MetricStat" in part for formula in formulas for part in formula)


def test_what_costs_is_counted(
    costs: Mapping[str, tuple[int, Decimal, Decimal]], resources: list[Mapping[str, Any]]
) -> None:
    """By the templates of an environment's four stacks."""
    types = [each["Type"] for each in resources]
    held = {name: types.count(kind) for name, kind in COUNTED.items()}

    counts = {name: count for name, (count, _, _) in costs.items()}
    assert counts == held | {"metrics that alarms look at": alarmed(resources)}


def test_sums_are_right(costs: Mapping[str, tuple[int, Decimal, Decimal]], root: Path) -> None:
    """Of each row, and of the table."""
    text = (root / "docs" / "deploy.md").read_text(encoding="utf-8")

    assert all(count * each == together for count, each, together in costs.values())
    assert f"That is ${sum(together for _, _, together in costs.values())} for an env" in text
