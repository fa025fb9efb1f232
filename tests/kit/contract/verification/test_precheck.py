"""Verification can't pass by having nothing to do: each way to that fails at once, by name."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from pactwright.cli import main
from pactwright.contract.errors import ContractError, NothingToVerify, PactError, StateError
from pactwright.contract.verification.precheck import load
from pactwright.schema import Project
from tests.kit.contract.verification.provided import (
    A_KEY,
    A_SHELF,
    interaction,
    write_pact,
)


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file that must have it."""
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


def refused(project: Project, *chosen: str) -> str:
    """What is said of a project's contracts, within a second."""
    started = time.monotonic()
    with pytest.raises(ContractError) as caught:
        load(Project.load(project.root), chosen)

    assert time.monotonic() - started < 1
    return f"{type(caught.value).__name__}: {caught.value}"


def test_a_whole_project_is_let_through(project: Project) -> None:
    """Its providers come in the order of verification, with all pacts with them."""
    contracts = load(project)

    assert list(contracts.providers) == ["keys", "shelf"]
    assert [pact.name for pact in contracts.of("keys")] == ["shelf-keys", "reader-keys"]
    assert [pact.name for pact in contracts.called("shelf").values()] == ["shelf-keys"]


def test_only_the_providers_asked_for_are_loaded(project: Project) -> None:
    """With those that they call, where the chain is to be closed."""
    assert list(load(project, ["shelf"]).providers) == ["shelf"]
    assert list(load(project, ["shelf"], chain=True).providers) == ["keys", "shelf"]


def test_no_folder(project: Project, folder: Path) -> None:
    """There is nothing to verify."""
    shutil.rmtree(folder)

    assert refused(project).startswith("NothingToVerify: there are no pacts in contracts/pacts")


def test_an_empty_folder(project: Project, folder: Path) -> None:
    """There is nothing to verify, either."""
    for file in folder.iterdir():
        file.unlink()

    assert refused(project).startswith("NothingToVerify: there are no pacts in contracts/pacts")


def test_a_provider_that_is_none(project: Project) -> None:
    """The services are told."""
    assert refused(project, "shelv") == (
        "NothingToVerify: 'shelv' is no service of this project: keys, shelf are"
    )


def test_a_provider_that_is_misspelt_in_a_pact(project: Project, folder: Path) -> None:
    """By the file, with what its consumer may rely on."""
    write_pact(folder, "reader-shelv", [A_SHELF])

    assert refused(project) == (
        "PactError: reader-shelv.json is with 'shelv'; reader is configured to rely on keys, shelf"
    )


def test_a_consumer_that_is_misspelt_in_a_pact(project: Project, folder: Path) -> None:
    """By the file, with the consumers that there are."""
    write_pact(folder, "readr-shelf", [A_SHELF])

    assert refused(project) == (
        "PactError: readr-shelf.json is of 'readr', which is no consumer: shelf, reader are"
    )


def test_a_pact_under_another_name(project: Project, folder: Path) -> None:
    """Its file is called after what it holds."""
    (folder / "reader-shelf.json").rename(folder / "reader.json")

    assert refused(project).startswith("PactError: reader.json says that it is of 'reader'")


def test_a_pact_that_is_missing(project: Project, folder: Path) -> None:
    """Though others are there."""
    (folder / "shelf-keys.json").unlink()

    assert refused(project) == (
        "PactError: shelf-keys.json is missing: record what shelf relies on of keys"
    )


def test_a_pact_without_interactions(project: Project, folder: Path) -> None:
    """It would verify nothing."""
    write_pact(folder, "reader-keys", [])

    assert refused(project).startswith("NothingToVerify: reader-keys.json has no interactions")


def test_a_pact_that_was_edited_by_hand(project: Project, folder: Path) -> None:
    """By the interaction that was, with the test to change instead."""
    edit(folder / "reader-keys.json", '"the attic"', '"the cellar"')

    assert "reader-keys.json: the interaction 'a key' was edited by hand" in refused(project)


@pytest.mark.parametrize(
    "test", ["tests_of_shelves/test_all.py::test_gone", "tests_of_shelves/test_none.py::test_one"]
)
def test_an_interaction_that_no_test_records(project: Project, folder: Path, test: str) -> None:
    """By the pact, the interaction and the test that is not there."""
    write_pact(folder, "reader-keys", [{**A_KEY, "comments": {"testname": test}}])

    assert refused(project) == (
        f"PactError: reader-keys.json: 'a key' is recorded by no test: {test} is not there"
    )


