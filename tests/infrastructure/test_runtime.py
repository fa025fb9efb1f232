"""The bundles, in AWS's own Lambda runtime, serve the whole tour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import tour

from pactwright.contract.verification.contracts import Operations
from pactwright.local.hosting import hosted
from pactwright.local.runtime import Pool
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
    with hosted(system, lambda name: Operations(system.project, name).all, size=SIZE) as moved:
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
