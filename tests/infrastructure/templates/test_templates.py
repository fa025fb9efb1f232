"""What all templates have in common, and what the services' stacks are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pactwright.deploy.environments import environments, stack_name
from pactwright.deploy.templates import Rendered, lint
from pactwright.schema.project import Project
from tests.infrastructure.templates.resources import SERVICES, TEMPLATES, Resources

LONGEST = {"AWS::IAM::Role": 64, "AWS::Lambda::Function": 64, "AWS::SQS::Queue": 80}
"""How many characters a name may have, by type of resource."""

RANDOM = 13
"""Characters at the end of a name that CloudFormation makes."""


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_linter_has_nothing_to_say(rendered: Mapping[str, Rendered], name: str) -> None:
    """With the API's definition in it."""
    lint(rendered[name])


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_transform_leaves_no_sam(resources: Resources, name: str) -> None:
    """Each resource becomes one of CloudFormation's own."""
    assert not [each for each in resources[name].values() if "Serverless" in each["Type"]]


@pytest.mark.parametrize("name", SERVICES)
def test_names_begin_with_the_stacks_whole_name(
    project: Project, resources: Resources, name: str
) -> None:
    """CloudFormation cuts the stack's off where a name would be too long; policies ask for it."""
    for environment in environments(project):
        stack = stack_name(project, environment, name)
        for logical, each in resources[name].items():
            made = f"{stack}-{logical}-{'0' * RANDOM}"
            assert len(made) <= LONGEST.get(each["Type"], len(made)), made


@pytest.mark.parametrize("name", TEMPLATES)
def test_parameters_and_outputs_are_described(rendered: Mapping[str, Rendered], name: str) -> None:
    """Whoever deploys by hand sees what each is for."""
    template = rendered[name].template

    for section in ("Parameters", "Outputs"):
        assert not [key for key, each in template[section].items() if not each.get("Description")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_said_to_be_kept_or_not_is_said_for_both(resources: Resources, name: str) -> None:
    """When the stack goes, and when the resource is replaced."""
    for each in resources[name].values():
        if each["Type"] != "AWS::Lambda::Version":  # whose replacement SAM brings about by its id
            assert ("DeletionPolicy" in each) == ("UpdateReplacePolicy" in each), each


@pytest.mark.parametrize(
    "lock", ["services/requirements.txt", "services/authentication/requirements.txt"]
)
def test_dependencies_are_pinned_with_hashes(root: Path, lock: str) -> None:
    """Each to one version, and to files; from no named host."""
    text = (root / lock).read_text(encoding="utf-8")
    pins = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]

    assert pins
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in text


@pytest.mark.parametrize("name", SERVICES)
def test_no_function_can_be_told_to_log_at_debug(
    rendered: Mapping[str, Rendered], name: str
) -> None:
    """At that level the AWS SDK logs what it sends: password hashes, coordinates."""
    levels = rendered[name].template["Parameters"]["LogLevel"]["AllowedValues"]

    assert levels == ["INFO", "WARNING", "ERROR"]
