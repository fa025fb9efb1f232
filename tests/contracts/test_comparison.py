"""This project's own documents and pacts, compared."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.cli import main
from pactwright.contract import pacts

ROOT: Final = Path(__file__).parents[2]
CONFIGURED: Final = ("user.name=A", "user.email=a@example.com", "commit.gpgsign=false")

Compare = Callable[..., tuple[int, str]]


def git(folder: Path, *arguments: str) -> None:
    options = [each for value in CONFIGURED for each in ("-c", value)]
    command = ["git", "-C", str(folder), *options, *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of this project, as far as its contracts go, committed on `main`."""
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "as it is")
    return tmp_path


@pytest.fixture
def compare(project: Path, capsys: pytest.CaptureFixture[str]) -> Compare:
    """What ``pactwright compare`` says: exit status and output."""

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["--project", str(project), "compare", *arguments])
        return status, capsys.readouterr().out

    return run


def rewritten(file: Path, pattern: str, text: str) -> None:
    """Replace the one place in a file that a pattern matches."""
    changed, count = re.subn(pattern, text, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{pattern} is {count} times in {file.name}"
    file.write_text(changed, encoding="utf-8")


def without_label(project: Path) -> None:
    """Locations have no label any more, and latitudes end at 85 degrees."""
    label = r"        label:\n          \$ref: common.yaml#/components/schemas/PlaceLabel\n"
    rewritten(project / "contracts" / "location.yaml", label, "")
    rewritten(project / "contracts" / "common.yaml", "maximum: 90$", "maximum: 85")


def test_documents_do_not_differ_from_themselves(compare: Compare) -> None:
    """All three, with what they share."""
    assert compare("main") == (0, "no change on the wire\n")
    assert compare("main", "main", "--pacts") == (0, "all rely on what they relied on\n")


def test_component_of_another_name_makes_no_difference(project: Path, compare: Compare) -> None:
    """Nor does it whether what it describes is described in place."""
    for file in (project / "contracts").glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("schemas/PlaceLabel", "schemas/PlaceName")
        file.write_text(text.replace("    PlaceLabel:", "    PlaceName:"), encoding="utf-8")
    referred = r"        user_id:\n          \$ref: common.yaml#/components/schemas/UserId\n"
    in_place = "        user_id: {type: string, format: uuid}\n"
    rewritten(project / "contracts" / "location.yaml", referred, in_place)

    assert compare("main") == (0, "no change on the wire\n")


def test_documentation_shows_what_is_told(project: Path, compare: Compare) -> None:
    """The example of docs/compare.md is what the command prints."""
    without_label(project)
    status, output = compare("main")
    text = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")

    assert status == 1
    assert f"$ .venv/bin/pactwright compare main\n{output}```" in text


def test_documentation_shows_what_pacts_tell(project: Path, compare: Compare) -> None:
    """The example of --pacts is what the command prints."""
    file = project / "contracts" / "pacts" / "profile-location.json"
    content: Any = json.loads(file.read_bytes())
    asked = next(each for each in content["interactions"] if "set anew" in each["description"])
    asked["response"]["body"]["content"]["accuracy_m"] = 12.5
    asked["response"]["body"]["content"].pop("label")
    asked["response"]["matchingRules"]["body"].pop("$.label")
    file.write_bytes(pacts.render(content))
    status, output = compare("--pacts", "main")
    text = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")

    assert status == 0
    assert f"$ .venv/bin/pactwright compare --pacts main\n{output}```" in text


def test_field_that_nobody_reads_breaks_nobody_in_fact(project: Path, compare: Compare) -> None:
    """An optional one may go: it is breaking in principle, and passes."""
    instance = r"        instance:\n(          .*\n)+"
    rewritten(project / "contracts" / "common.yaml", instance, "")

    status, output = compare("main")

    assert "breaking: instance is gone (response)" in output
    assert "breaks nobody in fact" in output
    assert status == 0
    assert compare("main", "--fail-on=breaking")[0] == 1
