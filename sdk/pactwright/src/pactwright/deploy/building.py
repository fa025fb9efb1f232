"""`pactwright bundle`: a service built, its template rendered and linted, all in one folder."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from pactwright.deploy.bundle import Bundle, bundle, settings_of
from pactwright.deploy.errors import BundleError
from pactwright.deploy.listing import files, packages, table
from pactwright.deploy.platforms import Platform
from pactwright.deploy.stacks import Progress
from pactwright.deploy.templates import Rendered, lint, render
from pactwright.schema import bundle as self_contained
from pactwright.schema.project import Project


def build(
    service: str,
    project: Project,
    out: Path,
    *,
    platform: Platform | None = None,
    runtime: str | None = None,
    progress: Progress = lambda _: None,
) -> Bundle:
    """Make all that a deployment of one service needs, in `out/SERVICE/PLATFORM/`.

    That is the bundle, the template, rendered and linted, and the manifest that tells of them.

    Args:
        service: one of the project's.
        project: where the sources are.
        out: the folder for what is built.
        platform: what it is for; this machine's by default.
        runtime: such as `python3.13`; that of the Python that runs this by default.
        progress: called with a line for each step that takes time.

    Raises:
        DeployError: something can't be built, or the template is refused.
    """
    settings = settings_of(service, project)
    document = self_contained(settings.document)
    rendered = render(settings.path / "template.yaml", document, project.problem_types)
    try:
        lint_once([rendered], out / "linted", progress)
        return bundle(
            service, project, out, platform=platform, runtime=runtime, template=rendered.text()
        )
    except OSError as error:
        where = error.filename or out
        raise BundleError(f"{service} can't be built: {where}: {error.strerror}") from error


def lint_once(templates: Iterable[Rendered], passed: Path, progress: Progress) -> None:
    """Lint templates that have not passed before.

    Args:
        templates: which.
        passed: the folder that remembers what has passed.
        progress: called with a line for each that is linted.

    Raises:
        TemplateError: the linter found errors; lists them.
    """
    for each in templates:
        checked = f"{version('cfn-lint')} {version('pactwright')} {each.text()}"
        mark = passed / hashlib.sha256(checked.encode()).hexdigest()
        if not mark.exists():
            progress(f"lint {each.source.parent.name}/{each.source.name}")
            lint(each)
            passed.mkdir(parents=True, exist_ok=True)
            mark.touch()


def run_bundle(arguments: argparse.Namespace, output: TextIO) -> int:
    """Run `pactwright bundle`; returns the exit status."""
    project = Project.load(arguments.project)
    platform = Platform.named(arguments.platform)
    out = project.root / "build"
    made = build(arguments.service, project, out, platform=platform, runtime=arguments.runtime)
    output.write(f"{made.path.relative_to(project.root)}\n")
    output.write(f"{made.platform}, {made.runtime}, {made.size} bytes\n")
    output.write(f"sha256 {made.digest}\n\n")
    listed = files(made.path) if arguments.list else packages(made.path)
    output.writelines(f"{line}\n" for line in table(listed))
    return 0
