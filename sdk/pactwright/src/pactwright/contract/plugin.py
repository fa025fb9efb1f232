"""A pytest plugin that records contracts: ``pytest_plugins = ["pactwright.contract.plugin"]``.

A test marked ``pytest.mark.pact("profile", "location")`` takes the fixture `pact`, a `Recorder`.
When all tests of the project's recordings have run and passed, what they recorded is held against
the committed pacts; with ``--record`` it takes their place. A run that leaves one out fails, unless
only a part was asked for: by a path, ``-k`` or the like. Where the environment variable CI is set,
that fails too.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final

import pytest

from pactwright.contract.recording.asking import is_whole, recording_files
from pactwright.contract.settings import ContractSettings
from pactwright.schema.project import Project, ProjectError

if TYPE_CHECKING:
    from pactwright.contract.recording.recorder import Recorder
    from pactwright.contract.recording.session import ContractSession

_MARK: Final = "pact"
_STRICT: Final = pytest.StashKey[bool]()
_SESSION: Final = pytest.StashKey["ContractSession"]()
_RECORDER: Final = pytest.StashKey["Recorder"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer ``--record``."""
    group = parser.getgroup("contracts")
    group.addoption("--record", action="store_true", help="replace the committed pacts")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and learn whether the tests run for a check that has to be whole."""
    config.stash[_STRICT] = bool(os.environ.get("CI"))
    text = f"{_MARK}(consumer, provider): records what the consumer relies on of the provider"
    config.addinivalue_line("markers", text)


def _session(config: pytest.Config) -> ContractSession:
    # Late: the engine is a large library, and most runs of pytest record nothing.
    from pactwright.contract.recording.session import ContractSession  # noqa: PLC0415

    if _SESSION not in config.stash:
        try:
            config.stash[_SESSION] = ContractSession.of(config, strict=config.stash[_STRICT])
        except ProjectError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_SESSION]


@pytest.fixture
def pact(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Records what the test relies on."""
    mark = request.node.get_closest_marker(_MARK)
    if mark is None or len(mark.args) != 2:
        pytest.fail(
            "the fixture pact needs to know whose contract it is: "
            'pytestmark = pytest.mark.pact("consumer", "provider")'
        )
    path = request.node.nodeid.partition("::")[0]
    name = getattr(request.node, "originalname", request.node.name)
    recorder = _session(request.config).recorder(*mark.args, test=f"{path}::{name}")
    request.node.stash[_RECORDER] = recorder
    yield recorder
    recorder.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge what was read when the test has passed; tell what the engine saw when it has not."""
    recorder = item.stash.get(_RECORDER, None)
    try:
        yield
    except BaseException as error:
        if recorder is not None and (complaints := recorder.complaints()):
            for complaint in complaints:
                error.add_note(complaint)
            error.__traceback__ = _of_the_project(error.__traceback__)
        raise
    if recorder is not None:
        _finish(recorder)


def _of_the_project(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without what went on in the kit: the engine's words say more."""
    if trace is None:
        return None
    rest = _of_the_project(trace.tb_next)
    if str(trace.tb_frame.f_globals.get("__name__")).startswith("pactwright."):
        return rest
    return TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


def _finish(recorder: Recorder) -> None:
    from pactwright.contract.errors import ContractError  # noqa: PLC0415  # late, as above

    fault = ""
    try:
        recorder.finish()
    except ContractError as error:
        fault = str(error)
    if fault:
        pytest.fail(fault, pytrace=False)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which tests are going to record."""
    for item in session.items:
        if item.get_closest_marker(_MARK):
            _session(session.config).note_collected(item.path, item.nodeid)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Note that tests which record don't run."""
    for item in items:
        if item.get_closest_marker(_MARK):
            _session(item.config).note_narrowed("tests were deselected")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that a test which records has run, or that it failed or was skipped."""
    report = yield
    if item.get_closest_marker(_MARK):
        if not report.passed:
            _session(item.config).note_partial(f"{item.nodeid} {report.outcome}")
        elif report.when == "teardown":
            _session(item.config).note_done(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Compare or record, and fail the run by what is wrong."""
    config = session.config
    runs_nothing = config.option.collectonly or config.option.setuponly
    if runs_nothing or hasattr(config, "workerinput"):
        return
    _note_unmarked(config)
    _note_elsewhere(config)
    found = config.stash.get(_SESSION, None)
    fine = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if found is not None and not found.finish() and session.exitstatus in fine:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _note_unmarked(config: pytest.Config) -> None:
    """Where all tests that record were asked for and none was found, that has to be told."""
    if _SESSION in config.stash:
        return
    try:
        project = Project.load(config.rootpath)
        files = recording_files(project, ContractSettings.load(project))
    except ProjectError:
        return  # somebody else's tests
    if files and is_whole(config, files):
        _session(config)


def _note_elsewhere(config: pytest.Config) -> None:
    """With xdist, tests that record run in other processes: only their reports come here."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = (each for category in getattr(reporter, "stats", {}).values() for each in category)
    if any(_MARK in getattr(report, "keywords", ()) for report in reports):
        _session(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what came of it."""
    found = terminalreporter.config.stash.get(_SESSION, None)
    if found is not None and found.lines:
        terminalreporter.section("contracts")
        for line in found.lines:
            terminalreporter.write_line(line)
