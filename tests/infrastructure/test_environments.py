"""The environments of the project fit its templates."""

from __future__ import annotations

import pytest

from pactwright.deploy.environments import Environment, environments
from pactwright.deploy.errors import ParameterError
from pactwright.deploy.parameters import Given, check
from pactwright.deploy.platforms import Platform
from pactwright.deploy.preparing import Prepared, rendered
from pactwright.schema.project import Project


@pytest.fixture(scope="module")
def prepared(project: Project) -> Prepared:
    """The project's templates."""
    return rendered(project)


def test_there_are_staging_and_production(project: Project) -> None:
    """Which the pipelines deploy to, in this order."""
    assert list(environments(project)) == ["staging", "production"]


@pytest.mark.parametrize("name", ["staging", "production"])
def test_an_environment_gives_what_the_templates_ask_for(
    project: Project, prepared: Prepared, name: str
) -> None:
    """And nothing that they don't know or allow."""
    environment = Environment.load(project, name)

    check(prepared.every_template(), environment.parameters, project)

    assert Platform.named(environment.platform).is_lambda
    assert environment.tags["environment"] == name


def test_the_templates_ask_for_what_only_an_environment_knows(
    project: Project, prepared: Prepared
) -> None:
    """Without it, who may call the private API is not known."""
    with pytest.raises(ParameterError, match=r"location\.AllowedCidrs"):
        check(prepared.every_template(), (), project)


def test_production_is_changed_by_canary_and_keeps_its_tables(project: Project) -> None:
    """Whatever the templates' defaults are."""
    given = Environment.load(project, "production").parameters
    values = {each.name: each.value for each in given if each.stack is None}

    assert values["DeploymentPreference"].startswith(("Canary", "Linear"))
    assert values["DeletionProtection"] == "true"


def test_a_misspelt_parameter_would_be_told(project: Project, prepared: Prepared) -> None:
    """With its place in the settings."""
    wrong = Given("location", "AllowedCidr", "10.0.0.0/8", "[staging] location.AllowedCidr")
    given = (*Environment.load(project, "staging").parameters, wrong)

    with pytest.raises(ParameterError, match=r"\[staging\] location\.AllowedCidr: no template"):
        check(prepared.every_template(), given, project)
