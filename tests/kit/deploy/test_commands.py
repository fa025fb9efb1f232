"""What is wrong with a call is told before anything is built or asked of AWS."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright import cli

SETTINGS = """
[tool.pactwright]
package = "shop"
[tool.pactwright.services.till]
[tool.pactwright.environments.staging]
region = "eu-west-1"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without any source: whatever is built, fails."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["--env", "staging"], "say what to deploy: services by name, platform, or --all"),
        (["till", "--all", "--env", "staging"], "say what to deploy"),
        (["tills", "--env", "staging"], "has no 'tills' to deploy: platform, till"),
        (["till", "--env", "stagin"], "there is no environment 'stagin' but staging"),
        (["till", "--env", "staging"], "there is no terminal to ask on"),
    ],
)
def test_a_wrong_call_is_told(
    project: Path, call: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, with an exit status of its own."""
    assert cli.main(["--project", str(project), "deploy", *call]) == 1

    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [
        ["--parameter", "Level"],
        ["--parameter", "=INFO"],
        ["--parameter", "till.=INFO"],
        ["--parameter", ".Level=INFO"],
        ["--timeout", "0"],
        ["--timeout", "soon"],
        ["--timeout", "nan"],
    ],
)
def test_an_option_that_means_nothing_is_told(
    project: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As a wrong call."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--project", str(project), "deploy", "till", "--env", "staging", *option])

    assert ended.value.code == 2
    assert option[0] in capsys.readouterr().err


def test_a_hook_that_can_not_be_loaded_is_told_first(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rather than once all stacks are up."""
    file = project / "pyproject.toml"
    hooks = '[tool.pactwright.deploy]\nprovision = ["nowhere_to_be_found:hook"]\n'
    file.write_text(f"{SETTINGS}{hooks}", encoding="utf-8")

    status = cli.main(["--project", str(project), "deploy", "till", "--env", "staging", "--yes"])

    assert status == 1
    assert "the provision hook nowhere_to_be_found:hook can't be loaded" in capsys.readouterr().err
