"""A whole system: everything checked and built first, then each stack in the order of the calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pactwright.deploy.building import lint_once
from pactwright.deploy.bundle import Bundle, bundle
from pactwright.deploy.errors import BundleError, TemplateError
from pactwright.deploy.platforms import Platform
from pactwright.deploy.settings import DeploySettings
from pactwright.deploy.stacks import Progress, Stacks
from pactwright.deploy.templates import Rendered, read, render
from pactwright.deploy.versions import PARAMETER, version_digest
from pactwright.schema import bundle as self_contained
from pactwright.schema.project import Project

Clients = Callable[[str], Any]
"""Takes the name of an AWS service, returns a boto3 client of it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A system that is ready to be deployed: built, rendered and linted.

    Attributes:
        platform: the template of what the stacks share.
        templates: each service's, in the order of deployment.
        bundles: each service's.
    """

    platform: Rendered
    templates: Mapping[str, Rendered]
    bundles: Mapping[str, Bundle]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A system that is up.

    Attributes:
        environment: its name, such as `local` or `staging`.
        outputs: of each service's stack: `outputs["location"]["TableName"]`.
        shared: the outputs of the platform's stack.
        client: makes a boto3 client: `client("dynamodb")`.
    """

    environment: str
    outputs: Mapping[str, Mapping[str, str]]
    shared: Mapping[str, str]
    client: Clients


def prepare(
    project: Project,
    build: Path,
    progress: Progress = lambda _: None,
    *,
    platform: Platform | None = None,
    runtime: str | None = None,
) -> Prepared:
    """Build and check all that a deployment needs, without touching any stack.

    Args:
        project: the sources.
        build: the folder for what is built.
        progress: called with a line for each step.
        platform: what bundles are for; this machine's by default.
        runtime: such as `python3.13`; that of the Python that runs this by default.

    Raises:
        DeployError: something can't be built, or a template is refused.
    """
    templates, bundles = {}, {}
    file = DeploySettings.load(project).platform
    shared = Rendered(file, read(file))
    for name, service in project.services.items():
        file = service.path / "template.yaml"
        document = self_contained(service.document)
        templates[name] = render(file, document, project.problem_types)
    lint_once((shared, *templates.values()), build / "linted", progress)
    progress("bundling (dependencies are installed the first time)")
    for name, rendered in templates.items():
        made = bundle(
            name, project, build, platform=platform, runtime=runtime, template=rendered.text()
        )
        bundles[name] = made
        progress(f"bundle {name}: {made.size / 1e6:.1f} MB, sha256 {made.digest[:12]}")
    return Prepared(shared, templates, bundles)


def deploy(
    project: Project,
    prepared: Prepared,
    stacks: Stacks,
    clients: Clients,
    parameters: Mapping[str, Mapping[str, str]],
    environment: str,
    progress: Progress = lambda _: None,
) -> Deployment:
    """Deploy the platform's stack, then each service's after those it calls.

    Args:
        project: which services there are, and who calls whom.
        prepared: what `prepare` made of it.
        stacks: where they go.
        clients: for what CloudFormation does not do: uploading bundles.
        parameters: of each service's template, on top of those that follow from the project; the
            URLs of called services among them replace the ones that their stacks tell.
        environment: the name that stacks and stages get.
        progress: called with a line for each stack; `stacks` tells of each resource.

    Raises:
        DeployError: a template asks for an unknown parameter, or a stack failed.
    """
    prefix = f"{project.package.replace('_', '-')}-{environment}"
    progress(f"deploying {prefix}-platform")
    shared = stacks.deploy(
        f"{prefix}-platform",
        prepared.platform.text(),
        _declared(prepared.platform, {"Environment": environment}),
    )
    if "ArtifactBucket" not in shared:
        raise TemplateError(f"{prepared.platform.source}: the output ArtifactBucket is missing")
    stacks = replace(stacks, upload=partial(_upload, clients("s3"), shared["ArtifactBucket"]))
    outputs: dict[str, Mapping[str, str]] = {}
    for name, rendered in prepared.templates.items():
        progress(f"deploying {prefix}-{name}")
        called = project.services[name].calls
        known = {
            **shared,
            **_place(prepared.bundles[name], shared["ArtifactBucket"], clients("s3")),
            **{url_parameter(each): outputs[each]["ApiUrl"] for each in called},
            **parameters.get(name, {}),
            "Environment": environment,
        }
        known[PARAMETER] = version_digest(rendered.template, known)
        declared = _declared(rendered, known)
        outputs[name] = stacks.deploy(f"{prefix}-{name}", rendered.text(), declared)
    return Deployment(environment, outputs, shared, clients)


def url_parameter(service: str) -> str:
    """The name of the template parameter that takes a service's URL: `LocationUrl`."""
    return "".join(part.capitalize() for part in service.split("_")) + "Url"


def _declared(rendered: Rendered, known: Mapping[str, str]) -> dict[str, str]:
    """The values of the parameters that a template declares."""
    declared = rendered.template.get("Parameters", {})
    missing = [
        name for name, about in declared.items() if name not in known and "Default" not in about
    ]
    if missing:
        names = ", ".join(missing)
        raise TemplateError(f"{rendered.source}: nothing is known to give its parameters {names}")
    return {name: known[name] for name in declared if name in known}


def _place(made: Bundle, bucket: str, s3: Any) -> dict[str, str]:
    """Put a bundle into the artifact bucket; returns what a template has to know about it."""
    key = f"bundles/{made.service}/{made.digest}.zip"
    if not s3.list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount"):
        content = made.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != made.digest:
            raise BundleError(f"{made.path} was changed while it was being deployed")
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    about = {"Runtime": made.runtime, "Architecture": made.architecture}
    return {"BundleBucket": bucket, "BundleKey": key, **about}


def _upload(s3: Any, bucket: str, template: str) -> str:
    key = f"templates/{hashlib.sha256(template.encode()).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=template.encode())
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"
