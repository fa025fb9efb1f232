"""What the services' tests run on: DynamoDBs, and the services in this process.

``--dynamodb`` chooses the DynamoDB: ``emulator`` (ministack), ``dynoxide`` or ``local`` (Amazon's
DynamoDB Local). Without it, the first two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from pactwright.deploy.templates import read
from pactwright.service.dynamodb import Table
from services.authentication.throttle import Limits
from tests.services.composition import Hereabouts, MakeTable
from tests.services.databases import NAMES, Database, missing, serving
from tests.services.doubles import Chance, Clock
from tests.services.observations import SERVICES, Observation, gaps
from tests.services.permissions import Recorder, Use, faults

HERE: Final = Path(__file__).parent
BY_DEFAULT: Final = ("emulator", "dynoxide")

_seen: Final = pytest.StashKey[set[Observation]]()
_recorder: Final = pytest.StashKey[Recorder]()
_deselected: Final = pytest.StashKey[bool]()

_LAST: Final = (HERE / "test_completeness.py", HERE / "test_permissions.py")
"""What asks what was seen."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    parser.addoption("--dynamodb", choices=NAMES, help="the DynamoDB to test the services on")
    parser.addoption(
        "--histories", type=int, help="how many, by chance, the state machine is to play"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker, and begin to note what is seen."""
    config.addinivalue_line("markers", "table: a test that needs a DynamoDB")
    config.addinivalue_line("markers", "any_table: to it, one DynamoDB is as good as another")
    config.stash[_seen] = set()
    config.stash[_recorder] = Recorder()
    config.stash[_deselected] = False


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a DynamoDB on each of them."""
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--dynamodb", default=None)
        one_is_enough = metafunc.definition.get_closest_marker("any_table") is not None
        names = [chosen] if chosen else BY_DEFAULT[: 1 if one_is_enough else None]
        metafunc.parametrize("database", names, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a DynamoDB, before ``-m table`` chooses; put last what asks what was seen."""
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.table)
    items.sort(key=lambda item: item.path in _LAST)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note that not everything here is run."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.config.stash[_deselected] = True


def _why_not_whole(session: pytest.Session) -> str | None:
    """Why what was seen tells nothing of what can be seen; None where it does."""
    files = set(HERE.rglob("test_*.py"))
    if session.config.stash[_deselected] or files - {item.path for item in session.items}:
        return "only some of the tests of the services are run"
    return None


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> str | None:
    """Why not all tests have run in this process; None where they have."""
    if hasattr(request.config, "workerinput"):
        return "each worker sees its own part: the run's end tells"
    return _why_not_whole(request.session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Gather what a worker of pytest-xdist has seen."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[_seen].update(tuple(each) for each in output.get("seen", ()))
    node.config.stash[_recorder].uses.update(tuple(each) for each in output.get("uses", ()))
    node.config.stash[_deselected] |= output.get("part", True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With pytest-xdist, look for gaps once all workers are done; one fails the run."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        seen = config.stash[_seen]
        output["seen"] = sorted(seen)
        output["uses"] = sorted(config.stash[_recorder].uses)
        output["part"] = _why_not_whole(session) is not None
    elif config.pluginmanager.hasplugin("dsession") and not config.stash[_deselected]:
        contracts = config.rootpath / "contracts"
        found = [gap for name in SERVICES for gap in gaps(name, contracts, config.stash[_seen])]
        found += _faults(config.rootpath / "services", config.stash[_recorder].uses)
        for gap in found:
            config.get_terminal_writer().line(f"\n{gap}", red=True)
        if found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _faults(services: Path, uses: Collection[Use]) -> list[str]:
    templates = {name: read(services / name / "template.yaml") for name in SERVICES}
    return [fault for name in SERVICES for fault in faults(name, templates[name], uses)]


@pytest.fixture(scope="session")
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """What services were seen to ask AWS for in the whole run."""
    return request.config.stash[_recorder]


@pytest.fixture(scope="session")
def build(request: pytest.FixtureRequest) -> Path:
    """The folder for what is built."""
    return request.config.rootpath / "build"


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, build: Path, recorder: Recorder) -> Iterator[Database]:
    """A DynamoDB without tables; what services ask of it is recorded."""
    name: str = request.param
    reason = missing(name)
    if reason and request.config.getoption("--dynamodb", default=None):
        pytest.fail(f"{name} can't be had: {reason}")
    if reason:
        pytest.skip(f"{name}: {reason}")
    with serving(name, build) as running:
        recorder.watch(running.client)
        yield running


@pytest.fixture
def make_table(database: Database, request: pytest.FixtureRequest) -> Iterator[MakeTable]:
    """Makes a service's table as its template has it, under a name of its own."""
    names: list[str] = []

    def make(service: str) -> Table:
        names.append(f"{service}-{uuid4().hex}")
        template = request.config.rootpath / "services" / service / "template.yaml"
        database.create(template, names[-1])
        return Table(database.client, names[-1])

    yield make
    for name in names:
        database.client.delete_table(TableName=name)


@pytest.fixture
def clock() -> Clock:
    """A clock that a test moves."""
    return Clock()


@pytest.fixture
def chance() -> Chance:
    """Ids and secrets, the same in each run."""
    return Chance()


@pytest.fixture(scope="session")
def seen(request: pytest.FixtureRequest) -> set[Observation]:
    """What callers from outside have seen in the whole run."""
    return request.config.stash[_seen]


@pytest.fixture
def make_hereabouts(make_table: MakeTable, seen: set[Observation]) -> Callable[..., Hereabouts]:
    """Makes the three services with other limits."""

    def make(limits: Limits | None = None) -> Hereabouts:
        return Hereabouts(make_table, seen, limits)

    return make


@pytest.fixture
def hereabouts(make_hereabouts: Callable[..., Hereabouts]) -> Hereabouts:
    """The three services, each with a table of its own."""
    return make_hereabouts()
