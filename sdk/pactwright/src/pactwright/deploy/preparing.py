"""Everything built and checked before any stack is touched."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pactwright.deploy.building import lint_once
from pactwright.deploy.bundle import bundle
from pactwright.deploy.errors import TemplateError
from pactwright.deploy.manifest import TEMPLATE, Bundle
from pactwright.deploy.parameters import PLATFORM, Given, check
from pactwright.deploy.platforms import Platform
from pactwright.deploy.settings import DeploySettings
from pactwright.deploy.templates import Rendered, read, render
from pactwright.deploy.watching import Progress
from pactwright.schema import bundle as self_contained
from pactwright.schema.project import Project


@dataclass(frozen=True, slots=True)
class Prepared:
    """A system that is ready to be deployed: built, rendered and linted.

    Attributes:
        platform: the template of what the stacks share.
        templates: each service's, in the order of deployment.
        bundles: of the services that are to be deployed.
    """

    platform: Rendered
    templates: Mapping[str, Rendered]
    bundles: Mapping[str, Bundle]

    def rendered(self, name: str) -> Rendered:
        """The template of a stack: a service's, or the platform's."""
        return self.platform if name == PLATFORM else self.templates[name]

    def every_template(self) -> dict[str, Rendered]:
        """The template of each stack, the platform's first."""
        return {PLATFORM: self.platform, **self.templates}


def rendered(project: Project) -> Prepared:
    """A project's templates, of which none is linted; there is no bundle.

    Raises:
        DeployError: one can't be read or made.
    """
    shared = DeploySettings.load(project).platform
    templates = {}
    for name, service in project.services.items():
        document = self_contained(service.document)
        templates[name] = render(service.path / "template.yaml", document, project.problem_types)
    return Prepared(Rendered(shared, read(shared)), templates, {})


def prepare(
    project: Project,
    build: Path,
    progress: Progress = lambda _: None,
    *,
    services: Collection[str] | None = None,
    given: Collection[Given] | None = None,
    platform: Platform | None = None,
    runtime: str | None = None,
) -> Prepared:
    """Build and check all that a deployment needs, without touching any stack.

    Args:
        project: the sources.
        build: the folder for what is built.
        progress: called with a line for each step.
        services: which are to be deployed; all of them by default.
        given: what people give to parameters, to be held against the templates before anything is
            bundled; None leaves that to the deployment.
        platform: what bundles are for; this machine's by default.
        runtime: such as `python3.13`; that of the Python that runs this by default.

    Raises:
        DeployError: something can't be built, or a template or a parameter is refused.
    """
    found = rendered(project)
    chosen = [name for name in project.services if services is None or name in services]
    templates = {name: found.templates[name] for name in chosen}
    lint_once((found.platform, *templates.values()), build / "linted", progress)
    if given is not None:
        check(found.every_template(), given, project)
    if chosen:
        progress("bundling (dependencies are installed the first time)")
    bundles = {}
    for name, template in templates.items():
        made = bundle(
            name, project, build, platform=platform, runtime=runtime, template=template.text()
        )
        bundles[name] = made
        progress(f"bundle {name}: {made.size / 1e6:.1f} MB, sha256 {made.digest[:12]}")
    return Prepared(found.platform, found.templates, bundles)


def built(
    project: Project,
    build: Path,
    platform: Platform,
    services: Collection[str],
    progress: Progress = lambda _: None,
) -> Prepared:
    """Take what `pactwright bundle` made, bundle and template, as it is.

    Args:
        project: whose services they are.
        build: the folder for what is built.
        platform: what the bundles are for.
        services: which are to be deployed.
        progress: called with a line for each step.

    Raises:
        DeployError: one isn't there, or isn't what its manifest tells of, or the linter refuses it.
    """
    found = rendered(project)
    bundles, templates = {}, dict(found.templates)
    for name in (each for each in project.services if each in services):
        folder = build / name / platform.name
        bundles[name] = Bundle.load(folder)
        templates[name] = _rendered_before(folder / TEMPLATE)
    lint_once((found.platform, *(templates[name] for name in bundles)), build / "linted", progress)
    return Prepared(found.platform, templates, bundles)


def _rendered_before(file: Path) -> Rendered:
    try:
        return Rendered(file, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise TemplateError(f"{file} can't be read ({error}): `pactwright bundle`") from error
