"""The project's templates, as they would be deployed."""

from __future__ import annotations

import copy
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered, read, render
from pactwright.deploy.versions import PARAMETER as VERSION
from pactwright.schema import bundle
from pactwright.schema.project import Project


@pytest.fixture(scope="session")
def project(request: pytest.FixtureRequest) -> Project:
    """The project."""
    return Project.load(request.config.rootpath)


def shared_templates(root: Path) -> dict[str, Path]:
    """The templates that are of no single service, by name: `platform` and whatever else there is.

    Args:
        root: the project's folder.
    """
    files = sorted((root / "services").glob("*.yaml"))
    return {file.stem: file for file in files if "AWSTemplateFormatVersion" in file.read_text()}


@pytest.fixture(scope="session")
def rendered(project: Project) -> Mapping[str, Rendered]:
    """Each service's template with its API in it, and those that services share."""
    templates = {
        name: render(
            service.path / "template.yaml", bundle(service.document), project.problem_types
        )
        for name, service in project.services.items()
    }
    shared = shared_templates(project.root).items()
    return templates | {name: Rendered(file, read(file)) for name, file in shared}


@pytest.fixture(scope="session")
def resources(rendered: Mapping[str, Rendered]) -> Mapping[str, Mapping[str, Any]]:
    """The resources of each template, after the SAM transform."""
    return {name: translated(each.template)["Resources"] for name, each in rendered.items()}


def translated(template: Mapping[str, Any], **parameters: str) -> Any:
    """What CloudFormation makes of a template, in SAM or not.

    Args:
        template: the template.
        parameters: values of its parameters, which SAM looks at; one that is not given and has no
            default is `x`, or a digest.
    """
    if "Transform" not in template:
        return copy.deepcopy(template)
    translator: Any = importlib.import_module("samtranslator.translator.transform")  # untyped
    declared = template.get("Parameters", {})
    stand_ins = {name: "x" for name, about in declared.items() if "Default" not in about}
    values = {**stand_ins, VERSION: "0" * 64, **parameters}
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"  # the translator reads it nowhere else
    try:
        return translator.transform(copy.deepcopy(template), values, SimpleNamespace(load=dict))
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before


@pytest.fixture(scope="session")
def root(request: pytest.FixtureRequest) -> Path:
    """The project's folder."""
    return request.config.rootpath
