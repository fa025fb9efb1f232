"""The account that is deployed to is the one that was meant; what runs there is told."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from pactwright.deploy.account import clients, identify
from pactwright.deploy.environments import Environment
from pactwright.deploy.errors import AccountError, StackError
from pactwright.deploy.stacks import Stacks
from pactwright.deploy.status import Status, status, table
from pactwright.schema.project import Project
from tests.kit.deploy.projects import shop

ARN = "arn:aws:iam::123456789012:user/ines"


def client(service: str) -> Any:
    """A client of sts that knows somebody."""
    assert service == "sts"
    identity = {"Account": "123456789012", "Arn": ARN}
    meta = SimpleNamespace(region_name="eu-west-1")
    return SimpleNamespace(get_caller_identity=lambda: identity, meta=meta)


def failing(error: Exception) -> Callable[[str], Any]:
    """Clients that can't be had."""

    def fail(_: str) -> Any:
        raise error

    return fail


@pytest.mark.parametrize("account", [None, "123456789012"])
def test_it_is_told_who_deploys_where(account: str | None) -> None:
    """Before anything is done."""
    environment = Environment(name="staging", account=account)

    assert identify(environment, client) == f"account 123456789012, eu-west-1, as {ARN}"


def test_another_account_than_the_environments_is_refused() -> None:
    """With both, and what to do."""
    environment = Environment(name="production", account="210987654321")

    with pytest.raises(AccountError, match=r"account 210987654321, but .*user/ines: sign in there"):
        identify(environment, client)


@pytest.mark.parametrize(
    "error",
    [NoCredentialsError(), ClientError({"Error": {"Code": "ExpiredToken"}}, "GetCallerIdentity")],
)
def test_who_is_not_signed_in_is_told(error: Exception) -> None:
    """No library's error comes through."""
    with pytest.raises(AccountError, match="AWS can't be reached"):
        identify(Environment(name="staging"), failing(error))


def test_a_region_must_be_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From the environment's settings or from AWS's own."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(AccountError, match=r"set `region` in \[tool.pactwright.environments.st"):
        clients(Environment(name="st"))
    made = clients(Environment(name="st", region="eu-west-1"))
    assert made("s3").meta.region_name == "eu-west-1"
    assert made("s3") is made("s3")


@dataclass
class FakeCloudFormation:
    """The stacks of a project, by name."""

    stacks: dict[str, dict[str, Any]]

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName not in self.stacks:
            message = f"Stack with id {StackName} does not exist"
            raise ClientError(
                {"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks"
            )
        return {"Stacks": [self.stacks[StackName]]}


class NoSuchAlias(Exception):
    """What a client of lambda raises."""


@dataclass
class FakeLambda:
    """Functions, some with an alias."""

    aliases: dict[str, dict[str, Any]]
    code: dict[str, str]

    @property
    def exceptions(self) -> Any:
        return SimpleNamespace(ResourceNotFoundException=NoSuchAlias)

    def get_alias(self, *, FunctionName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        assert Name == "live"
        if FunctionName not in self.aliases:
            raise NoSuchAlias
        return self.aliases[FunctionName]

    def get_function_configuration(self, *, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803
        assert Qualifier == "live"
        if FunctionName not in self.code:
            raise NoSuchAlias
        return {"CodeSha256": base64.b64encode(bytes.fromhex(self.code[FunctionName])).decode()}


def stack(function: str, **given: Any) -> dict[str, Any]:
    """As DescribeStacks has it."""
    return {
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "Outputs": [
            {"OutputKey": "FunctionName", "OutputValue": function},
            {"OutputKey": "ApiUrl", "OutputValue": f"https://{function}"},
        ],
        "Parameters": [
            {"ParameterKey": "BundleKey", "ParameterValue": f"bundles/x/{'a' * 64}.zip"}
        ],
        **given,
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of three services."""
    return shop(tmp_path, a=(), b=(), c=())


def test_it_is_told_what_runs_where(project: Project) -> None:
    """A canary by both its versions, what isn't there as that, a first deployment by its time."""
    canary = {"FunctionVersion": "3", "RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}}}
    stacks = {
        "shop-staging-a": stack(
            "fa", LastUpdatedTime=datetime(2026, 2, 1, 12, 0, 3, 5, tzinfo=UTC)
        ),
        "shop-staging-b": stack("fb"),
    }

    platform, a, b, c = status(
        project,
        "staging",
        Stacks(FakeCloudFormation(stacks)),
        {"lambda": FakeLambda({"fa": canary}, {"fa": "a" * 64})}.__getitem__,
    )

    assert platform == Status(name="platform", stack="shop-staging-platform")
    assert a == Status(
        name="a",
        stack="shop-staging-a",
        state="UPDATE_COMPLETE",
        changed="2026-02-01T12:00:03+00:00",
        digest="a" * 64,
        live="a" * 64,
        versions={"3": 0.9, "4": 0.1},
        url="https://fa",
    )
    assert (b.versions, b.changed) == ({}, "2026-01-01T00:00:00+00:00")
    assert c.state == "not there"
    lines = list(table([platform, a, b, c]))
    assert "3 (90%), 4 (10%)" in lines[2]
    assert "a" * 12 + "  " in lines[2]
    assert lines[4].endswith("not there")


def test_an_alias_that_was_pointed_elsewhere_is_told(project: Project) -> None:
    """What runs is what the alias leads to, whatever the stack was given last."""
    functions = FakeLambda({"fa": {"FunctionVersion": "2"}}, {"fa": "b" * 64})

    _, a, *_ = status(
        project,
        "staging",
        Stacks(FakeCloudFormation({"shop-staging-a": stack("fa")})),
        {"lambda": functions}.__getitem__,
    )

    assert (a.live, a.digest) == ("b" * 64, "a" * 64)
    assert f"{'b' * 12} (the stack: {'a' * 12})" in list(table([a]))[1]


def test_a_status_that_can_not_be_had_is_told(project: Project) -> None:
    """No library's error comes through."""

    class Unreachable(FakeCloudFormation):
        def describe_stacks(self, **_: Any) -> Any:
            raise NoCredentialsError

    with pytest.raises(StackError, match="Unable to locate credentials"):
        status(project, "staging", Stacks(Unreachable({})), failing(AssertionError()))
