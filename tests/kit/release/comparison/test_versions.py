"""What OLD and NEW may be: files, folders, projects and git revisions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.cli import main
from pactwright.release.comparison.errors import ComparisonError
from pactwright.release.comparison.revisions import Repository
from pactwright.release.comparison.versions import find
from tests.kit.release.comparison.document_rows import base, getting, listing
from tests.kit.release.comparison.pacts_of import interaction, pact, write

SETTINGS: Final = """
[tool.pactwright]
package = "shop"
[tool.pactwright.services.things]
calls = []
[tool.pactwright.pacts]
consumers = {shop = ["things"]}
"""
CONFIGURED: Final = ("user.name=A", "user.email=a@example.com", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> None:
    options = [each for value in CONFIGURED for each in ("-c", value)]
    command = ["git", "-C", str(folder), *options, *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def save(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


def commit(folder: Path, *arguments: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "m", *arguments)


def changed() -> Any:
    """A document without the limit, which the shop sends."""
    it = base()
    listing(it)["parameters"].pop(0)
    return it


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder of a repository, with one commit on `main`."""
    root = tmp_path / "repository" / "project"
    save(root / "contracts" / "things.yaml", base())
    save(root / "contracts" / "shared.yaml", {"openapi": "3.1.0", "components": {}})
    (root / "pyproject.toml").write_text(SETTINGS)
    lists = interaction("lists", "GET /things", query={"limit": ["10"]})
    write(root / "contracts" / "pacts", pact(lists))
    git(root, "init", "-q", "-b", "main", str(root.parent))
    commit(root)
    return root


