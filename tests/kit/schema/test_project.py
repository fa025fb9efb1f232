from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.schema import Project, ProjectError

_SETTINGS = """
[tool.pactwright]
package = "acme"
sdk = "sdk/src"
contracts = "contracts"
problem_types = "https://acme.example/problems/"
[tool.pactwright.services.users]
[tool.pactwright.services.orders]
path = "src/orders"
document = "docs/orders.json"
calls = ["users"]
"""


def _load(root: Path, settings: str) -> Project:
    (root / "pyproject.toml").write_text(settings, encoding="utf-8")
    return Project.load(root)


def test_settings_are_read(tmp_path: Path) -> None:
    """Paths are absolute; a service's path and document follow from its name."""
    project = _load(tmp_path, _SETTINGS)

    assert project.package == "acme"
    assert project.sdk == tmp_path / "sdk/src"
    users, orders = project.services.values()
    assert users.path == tmp_path / "services/users"
    assert users.document == tmp_path / "contracts/users.yaml"
    assert orders.path == tmp_path / "src/orders"
    assert orders.document == tmp_path / "docs/orders.json"
    assert orders.calls == ("users",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[tool.pactwright]", "[tool.other]", "package must be the name"),
        ('package = "acme"', 'package = "a-b"', "must be the name of a Python package"),
        ('package = "acme"', 'packages = "acme"', "has no setting 'packages'"),
        ('sdk = "sdk/src"', "sdk = 5", "sdk must be a string"),
        ('calls = ["users"]', 'calls = ["payments"]', "'payments', which is no service before"),
        ('calls = ["users"]', 'calls = "users"', "calls must be a list"),
        ('path = "src/orders"', 'paht = "x"', "has no setting 'paht'"),
        ("services.users]", "services.my-users]", "cannot be the name of a Python package"),
        ("[tool", "[[[tool", "is not TOML"),
    ],
)
def test_wrong_settings_are_told_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    """An error says which setting, and what it may be."""
    with pytest.raises(ProjectError, match=message):
        _load(tmp_path, _SETTINGS.replace(old, new, 1))


def test_a_project_without_services_is_refused(tmp_path: Path) -> None:
    """There would be nothing to do."""
    with pytest.raises(ProjectError, match="at least one service"):
        _load(tmp_path, '[tool.pactwright]\npackage = "acme"\n')


def test_a_folder_without_settings_is_told(tmp_path: Path) -> None:
    """The error names the file that it looks for."""
    with pytest.raises(ProjectError, match=r"pyproject.toml cannot be read"):
        Project.load(tmp_path)
