"""What importing the package costs: a cold start pays for every module."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = """
import sys
import pactwright.service, pactwright.service.conditional, pactwright.service.bearer
import pactwright.service.basic, pactwright.service.introspection
heavy = ["boto3", "botocore", "aws_lambda_powertools", "requests", "urllib3"]
print(*[name for name in heavy if name in sys.modules])
"""
DEPENDS = """
import sys
import {module}
heavy = ["boto3", "aws_lambda_powertools", "requests"]
print(*[name for name in heavy if name in sys.modules])
"""


def run(source: str) -> list[str]:
    """The heavy modules that a program loads."""
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_the_package_is_light() -> None:
    """Generated code imports it: pydantic and the standard library only."""
    assert run(LIGHT) == []


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("pactwright.service.telemetry", ["aws_lambda_powertools"]),
        ("pactwright.service.dynamodb", ["boto3"]),
        ("pactwright.service.secrets", ["boto3"]),
    ],
)
def test_each_heavy_dependency_has_its_module(module: str, expected: list[str]) -> None:
    """Who does not use DynamoDB does not load boto3."""
    assert run(DEPENDS.format(module=module)) == expected
