"""The gate can't pass by having nothing to do, nor by what was slipped past it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.cli import main
from pactwright.contract import pacts
from pactwright.contract.verification import precheck
from pactwright.contract.verification.environment import Running, Site
from pactwright.contract.verification.provider import Provider
from pactwright.contract.verification.run import Options, run
from pactwright.contract.verification.stub import Stub
from pactwright.schema import Project

ROOT: Final = Path(__file__).parents[2]
COPIED: Final = ("contracts", "services", "tests/contracts")

Change = Callable[[Path], object]
"""Breaks something in a copy of the project."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of this project, as far as its contracts go."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pyc*"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def verify(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What ``pactwright verify`` says of a project, in a process that has loaded nothing yet."""
    command = [sys.executable, "-m", "pactwright", "--project", str(project), "verify"]
    return subprocess.run(  # noqa: S603 - the kit itself
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def rewritten(file: Path, pattern: str, text: str) -> None:
    """Replace the one place in a file that a pattern matches."""
    changed, count = re.subn(pattern, text, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{pattern} is {count} times in {file.name}"
    file.write_text(changed, encoding="utf-8")


def edited(file: Path, change: Callable[[Any], object], *, by_hand: bool) -> None:
    """Change a pact: by hand, or so that its digests fit."""
    content = json.loads(file.read_bytes())
    change(content)
    text = json.dumps(content).encode() if by_hand else pacts.render(content)
    file.write_bytes(text)


def pact(project: Path, name: str = "profile-location") -> Path:
    """The file of a pact."""
    return project / "contracts" / "pacts" / f"{name}.json"


def provider(project: Path, name: str = "location") -> Path:
    """The module of a provider."""
    return project / "tests" / "contracts" / "providers" / f"{name}.py"


def no_pacts(project: Path) -> None:
    for file in (project / "contracts" / "pacts").iterdir():
        file.unlink()


def no_folder(project: Path) -> None:
    shutil.rmtree(project / "contracts" / "pacts")


def no_pact_of_a_pair(project: Path) -> None:
    pact(project).unlink()


def misspelt_provider(project: Path) -> None:
    edited(pact(project), lambda it: it["provider"].update(name="locaton"), by_hand=False)


def misspelt_file(project: Path) -> None:
    pact(project).rename(pact(project, "profile-locaton"))


def no_interactions(project: Path) -> None:
    edited(pact(project), lambda it: it["interactions"].clear(), by_hand=False)


def edited_expectation(project: Path) -> None:
    def change(content: Any) -> None:
        content["interactions"][0]["response"]["status"] = 500

    edited(pact(project), change, by_hand=True)


def removed_interaction(project: Path) -> None:
    edited(pact(project), lambda it: it["interactions"].pop(), by_hand=True)


def removed_test(project: Path) -> None:
    path, _, name = pacts.read(pact(project)).interactions[0].test.partition("::")
    rewritten(project / path, rf"def {name.partition('[')[0]}\(", "def test_something_else(")


def removed_state(project: Path) -> None:
    module = ast.parse(provider(project).read_text(encoding="utf-8"))
    module.body = [each for each in module.body if getattr(each, "name", "") != "a_location"]
    provider(project).write_text(ast.unparse(module), encoding="utf-8")


def added_state(project: Path, name: str = "a state that nobody needs") -> None:
    with provider(project).open("a", encoding="utf-8") as file:
        file.write(f'\n@PROVIDER.state("{name}")\ndef another(given: Given) -> None: ...\n')


def state_handled_twice(project: Path) -> None:
    added_state(project, "a location")


def misspelt_parameter(project: Path) -> None:
    text = provider(project).read_text(encoding="utf-8")
    provider(project).write_text(text.replace("revision", "revison"), encoding="utf-8")


IN_PACTS: Final[Mapping[Change, str]] = {
    no_pacts: "there are no pacts in contracts/pacts",
    no_folder: "there are no pacts in contracts/pacts",
    no_pact_of_a_pair: "profile-location.json is missing",
    misspelt_provider: "profile-location.json .* 'locaton'",
    misspelt_file: "profile-locaton.json .* 'location'",
    no_interactions: "profile-location.json has no interactions",
    edited_expectation: "profile-location.json: the interaction .* was edited by hand",
    removed_interaction: "profile-location.json was edited by hand",
    removed_test: "profile-location.json: .* is recorded by no test",
}

IN_STATES: Final[Mapping[Change, str]] = {
    removed_state: "location: the state 'a location' is not handled",
    added_state: "location: the state 'a state that nobody needs' is handled, but no interaction",
    state_handled_twice: "location: the state 'a location' is handled twice",
    misspelt_parameter: "location: the state 'a location': .* no parameter revision",
}


def named(change: Change) -> str:
    return change.__name__.replace("_", "-")


@pytest.mark.parametrize("change", IN_PACTS, ids=named)
def test_pacts_that_prove_nothing(
    project: Path, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    """They fail by name, before anything is started that would take longer than reading them."""
    change(project)

    status = main(["--project", str(project), "verify", "--chain"])

    assert status == 1
    assert re.search(IN_PACTS[change], capsys.readouterr().err)
    assert not (project / "build").exists()


@pytest.mark.parametrize("change", IN_STATES, ids=named)
def test_states_that_do_not_fit(project: Path, change: Change) -> None:
    """They fail by name, before anything is started."""
    change(project)

    said = verify(project, "--chain")

    assert said.returncode == 1
    assert re.search(IN_STATES[change], said.stderr), said.stderr
    assert not (project / "build").exists()


def test_a_provider_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """A provider that is misspelt on the command line fails by name."""
    status = main(["--project", str(ROOT), "verify", "locaton"])

    assert status == 1
    assert "'locaton' is no service of this project" in capsys.readouterr().err


class Unstarted(Site):
    """Where no provider may be started."""

    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        """Fail."""
        raise AssertionError(f"{provider.name} was started with {stubs}")


def test_a_stub_whose_pact_was_not_verified() -> None:
    """In a chain, a provider is not replayed on a stub that nothing has proven."""
    contracts = precheck.load(Project.load(ROOT), ["location"])

    report = run(contracts, Unstarted(), Options(chain=True))

    assert not report.ok
    for result in report.results:
        (reason,) = result.reasons
        assert "its stub of authentication is location-authentication.json" in reason


def field_left_out(project: Path) -> None:
    api = project / "services" / "location" / "api.py"
    rewritten(api, r"label=place\.label", "label=None")


def any_token_accepted(project: Path) -> None:
    introspection = project / "services" / "location" / "introspection.py"
    known = 'Introspection(active=True, scope="user", sub=token, client_id="anyone")'
    rewritten(introspection, r"return authentication\.introspect_token\(.*\)$", f"return {known}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (field_left_out, "Actual map is missing the following keys: label"),
        (any_token_accepted, "expected 401 but was"),
    ],
    ids=["field-left-out", "any-token-accepted"],
)
def test_a_service_that_breaks_its_consumers(project: Path, change: Change, reason: str) -> None:
    """What breaks a consumer in a service's own code fails, by the interaction and the reason."""
    (project / "build").symlink_to(ROOT / "build")
    change(project)

    said = verify(project, "location", "--in-process")

    assert said.returncode == 1
    assert "profile → location" in said.stdout
    assert reason in said.stdout
