"""pytest with the plugin, as a project runs it."""

from __future__ import annotations

import os
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
addopts = ["--strict-markers", "-p", "pactwright.contract.plugin"]
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
READ: Final = UNREAD.replace(", next=None", "")
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

    def ran(tests: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        (folder / "test_shop.py").write_text(tests)
        search = f"import sys; sys.path.append({str(REPOSITORY)!r})"
        program = f"{search}; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
        return subprocess.run(  # noqa: S603
            [sys.executable, "-c", program, "-q", *arguments],
            cwd=tmp_path,
            env={"PATH": os.defpath, **environment},
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
    assert "not recorded: tests/contracts" in found.stdout
    assert "1 passed" in found.stdout
    assert not (tmp_path / "contracts/pacts").exists()


NARROWED: Final = [
    (("-k", "unread"), "tests were deselected"),
    (("tests/contracts/consumers/test_shop.py::test_label",), "only part of tests/contracts/con"),
    (("--deselect", "tests/contracts/consumers/test_shop.py::test_unread"), "tests were desel"),
]


@pytest.mark.parametrize("environment", [{}, {"CI": "true"}], ids=["here", "CI"])
@pytest.mark.parametrize(("arguments", "reason"), NARROWED, ids=["-k", "part", "--deselect"])
def test_part_of_the_tests_is_not_compared(
    run: Run, arguments: tuple[str, ...], reason: str, environment: dict[str, str]
) -> None:
    """The run says so in a line, and fails where it was to check everything."""
    found = run(HEAD + LABEL + READ, *arguments, **environment)

    assert found.returncode == (1 if environment else 0), found.stdout
    assert f"not compared with the committed pacts: {reason}" in found.stdout


LEFT_OUT: Final = {
    "skipped": ('@pytest.mark.skip("later")' + READ, "test_shop.py::test_unread skipped"),
    "xfailed": ("@pytest.mark.xfail" + READ + "    assert False", "::test_unread skipped"),
    "module": ("pytest.skip(allow_module_level=True)", "test_shop.py: none of its tests ran"),
    "unmarked": ("pytestmark = []", "test_shop.py: none of its tests ran"),
}


@pytest.mark.parametrize(("tests", "reason"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_test_that_is_left_out_fails_the_run(
    run: Run, tmp_path: Path, tests: str, reason: str
) -> None:
    """Nobody asked for less; so what is committed may be stale for ever."""
    other = tmp_path / "tests/contracts/consumers/test_other.py"
    other.write_text(HEAD + LABEL)
    found = run(f"{HEAD}{tests}\n")

    assert found.returncode == 1, found.stdout
    assert "not compared with the committed pacts: tests/contracts/consumers/" in found.stdout
    assert reason in found.stdout


def test_tests_that_are_all_left_out_fail_the_run(run: Run) -> None:
    """Even if none of them was ever found."""
    found = run(f"{HEAD}pytest.skip(allow_module_level=True)")

    assert found.returncode == 1, found.stdout
    assert "test_shop.py: none of its tests ran" in found.stdout


@pytest.mark.parametrize("option", ["--collect-only", "--setup-only"])
def test_a_run_that_runs_nothing_compares_nothing(run: Run, option: str) -> None:
    """It is not there to check anything."""
    found = run(HEAD + LABEL, option)

    assert found.returncode == 0, found.stdout
    assert "committed pacts" not in found.stdout


def test_a_run_of_what_failed_last_is_a_part(run: Run) -> None:
    """It leaves out all files in which nothing did."""
    found = run(HEAD + LABEL, "--lf")

    assert found.returncode == 0, found.stdout
    assert "not compared with the committed pacts: only part of tests/con" in found.stdout


def test_all_files_one_by_one_are_the_whole(run: Run) -> None:
    """However they are named."""
    found = run(HEAD + LABEL, "tests/contracts/consumers/test_shop.py")

    assert found.returncode == 1
    assert "The committed pacts are not what the tests record." in found.stdout


@pytest.mark.parametrize("arguments", [(), ("-k", "label")], ids=["whole", "part"])
def test_several_processes_fail_the_run(run: Run, arguments: tuple[str, ...]) -> None:
    """What each of them recorded would be a part."""
    found = run(HEAD + LABEL, "-n", "1", *arguments)

    assert found.returncode == 1, found.stdout
    assert "the tests ran in several processes: run without -n" in found.stdout


def test_a_test_says_whose_contract_it_is(run: Run) -> None:
    """The fixture is of no use without the mark."""
    found = run(UNMARKED)

    assert found.returncode == 1
    assert "the fixture pact needs to know whose contract it is" in found.stdout
    assert "1 error" in found.stdout
    assert "test_shop.py: none of its tests ran" in found.stdout
