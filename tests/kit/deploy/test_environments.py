"""Environments are read from the settings; what is wrong there is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.deploy.environments import Environment, local_parameters, stack_name
from pactwright.schema.project import Project, ProjectError

PROJECT = """
[tool.pactwright]
package = "corner_shop"
[tool.pactwright.services.stock_list]
[tool.pactwright.services.till]
"""


def project(folder: Path, environments: str) -> Project:
    """A project with these environments."""
    (folder / "pyproject.toml").write_text(PROJECT + environments, encoding="utf-8")
    return Project.load(folder)


def test_an_environment_may_say_nothing(tmp_path: Path) -> None:
    """It runs on Lambda's own processors."""
    found = Environment.load(project(tmp_path, "[tool.pactwright.environments.staging]"), "staging")

    assert found == Environment(name="staging")
    assert found.platform == "lambda-arm64"


def test_parameters_are_for_all_stacks_or_for_one(tmp_path: Path) -> None:
    """Lists and booleans become what CloudFormation takes."""
    settings = """
    [tool.pactwright.environments.staging]
    region = "eu-west-1"
    account = "123456789012"
    tags = {team = "shop"}
    [tool.pactwright.environments.staging.parameters]
    LogLevel = "INFO"
    Days = 14
    platform.Alarms = false
    till.Cidrs = ["10.0.0.0/8", "192.168.0.0/16"]
    """

    found = Environment.load(project(tmp_path, settings), "staging")

    assert {(each.stack, each.name): each.value for each in found.parameters} == {
        (None, "LogLevel"): "INFO",
        (None, "Days"): "14",
        ("platform", "Alarms"): "false",
        ("till", "Cidrs"): "10.0.0.0/8,192.168.0.0/16",
    }
    assert found.parameters[3].place == "[tool.pactwright.environments.staging] till.Cidrs"
    assert (found.region, found.account, found.tags) == (
        "eu-west-1",
        "123456789012",
        {"team": "shop"},
    )


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ("", "there is no environment 'staging' but none: add"),
        ("[tool.pactwright.environments.stagin]", "no environment 'staging' but stagin: add"),
        ("[tool.pactwright.environments]\nstaging = 1", r"environments.staging\] must be a table"),
        ("colour = 1", "has no setting 'colour'; it may have account, parameters"),
        ("platform = 1", r"staging\] platform must be a string"),
        ("region = ''", r"staging\] region must be a string"),
        ("account = '12'", "account must be a string of twelve digits"),
        ("account = 123456789012", r"staging\] account must be a string"),
        ("tags = {a = 1}", r"tags\.a must be a string"),
        ("tags = 1", "tags must be a table"),
        ("parameters = 1", "parameters must be a table"),
        ("parameters = {tills = {A = 1}}", r"parameters\.tills: 'tills' is none of"),
        ("parameters = {A = 2020-01-01}", r"staging\] A must be a string, a number"),
        ("parameters = {till = {A = [{}]}}", r"till\.A must be a string, a number"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, settings: str, fault: str) -> None:
    """Before anything is done."""
    if settings and not settings.startswith("["):
        settings = f"[tool.pactwright.environments.staging]\n{settings}"

    with pytest.raises(ProjectError, match=fault):
        Environment.load(project(tmp_path, settings), "staging")


def test_what_differs_on_one_machine_is_a_setting(tmp_path: Path) -> None:
    """For all stacks or for one; there need be none."""
    given = """
    [tool.pactwright.local.parameters]
    Colour = "red"
    till.Limit = 5
    """

    found = local_parameters(project(tmp_path, given))

    assert [(each.stack, each.name, each.value) for each in found] == [
        (None, "Colour", "red"),
        ("till", "Limit", "5"),
    ]
    assert found[1].place == "[tool.pactwright.local] till.Limit"
    assert local_parameters(project(tmp_path, "")) == ()


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ("[tool.pactwright.local]\nparametres = {}", "has no setting 'parametres'"),
        ("[tool.pactwright.local]\nparameters = {tills = {A = 1}}", "'tills' is none of"),
    ],
)
def test_what_is_wrong_on_one_machine_is_told(tmp_path: Path, settings: str, fault: str) -> None:
    """With its place."""
    with pytest.raises(ProjectError, match=fault):
        local_parameters(project(tmp_path, settings))


def test_a_name_fits_into_those_of_stacks_and_stages(tmp_path: Path) -> None:
    """Which CloudFormation and API Gateway restrict."""
    made = project(tmp_path, "[tool.pactwright.environments.Staging_1]")

    with pytest.raises(ProjectError, match="up to 20 of a-z"):
        Environment.load(made, "Staging_1")


def test_a_stack_is_named_for_project_environment_and_service(tmp_path: Path) -> None:
    """CloudFormation takes no underscores."""
    assert stack_name(project(tmp_path, ""), "staging", "stock_list") == (
        "corner-shop-staging-stock-list"
    )
