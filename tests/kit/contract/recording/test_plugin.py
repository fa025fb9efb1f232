"""pytest with the plugin, as a project runs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.kit.contract.recording.things import DOCUMENTS

REPOSITORY: Final = Path(__file__).parents[4]
SETTINGS: Final = """
[tool.pactwright]
package = "shop"
[tool.pactwright.services.things]
calls = []
[tool.pactwright.pacts.consumers]
shop = ["things"]
[tool.pytest.ini_options]
addopts = ["--strict-markers", "-p", "pactwright.contract.plugin", "-p", "no:cacheprovider"]
"""
HEAD: Final = """
import pytest
from pactwright.contract.recording.recorder import Recorder, only
from tests.kit.contract.recording.things import SHOW_LABEL, LIST_THINGS, ThingPage, ThingsClient
pytestmark = pytest.mark.pact("shop", "things")
"""
LABEL: Final = """
@pytest.mark.parametrize("name", ["label"])
def test_label(pact: Recorder, name: str) -> None:
    pact.expect(f"a {name}", SHOW_LABEL, answer="<p>")
    assert pact.client(ThingsClient).show_label() == "<p>"
"""
UNREAD: Final = """
def test_unread(pact: Recorder) -> None:
    pact.expect("things", LIST_THINGS, answer=only(ThingPage, items=[], next=None))
    assert pact.client(ThingsClient).list_things().items == []
"""
UNASKED: Final = """
def test_unasked(pact: Recorder) -> None:
    pact.expect("things", LIST_THINGS, answer=only(ThingPage, items=[]))
    pact.client(ThingsClient).show_label()
"""
UNMARKED: Final = """
def test_unmarked(pact) -> None:
    pass
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs pytest on a project with one file of tests."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "contracts").mkdir()
    for document in DOCUMENTS.iterdir():
        (tmp_path / "contracts" / document.name).write_bytes(document.read_bytes())
    folder = tmp_path / "tests/contracts/consumers"
    folder.mkdir(parents=True)

    def ran(tests: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (folder / "test_shop.py").write_text(tests)
        search = f"import sys; sys.path.append({str(REPOSITORY)!r})"
        program = f"{search}; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
        return subprocess.run(  # noqa: S603
            [sys.executable, "-c", program, "-q", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return ran


def test_a_project_records_and_compares(run: Run, tmp_path: Path) -> None:
    """The test's name in the pact is that of its function."""
    recorded = run(HEAD + LABEL, "--record")
    assert recorded.returncode == 0, recorded.stdout
    assert "recorded shop-things.json" in recorded.stdout
    pact = (tmp_path / "contracts/pacts/shop-things.json").read_text()
    assert '"testname": "tests/contracts/consumers/test_shop.py::test_label"' in pact

    same = run(HEAD + LABEL, "tests")
    assert same.returncode == 0
    assert "the committed pacts are what the tests record" in same.stdout
    other = run(HEAD + LABEL.replace('"label"', '"sign"'))
    assert other.returncode == 1
    assert '+      "description": "a sign",' in other.stdout


def test_tests_fail_for_what_they_expect(run: Run, tmp_path: Path) -> None:
    """By name; and then nothing is recorded."""
    found = run(HEAD + LABEL + UNREAD + UNASKED, "--record")

    assert found.returncode == 1
    assert "things: /next is expected but never read: leave it out" in found.stdout
    assert "Request not found: GET /label" in found.stdout
    assert "Missing request: GET /things" in found.stdout
    assert "not compared with the committed pacts: tests/contracts" in found.stdout
    assert "1 passed" in found.stdout
    assert not (tmp_path / "contracts/pacts").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("-k", "unread"), "tests were deselected"),
        (("tests/contracts/consumers/test_shop.py",), "only part of tests/contracts/consumers"),
        (("-n", "1"), "the tests ran in several processes"),
    ],
    ids=["deselected", "part", "xdist"],
)
def test_part_of_the_tests_is_not_compared(
    run: Run, arguments: tuple[str, ...], reason: str
) -> None:
    """The run says so in a line."""
    tests = HEAD + LABEL + UNREAD.replace(", next=None", "")
    found = run(tests, *arguments)

    assert found.returncode == 0, found.stdout
    assert f"not compared with the committed pacts: {reason}" in found.stdout


def test_a_test_says_whose_contract_it_is(run: Run) -> None:
    """The fixture is of no use without the mark, and a run without contracts compares nothing."""
    found = run(UNMARKED)

    assert found.returncode == 1
    assert "the fixture pact needs to know whose contract it is" in found.stdout
    assert "1 error" in found.stdout
    assert "committed pacts" not in found.stdout
