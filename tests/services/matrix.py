"""The table of callers by operations: what each of them gets, asserted cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import requests

from tests.services.answers import problem
from tests.services.asked import Asked
from tests.services.callers import CALLERS, Scene
from tests.services.composition import Hereabouts
from tests.services.entitlements import Entitled


@dataclass(frozen=True, slots=True)
class Row:
    """What one kind of caller got.

    Attributes:
        found: the status of each operation, by its name.
        faults: what is wrong, in words.
    """

    caller: str
    found: Mapping[str, int]
    faults: Sequence[str] = field(default_factory=list[str])


def row(hereabouts: Hereabouts, asked: Asked, kind: str, operations: Iterable[Entitled]) -> Row:
    """Let one kind of caller call every operation, each where all is there that it is about.

    Args:
        hereabouts: the services.
        asked: what their database is asked.
        kind: of the caller.
        operations: what is called.
    """
    scene, found, faults = Scene.of(hereabouts, kind), dict[str, int](), list[str]()
    for operation in operations:
        request = scene.prepared(operation)
        asked.names.clear()
        response = scene.send(request)
        status = found[operation.name] = response.status_code
        faults += _faults(scene, operation, kind, response)
        if status >= 400 and asked.writes:
            faults.append(f"{kind}: {operation.name} was refused, but wrote: {asked.writes}")
        if operation.method == "GET":
            head = scene.send(replace(request, method="HEAD"))
            if (head.status_code, head.content) != (status, b""):
                faults.append(f"{kind}: HEAD of {operation.name} answered {head.status_code}")
        elif status < 400 and operation.alternatives:
            scene = Scene.of(hereabouts, kind, scene.bystander)
    return Row(kind, found, faults)


def _faults(
    scene: Scene, operation: Entitled, kind: str, response: requests.Response
) -> Iterable[str]:
    """What is wrong with an answer."""
    status, wanted = response.status_code, operation.expected(CALLERS[kind])
    if status != wanted:
        yield f"{kind}: {operation.name} answered {status}, not {wanted}"
    if status < 400:
        return
    _well_formed(response)
    secret = (scene.authorization or "").partition(" ")[2]
    if len(secret) > 1 and secret in response.text:
        yield f"{kind}: {operation.name} repeats what the caller showed"
    if status == 401 and "WWW-Authenticate" not in response.headers:
        yield f"{kind}: {operation.name} does not say how to authenticate"


def _well_formed(response: requests.Response) -> None:
    """A problem; an OAuth endpoint's refusal has a form of its own (RFC 6749 section 5.2)."""
    if response.headers["Content-Type"] != "application/json":
        problem(response)


def documented(rows: Sequence[Row]) -> tuple[list[list[str]], list[list[str]]]:
    """Who is in which column, and the table of operations by columns.

    Callers who get the same of everything share a column, which is named for the first of them.
    """
    columns: dict[tuple[int, ...], list[str]] = {}
    for each in rows:
        columns.setdefault(tuple(each.found.values()), []).append(each.caller)
    names = [callers[0] for callers in columns.values()]
    members = [["column", "callers"], *([c[0], "; ".join(c)] for c in columns.values())]
    cells = (
        [f"`{operation}`", *(str(statuses[number]) for statuses in columns)]
        for number, operation in enumerate(rows[0].found)
    )
    return members, [["operation", *names], *cells]