def test_an_interaction_that_names_no_test(project: Project, folder: Path) -> None:
    """It was not recorded by this kit."""
    write_pact(folder, "reader-keys", [{**A_KEY, "comments": {}}])

    assert "'a key' does not say which test records it" in refused(project)


def test_tests_in_classes_and_with_parameters_are_found(project: Project, folder: Path) -> None:
    """As pytest names them."""
    test = "tests_of_shelves/test_all.py::TestMany::test_two[red-1]"
    write_pact(folder, "reader-keys", [{**A_KEY, "comments": {"testname": test}}])

    assert load(project).of("keys")


def test_a_state_that_nothing_handles(project: Project, folder: Path) -> None:
    """Before anything is started."""
    lock = interaction("a lock", "/keys/red")
    lock["providerStates"] = [{"name": "a lock", "params": {}}]
    write_pact(folder, "reader-keys", [A_KEY, lock])

    assert refused(project) == (
        "StateError: keys: the state 'a lock' is not handled; handled are: 'a key' "
        "(needed by reader-keys, 'a lock')"
    )


def test_a_state_that_nothing_uses(project: Project, folder: Path) -> None:
    """Of all pacts with the provider."""
    write_pact(folder, "reader-shelf", [A_SHELF])

    assert 'StateError: shelf: the state "keys can\'t be reached" is handled, but' in (
        refused(project)
    )


def test_a_provider_that_no_module_verifies(project: Project) -> None:
    """The setting to make is told."""
    edit(project.root / "pyproject.toml", 'keys = "tests_of_shelves.keys"\n', "")

    assert refused(project).startswith("NothingToVerify: nothing can verify keys: name a module")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("import no_such\n", "can't be loaded: ModuleNotFoundError: No module named 'no_such'"),
        ("PROVIDERS = []\n", "can't be loaded: AttributeError: .* no attribute 'PROVIDER'"),
        ("1 / 0\n", "can't be loaded: ZeroDivisionError: division by zero"),
        ("PROVIDER = (\n", r"can't be loaded: SyntaxError: .* \(keys\.py, line 1\)"),
        ("raise SystemExit(0)\n", "can't be loaded: SystemExit: 0"),
        ("PROVIDER = None\n", "must be the pactwright Provider of 'keys'"),
    ],
)
def test_a_module_that_cannot_verify(project: Project, content: str, said: str) -> None:
    """By its name, with the reason."""
    (project.root / "tests_of_shelves" / "keys.py").write_text(content)

    with pytest.raises(StateError, match=rf"tests_of_shelves\.keys.*{said}"):
        load(project)


def test_a_service_that_nobody_relies_on(project: Project, folder: Path) -> None:
    """Nothing can be verified of it."""
    edit(project.root / "pyproject.toml", 'reader = ["keys", "shelf"]', 'reader = ["keys"]')
    (folder / "reader-shelf.json").unlink()

    with pytest.raises(NothingToVerify, match="no pact is with shelf"):
        load(Project.load(project.root))


def test_a_service_that_no_contract_knows(project: Project) -> None:
    """It would be left out, and nobody would notice."""
    edit(
        project.root / "pyproject.toml",
        "[tool.pactwright.services.shelf]",
        "[tool.pactwright.services.weather]\n[tool.pactwright.services.shelf]",
    )

    assert refused(project).startswith("NothingToVerify: no pact is with weather: ")


def test_a_service_is_a_consumer_of_what_it_calls(project: Project, folder: Path) -> None:
    """Whatever else it is configured to rely on."""
    edit(project.root / "pyproject.toml", "reader = ", 'shelf = ["shelf"]\n    reader = ')
    write_pact(folder, "shelf-shelf", [A_SHELF])

    assert [*load(Project.load(project.root)).called("shelf")] == ["keys"]


@pytest.mark.parametrize("name", ["old/reader-keys.json", "reader-keys.JSON", "notes.txt"])
def test_something_among_the_pacts_that_is_none(project: Project, folder: Path, name: str) -> None:
    """It is not passed over."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes((folder / "reader-keys.json").read_bytes())

    found = name.partition("/")[0]
    assert refused(project).startswith(f"PactError: contracts/pacts/{found} is no pact, ")


def test_the_command_tells_it_and_fails(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, with exit status 1."""
    (folder / "shelf-keys.json").unlink()

    assert main(["--project", str(project.root), "verify", "--chain"]) == 1
    assert capsys.readouterr().err.startswith("pactwright: shelf-keys.json is missing")


def test_an_unreadable_pact_is_named(project: Project, folder: Path) -> None:
    """As any that this kit did not record."""
    (folder / "reader-keys.json").write_text("{}")

    with pytest.raises(PactError, match=r"reader-keys\.json is no pact"):
        load(project)
