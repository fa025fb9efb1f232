"""The bundles, in AWS's own Lambda runtime, serve the whole tour."""

from __future__ import annotations

import contextlib
import os
import signal
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import tour

from pactwright.local.hosting import hosted
from pactwright.local.installation import installed_runtime
from pactwright.local.runtime import Function, FunctionError, Pool
from pactwright.local.system import System, running
from pactwright.schema.project import Project

SIZE = 3


@pytest.fixture(scope="module")
def system(project: Project) -> Iterator[System]:
    """The system, with everything from the emulator."""
    with running(project) as started:
        yield started


@pytest.fixture(scope="module")
def pools(system: System) -> Iterator[Mapping[str, Pool]]:
    """The same system, its functions in Lambda's own runtime."""
    with hosted(system, size=SIZE) as moved:
        yield moved


def test_the_tour_goes_all_the_way(
    system: System, pools: Mapping[str, Pool], capsys: pytest.CaptureFixture[str]
) -> None:
    """All three services, each reached by whoever calls it, by bundle and real runtime."""
    tour.main([system.urls[name] for name in ("authentication", "location", "profile")])

    shown = capsys.readouterr().out
    assert "found 30 of 30 in pages of 10, newest first: True" in shown
    assert "a stale ETag: PreconditionFailed 412" in shown
    assert shown.endswith("Everybody has left.\n")
    assert all(1 <= pool.instances <= SIZE for pool in pools.values())
    for name in pools:
        log = system.project.root / "build" / f"runtime-{name}.log"
        assert "START RequestId:" in log.read_text(encoding="utf-8")  # the emulator of AWS says so


def test_requests_at_once_are_shared_out(system: System, pools: Mapping[str, Pool]) -> None:
    """One instance handles one event at a time; more requests than instances wait."""

    def ask(_: int) -> int:
        return requests.get(f"{system.urls['profile']}/profiles", timeout=30).status_code

    with ThreadPoolExecutor(4 * SIZE) as threads:
        statuses = list(threads.map(ask, range(8 * SIZE)))

    assert statuses == [200] * (8 * SIZE)
    assert pools["profile"].instances == SIZE


PROBE = """\
import os, sys, time
if os.environ.get("BROKEN"):
    import nowhere

def handler(event, context):
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "raise" in event:
        raise LookupError(event["raise"])
    if "die" in event:
        os._exit(3)
    return {
        "pid": os.getpid(),
        "path": [entry for entry in sys.path if "site-packages" in entry or "/task" in entry],
        "variables": sorted(os.environ),
        "function": context.function_name,
        "left": context.get_remaining_time_in_millis(),
    }
"""


@pytest.fixture(scope="module")
def probe(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Pool]:
    """Makes pools of a function that does what its event says."""
    folder = tmp_path_factory.mktemp("probe")
    with zipfile.ZipFile(folder / "bundle.zip", "w") as opened:
        opened.writestr("probe.py", PROBE)
    installation = installed_runtime(project.root / "build")

    def make(**environment: str) -> Pool:
        function = Function(
            name="probe", handler="probe.handler", environment=environment, seconds=2
        )
        return Pool(installation, folder / "bundle.zip", function, folder / "probe.log", size=2)

    return make


def processes(text: str) -> list[int]:
    """The processes with a text in their arguments or their working folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            where = f"{(each / 'cwd').readlink()} {(each / 'cmdline').read_text()}"
            found += [int(each.name)] if text in where else []
    return found


def listening(pids: list[int]) -> set[str]:
    """The addresses, in hexadecimal, on which processes listen: `0100007F:1F90`."""
    sockets = set()
    for pid in pids:
        for each in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                sockets.add(str(each.readlink()).removeprefix("socket:[").removesuffix("]"))
    lines = [
        line.split()
        for file in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(file).read_text().splitlines()[1:]
    ]
    return {line[1] for line in lines if line[3] == "0A" and line[9] in sockets}


def test_a_function_sees_what_lambda_shows_it(
    probe: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bundle before all else, its own configuration, and nothing of the developer's."""
    monkeypatch.setenv("MY_SECRET", "1")
    with probe(TABLE_NAME="t") as pool:
        seen: Any = pool({})

    assert seen["function"] == "probe"
    assert 0 < seen["left"] <= 2000
    assert seen["path"][0].endswith("/task")
    assert {"TABLE_NAME", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_RUNTIME_API"} <= set(seen["variables"])
    assert "MY_SECRET" not in seen["variables"]


def test_a_functions_failure_is_told_and_its_instance_goes_on(
    probe: Callable[..., Pool],
) -> None:
    """An exception, time that has run out, the death of its process."""
    with probe() as pool:
        with pytest.raises(FunctionError, match="LookupError: no such pet"):
            pool({"raise": "no such pet"})
        with pytest.raises(FunctionError, match="timed out after 2"):
            pool({"sleep": 4})
        with pytest.raises(FunctionError, match="exit status 3"):
            pool({"die": True})
        after: Any = pool({})
        assert after["function"] == "probe"
        assert pool.instances == 1


def test_a_function_that_cannot_start_is_told_with_its_reason(
    probe: Callable[..., Pool],
) -> None:
    """What its module raised."""
    with probe(BROKEN="1") as pool, pytest.raises(FunctionError, match="No module named 'nowhere'"):
        pool({})


def test_it_listens_on_loopback_only_and_leaves_nothing(probe: Callable[..., Pool]) -> None:
    """Its default would be every interface; an instance that was killed is replaced."""
    with probe() as pool:
        first: Any = pool({})
        instance = pool._started[0]
        code = str(pool._code)
        addresses = [each.partition(":")[0] for each in listening(processes(code))]
        assert addresses == ["0100007F"] * 2  # for events, and for the interface client

        instance.process.kill()
        instance.process.wait()
        for pid in processes(code):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(FunctionError, match="does not answer"):
            pool({})
        second: Any = pool({})
        assert second["pid"] != first["pid"]

    assert not processes(code)
    assert not Path(code).exists()
