"""The hooks that a project has for when its stacks are up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from pactwright.deploy.errors import ProvisionError
from pactwright.deploy.provision import provision
from pactwright.schema.project import Project

HOOK = """\
from botocore.exceptions import ClientError
from pactwright.service.errors import DependencyError, Throttled

def refuse(deployment):
    raise {error}
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[str]:
    """The name of a module that is forgotten afterwards."""
    yield "provisioning_that_fails"
    sys.modules.pop("provisioning_that_fails", None)
    sys.path.remove(str(tmp_path))


@pytest.mark.parametrize(
    "error",
    [
        "DependencyError('the secret was dropped')",
        "Throttled('the secret was dropped')",
        "ClientError({'Error': {'Message': 'the secret was dropped'}}, 'PutItem')",
    ],
)
def test_what_a_hook_was_refused_is_told(tmp_path: Path, module: str, error: str) -> None:
    """With what to do, for the stacks are up."""
    (tmp_path / f"{module}.py").write_text(HOOK.format(error=error))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pactwright]\npackage = "p"\nsdk = "sdk"\ncontracts = "contracts"\n'
        'problem_types = "https://p/"\n[tool.pactwright.services.a]\ncalls = []\n'
        f'[tool.pactwright.deploy]\nprovision = ["{module}:refuse"]\n'
    )

    with pytest.raises(ProvisionError, match="the secret was dropped") as told:
        provision(Project.load(tmp_path), SimpleNamespace(environment="staging"))

    assert "pactwright provision --env staging" in str(told.value)
