"""Every fault on every way between client, gateway and services, once and for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from tests.documented import Documented
from tests.services.racing import everything, unclaimed
from tests.system.robustness.faults.hops import AS_USUAL, HOPS, Ask, Hop
from tests.system.robustness.faults.scenes import Scene
from tests.system.robustness.faults.wires import FAULTS, SLOW

MOST_ATTEMPTS: Final = 3


@pytest.mark.tables
def test_faults_between_services(scene: Scene, reliability: Documented) -> None:
    """Tried again in time, answered without what is away, or 503: as the table says."""
    head = ["fault", *(hop.name for hop in HOPS)]
    rows = [[name, *(cell(scene, hop, name) for hop in HOPS)] for name in FAULTS]

    reliability.holds("faults", [head, *rows])


def cell(scene: Scene, hop: Hop, name: str) -> str:
    """What comes of a fault that occurs once, and of one that stays; what is slow takes all."""
    asks = hop.asks if name not in SLOW or name == "silence" else hop.asks[:1]
    found = {outcome(scene, hop, ask, name, 99) for ask in asks}
    assert len(found) == 1, (hop.name, name, found)
    if name not in SLOW:
        found.add(outcome(scene, hop, hop.asks[0], name, 1))
    check(scene, hop, asks)
    return " / ".join(sorted(found, key=lambda text: text != AS_USUAL))


def check(scene: Scene, hop: Hop, asks: Sequence[Ask]) -> None:
    """Once the fault is over all is as it was, and nothing was written by half."""
    scene.ways[hop.to].break_(None)
    assert {ask(scene, 10.0) for ask in asks} == {AS_USUAL}, hop.name
    assert unclaimed(scene.table("profile"), "HANDLE", "handle") == []
    assert len(everything(scene.table("location"))) == 1


def outcome(scene: Scene, hop: Hop, ask: Ask, name: str, times: int) -> str:
    """What comes of a fault that occurs so many times at most."""
    server = scene.ways[hop.to]
    seconds = hop.seconds if name in SLOW else 10.0
    hop.before(scene)
    server.break_(FAULTS[name], times)
    found = ask(scene, seconds)
    assert len(server.came) <= MOST_ATTEMPTS + 1, "one more for a token that was refused"
    server.break_(None)
    return found
