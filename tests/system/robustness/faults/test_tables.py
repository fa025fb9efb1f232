"""Every fault of DynamoDB and of Secrets Manager, once and for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest

from tests.documented import Documented
from tests.services.racing import everything, unclaimed
from tests.system.robustness.faults.aws import ON_THE_WAY, SLOW, USES, Use
from tests.system.robustness.faults.hops import AS_USUAL, expire
from tests.system.robustness.faults.scenes import Scene

ALWAYS: Final = {**ON_THE_WAY, **SLOW}
NOT_APPLICABLE: Final = ""


@pytest.mark.tables
def test_faults_of_aws(scene: Scene, reliability: Documented) -> None:
    """Tried again in time, or 503: never a 500, never half a write, never a wrong answer."""
    head = ["fault", *(use.name for use in USES)]
    names = dict.fromkeys([*ALWAYS, *(name for use in USES for name in use.faults)])
    columns = [column(scene, use, names) for use in USES]
    rows = [list(row) for row in zip(names, *columns, strict=True)]

    reliability.holds("aws-faults", [head, *rows])


def column(scene: Scene, use: Use, names: Iterable[str]) -> list[str]:
    """What comes of each fault."""
    return [cell(scene, use, name) for name in names]


def cell(scene: Scene, use: Use, name: str) -> str:
    """What comes of a fault that occurs once, and of one that stays."""
    if name not in ALWAYS and name not in use.faults:
        return NOT_APPLICABLE
    scene.begin_anew(use.service)  # or the retries of a list's eight queries would run out
    found = [outcome(scene, use, name, times) for times in ((99,) if name in SLOW else (1, 99))]
    assert use.ask(scene, 10.0) == AS_USUAL, (use.name, name)
    assert unclaimed(scene.table("profile"), "HANDLE", "handle") == []
    assert len(everything(scene.table("location"))) == 1
    return " / ".join(dict.fromkeys(found))


def outcome(scene: Scene, use: Use, name: str, times: int) -> str:
    """What comes of a fault that occurs so many times at most."""
    if use.expired:
        expire(scene)
    scene.hereabouts.forget_secrets()
    secret = use.action == "GetSecretValue"
    server = scene.secrets if secret else scene.tables
    table = "secret" if secret else scene.table(use.service).name
    server.only = lambda asked: use.concerns(table, asked)
    server.break_((ALWAYS | {**use.faults})[name], times)
    found = use.ask(scene, use.seconds if name in SLOW else 10.0)
    server.break_(None)
    assert "SECRET" not in scene.hereabouts.service(use.service).told.stream.getvalue()
    return found