def compare(capsys: pytest.CaptureFixture[str], project: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and output."""
    status = main(["--project", str(project), "compare", *arguments])
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def found(output: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(output)
    return content


def test_revision_is_compared_with_the_working_tree(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The project's documents and the pacts that were committed with them."""
    assert compare(capsys, project, "main") == (0, "no change on the wire\n")

    save(project / "contracts" / "things.yaml", changed())
    (project / "contracts" / "pacts" / "shop-things.json").unlink()
    status, output = compare(capsys, project, "main")

    assert status == 1
    assert "old  contracts/things.yaml#/paths/~1things/get/parameters/0" in output
    assert "breaks shop: list_things query.limit  ('lists')" in output


def test_two_revisions_are_compared_with_each_other(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever stands in the working tree."""
    save(project / "contracts" / "things.yaml", changed())
    commit(project)
    save(project / "contracts" / "things.yaml", {"openapi": "3.1.0", "paths": {}})

    assert compare(capsys, project, "main~1", "main")[0] == 1
    assert compare(capsys, project, "main", "main~1")[0] == 0
    assert compare(capsys, project, "main", "main") == (0, "no change on the wire\n")


@pytest.mark.parametrize(
    "old",
    ["main:project/contracts/things.yaml", "main:./contracts/things.yaml", "main:./contracts"],
)
def test_file_or_folder_of_a_revision_is_compared(
    old: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the top of the repository, or from here; with what stands there now, or another."""
    save(project / "contracts" / "things.yaml", changed())
    other = project / "things.json"
    save(other, base())

    assert compare(capsys, project, old)[0] == 1
    assert compare(capsys, project, old, "things.json")[0] == 0
    assert compare(capsys, project, "things.json", "./contracts/things.yaml")[0] == 1


def test_folders_are_compared_file_by_file(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no document with paths is passed over; one without a counterpart is gone or new."""
    save(tmp_path / "new" / "things.yaml", base())
    save(tmp_path / "new" / "more.yaml", base())
    (tmp_path / "new" / "notes.yaml").write_text("just: notes")

    status, output = compare(capsys, project, "contracts", str(tmp_path / "new"), "--json")

    assert status == 0
    assert [(each["kind"], each["new"]) for each in found(output)["changes"]] == [
        ("document-added", "more.yaml#")
    ]


def test_reference_to_another_file_is_followed_in_its_revision(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is shared is told where it stands, once, with all that it reaches."""
    it = base()
    it["components"]["schemas"]["Thing"] = {"$ref": "shared.yaml#/components/schemas/Thing"}
    shared = {"openapi": "3.1.0", "components": {"schemas": {"Thing": {"type": "object"}}}}
    save(project / "contracts" / "things.yaml", it)
    save(project / "contracts" / "shared.yaml", shared)
    commit(project)
    shared["components"]["schemas"]["Thing"] = {"type": "object", "maxProperties": 9}  # type: ignore[index]
    save(project / "contracts" / "shared.yaml", shared)

    _, output = compare(capsys, project, "HEAD", "--json")
    changes = [each for each in found(output)["changes"] if each["direction"] == "request"]

    assert [(each["old"], each["new"], len(each["at"])) for each in changes] == [
        (
            "contracts/shared.yaml#/components/schemas/Thing",
            "contracts/shared.yaml#/components/schemas/Thing/maxProperties",
            2,
        )
    ]


def test_pacts_of_the_project_are_those_of_files(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no revision has any, they are the project's; elsewhere there are none."""
    save(tmp_path / "things.json", base())
    save(tmp_path / "new.json", changed())
    files = str(tmp_path / "things.json"), str(tmp_path / "new.json")
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()

    known, unknown = (
        found(compare(capsys, where, *files, "--json")[1]) for where in (project, nowhere)
    )

    assert (known["broken"], known["changes"][0]["untold"]) == (["shop"], False)
    assert (unknown["broken"], unknown["changes"][0]["untold"]) == ([], True)


FAULTS: Final[dict[str, tuple[list[str], str]]] = {
    "nothing of that name": (["nonsense"], "nonsense is neither a file, a folder nor a git"),
    "an option as a revision": (["main:--help"], "there is no such file or folder"),
    "no such file at a revision": (["main:no.yaml"], "no such file or folder at that revision"),
    "a path alone": (["contracts"], "contracts is no revision: say what to compare it with"),
    "a folder without documents": (["empty", "contracts"], "no OpenAPI document with paths"),
    "a file that is no document": (["pyproject.toml", "contracts"], "pyproject.toml#: is not YAML"),
    "a file without a counterpart": (["main:./contracts/things.yaml", "other"], "no other things"),
    "a name of both kinds": (["both", "contracts"], "both is a revision and a path: write ./both"),
    "a service that has no document": (["main", "--provider=x"], "no document of x: things are"),
    "a broken reference": (["contracts", "broken"], "is not there"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_can_not_be_compared_is_told(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence, with what to do."""
    arguments, message = FAULTS[name]
    (project / "empty").mkdir()
    (project / "both").mkdir()
    git(project, "branch", "both")
    save(project / "other" / "others.yaml", base())
    it = base()
    getting(it)["responses"]["200"] = {"$ref": "#/components/responses/None"}
    save(project / "broken" / "things.yaml", it)

    status, output = compare(capsys, project, *arguments)

    assert (status, message in output) == (1, True), output


def test_outside_of_a_repository_files_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git is needed for revisions only."""
    save(tmp_path / "old.yaml", base())
    save(tmp_path / "new.yaml", base())

    assert compare(capsys, tmp_path, "old.yaml", "new.yaml") == (0, "no change on the wire\n")
    assert "nor a git revision" in compare(capsys, tmp_path, "main", "new.yaml")[1]


def test_without_git_there_are_no_revisions(project: Path, tmp_path: Path) -> None:
    """Files are found all the same."""
    repository = Repository(project, tmp_path / "empty", program="no-such-git")

    assert repository.commit("main") is None
    assert find("contracts", repository, project).documents().keys() == {"things"}
    with pytest.raises(ComparisonError, match="git revision: there is no git here to ask"):
        find("main", repository, project)


@pytest.mark.parametrize(
    ("fail_on", "unread", "read"), [("in-fact", 0, 1), ("breaking", 1, 1), ("never", 0, 0)]
)
def test_exit_status_is_what_was_asked_for(
    fail_on: str, unread: int, read: int, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For what breaks somebody, for what may, or never."""
    it = base()
    it["components"]["schemas"]["Thing"]["properties"].pop("size")
    it.pop("webhooks")
    for each in it["paths"]["/things"].values():
        each.pop("callbacks", None)
    save(project / "unread.yaml", it)
    save(project / "old.yaml", {**it, "components": base()["components"]})
    save(project / "read.yaml", changed())
    option, of = f"--fail-on={fail_on}", "--provider=things"

    assert compare(capsys, project, "old.yaml", "unread.yaml", option, of)[0] == unread
    assert compare(capsys, project, "contracts/things.yaml", "read.yaml", option, of)[0] == read
