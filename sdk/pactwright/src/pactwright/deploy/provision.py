"""What a project does once its stacks are up, such as making services known to each other."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy.errors import ProvisionError
from pactwright.deploy.settings import DeploySettings
from pactwright.schema.project import Project
from pactwright.service.errors import DependencyError

Hook = Callable[[Any], object]
"""Takes a `pactwright.deploy.deployment.Deployment`; may be called any number of times."""


def hooks(project: Project) -> tuple[tuple[str, Hook], ...]:
    """A project's hooks, by their names in its settings.

    Raises:
        ProvisionError: one can't be loaded.
    """
    return tuple(
        (name, _load(name, project.root)) for name in DeploySettings.load(project).provision
    )


def provision(project: Project, deployment: Any) -> None:
    """Call each of a project's hooks.

    Raises:
        ProvisionError: one can't be loaded, or what it builds upon refused what it did.
    """
    for name, hook in hooks(project):
        try:
            hook(deployment)
        except (ClientError, BotoCoreError, DependencyError) as error:
            raise ProvisionError(
                f"the stacks are up, but {name} failed: {error}; mend the cause, then run "
                f"`pactwright provision --env {deployment.environment}`"
            ) from error


def _load(name: str, root: Path) -> Hook:
    module, _, function = name.partition(":")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        hook: Hook = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise ProvisionError(f"the provision hook {name} can't be loaded: {error}") from error
    return hook
