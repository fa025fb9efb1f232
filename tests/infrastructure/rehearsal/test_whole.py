"""Two services' pipelines, from an empty account to production, by the very commands.

Only `make test` is left out, which this is part of, and `make install`, for which the environment
that runs the tests stands in.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pactwright.local.rehearsal.commands import Account, account
from pactwright.local.rehearsal.commands import machine as parameters_of
from pactwright.local.rehearsal.requirements import requirements
from pactwright.local.rehearsal.run import Done, rehearse
from pactwright.local.rehearsal.sources import export
from pactwright.schema.project import Project
from tests.infrastructure.rehearsal.test_template import actions_of

SERVICES = ("authentication", "location")
ENVIRONMENTS = ("staging", "production")


def stand_ins(root: Path) -> dict[str, str]:
    script = "tests/infrastructure/rehearsal/install.sh"
    return {
        "make install": shlex.join(["sh", script, sys.executable, str(root / "build")]),
        "make test": "true",
    }


@pytest.fixture(scope="module")
def empty(
    project: Project, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Account]:
    log = tmp_path_factory.mktemp("account") / "emulator.log"
    with account(project, root / "build", log, lambda _: None) as made:
        yield made


@pytest.fixture(scope="module")
def done(
    empty: Account, project: Project, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Done]]:
    """What each service's pipeline did."""
    folder = tmp_path_factory.mktemp("whole")
    source = export(root, folder / "source")
    found = {}
    for name in SERVICES:
        pipeline = empty.pipeline(name, parameters_of(project))
        found[name] = rehearse(pipeline, source, empty.emulator, folder / name, stand_ins(root))
    return found


def test_both_go_through(done: dict[str, list[Done]]) -> None:
    """Every action of every stage, with calls to AWS in each that has to make some."""
    for each in done.values():
        calls = {str(one.action): len(one.calls) for one in each}
        assert list(calls)[-1] == "Production/Check"
        assert all(calls[f"{env}Gate/Gate"] for env in ("Staging", "Production"))
        assert calls["Build/Build"]


SPARE = {
    "codebuild:StopBuild": "an execution that is stopped",
    "kms:DescribeKey": "what CodePipeline's documentation asks of a key for artifacts",
    "kms:Encrypt": "likewise",
}
"""What roles are allowed beside what a rehearsal does, and what for."""


def test_roles_are_allowed_nothing_in_vain(
    empty: Account, project: Project, done: dict[str, list[Done]]
) -> None:
    """What no action of these pipelines needs is taken away, but for what is told."""
    needed: dict[str, set[str]] = {}
    allowed: dict[str, set[str]] = {}
    for service, each in done.items():
        pipeline = empty.pipeline(service, parameters_of(project))
        for role in pipeline.roles.values():
            allowed.setdefault(role.name, set()).update(actions_of(role))
        for one in each:
            for role, need in requirements(one.action, pipeline):
                needed.setdefault(role.name, set()).add(need.action)
            if one.action.provider == "CodeBuild":
                project_of = pipeline.projects[one.action.configuration["ProjectName"]]
                role = pipeline.role_of(project_of.role, one.action)
                needed[role.name].update(call.action for call in one.calls)

    found = {
        name: sorted(allowed[name] - needed[name] - SPARE.keys())
        for name in needed
        if name != "ExecutionRole"
    }
    assert [each for each in found.items() if each[1]] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_bundle_that_was_verified_runs_everywhere(
    empty: Account, done: dict[str, list[Done]], service: str
) -> None:
    """One digest: verified, recorded as deployed, and in both stacks."""
    assert done
    bucket = empty.platforms["production"]["RecordBucket"]
    s3 = empty.emulator.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    records = [
        json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        for key in keys
        if key.startswith("records/deployments/")
    ]
    deployed = {
        each["environment"]: each["bundle"] for each in records if each["service"] == service
    }
    running = {name: bundle(empty, name, service) for name in ENVIRONMENTS}

    assert deployed == running
    assert len(set(running.values())) == 1
    assert [key for key in keys if key.startswith(f"records/verifications/{running['staging']}/")]


def bundle(empty: Account, environment: str, service: str) -> str:
    """The digest of the bundle that a stack was given."""
    cloudformation = empty.emulator.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName=f"hereabouts-{environment}-{service}")[
        "Stacks"
    ]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    key = str(given["BundleKey"])
    return key.rpartition("/")[2].removesuffix(".zip")


def test_nobody_is_left_behind_by_the_smoke_tests(
    empty: Account, done: dict[str, list[Done]]
) -> None:
    """Tables of locations hold tombstones at most, and no user is in those of authentication."""
    assert done
    for environment in ENVIRONMENTS:
        left = items(empty, environment, "location")
        assert [item for item in left if "buried" not in item] == []
        kept = {item["sk"]["S"] for item in items(empty, environment, "authentication")}
        assert not kept & {"USER", "USERNAME"}
        assert "CLIENT" in kept


def items(empty: Account, environment: str, service: str) -> list[dict[str, dict[str, str]]]:
    cloudformation = empty.emulator.client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName=f"hereabouts-{environment}-{service}")[
        "Stacks"
    ]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    found: list[dict[str, dict[str, str]]] = empty.emulator.client("dynamodb").scan(
        TableName=outputs["TableName"]
    )["Items"]
    return found
