"""Somebody else's object, asked for in every other way than by its plain id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

import pytest

from tests.services.asked import listening
from tests.services.callers import Request, Scene
from tests.services.composition import Hereabouts
from tests.services.databases import Database
from tests.services.entitlements import Entitled, entitled
from tests.services.racing import everything

pytestmark = pytest.mark.any_table

REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 422})
ME: Final = UUID("0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60")

SPELLINGS: Final[Mapping[str, Callable[[UUID], str]]] = {
    "as it is": str,
    "in capitals": lambda owner: str(owner).upper(),
    "without hyphens": lambda owner: owner.hex,
    "in braces": lambda owner: f"%7B{owner}%7D",
    "as a URN": lambda owner: f"urn:uuid:{owner}",
    "after a slash that is encoded": lambda owner: f"{ME}%2F..%2F{owner}",
    "after a slash that is encoded twice": lambda owner: f"{ME}%252F..%252F{owner}",
    "after dots": lambda owner: f"{ME}/../{owner}",
    "with a space": lambda owner: f"{owner}%20",
    "with a null": lambda owner: f"{owner}%00",
    "with a newline": lambda owner: f"{owner}%0A",
    "encoded": lambda owner: "".join(f"%{ord(c):02x}" for c in str(owner)),
    "encoded twice": lambda owner: "".join(f"%25{ord(c):02x}" for c in str(owner)),
    "in full width": lambda owner: "".join(
        f"%EF%BC%{0x90 + int(c):02X}" if c.isdigit() else c for c in str(owner)
    ),
    "as two": lambda owner: f"{ME},{owner}",
    "as a matrix parameter": lambda owner: f"{ME};user_id={owner}",
    "as any": lambda _: "*",
    "as nobody's": lambda _: "00000000-0000-0000-0000-000000000000",
}
"""Ways to write an id in a path."""


def owned(operations: list[Entitled]) -> list[Entitled]:
    """Those of what is somebody's, by the documents."""
    return [each for each in operations if "x-owner" in each.operation]


@pytest.fixture(scope="session")
def operations(request: pytest.FixtureRequest) -> list[Entitled]:
    """Every operation of the documents."""
    return entitled(request.config.rootpath / "contracts")


def at(request: Request, owner: UUID, written: str) -> Request:
    """The same request, with the owner's id written otherwise."""
    path = request.path.replace(str(owner), written)
    return Request(request.service, request.method, path, request.headers, request.body)


@pytest.mark.parametrize("kind", ["nobody", "other user"])
def test_another_s_object_is_reached_by_no_spelling(
    hereabouts: Hereabouts, operations: list[Entitled], database: Database, kind: str
) -> None:
    """Of its id in the path, by nobody who may not; nothing of it is told or written."""
    scene = Scene.of(hereabouts, kind)
    reached = []

    with listening(database.client) as asked:
        for operation in owned(operations):
            request = scene.prepared(operation)
            for name, spelling in SPELLINGS.items():
                written = spelling(scene.owner.user_id)
                response = scene.send(at(request, scene.owner.user_id, written))
                if response.status_code not in REFUSALS or "1.5" in response.text or asked.writes:
                    reached.append((operation.name, name, response.status_code, asked.writes))

    assert reached == []


def test_owner_s_object_is_one_in_any_spelling(
    hereabouts: Hereabouts, operations: list[Entitled]
) -> None:
    """What is taken for the owner's id is the owner's one object, or nothing at all."""
    scene = Scene.of(hereabouts, "owner")
    tables = [hereabouts.location.table, hereabouts.profile.table]
    keys = [{(item["pk"], item["sk"]) for item in everything(table)} for table in tables]
    seen = set()

    for operation in (each for each in owned(operations) if each.method != "DELETE"):
        request = scene.prepared(operation)
        for name, spelling in SPELLINGS.items():
            if name == "as it is":
                continue
            response = scene.send(at(request, scene.owner.user_id, spelling(scene.owner.user_id)))
            assert response.status_code in REFUSALS | {200}, (operation.name, name)
            if response.status_code == 200:
                seen.add(name)

    assert seen == {"in capitals", "encoded", "after dots"}  # which clients resolve
    assert [{(i["pk"], i["sk"]) for i in everything(table)} for table in tables] == keys


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?user_id={mine}", {}),
        ("?user_id={mine}&user_id={theirs}", {}),
        ("", {"X_User_Id": "{mine}"}),
        ("", {"X_Forwarded_User": "{mine}"}),
        ("", {"X_Original_URL": "/locations/{mine}"}),
        ("", {"X_HTTP_Method_Override": "GET"}),
    ],
)
def test_what_is_said_beside_the_path_makes_nobody_an_owner(
    hereabouts: Hereabouts, operations: list[Entitled], query: str, headers: Mapping[str, str]
) -> None:
    """In the query or in headers."""
    scene = Scene.of(hereabouts, "other user")
    client = hereabouts.authentication.send(
        "GET", "/users/me", Authorization=scene.authorization or ""
    )
    ids = {"mine": client.json()["user_id"], "theirs": str(scene.owner.user_id)}
    said = {name: value.format(**ids) for name, value in headers.items()}

    for operation in owned(operations):
        request = scene.prepared(operation)
        path = request.path + query.format(**ids)
        sent = Request(
            request.service, request.method, path, {**request.headers, **said}, request.body
        )
        assert scene.send(sent).status_code in (403, 422), operation.name


def test_id_in_a_body_is_refused(hereabouts: Hereabouts, operations: list[Entitled]) -> None:
    """Where bodies are taken, they name no user: whose it is, is said by the path."""
    scene = Scene.of(hereabouts, "owner")
    writing = [each for each in owned(operations) if each.body is not None]
    assert writing

    for operation in writing:
        request = scene.prepared(operation)
        assert request.body is not None
        body = f'{{"user_id": "{ME}", {request.body[1:]}'
        sent = Request(request.service, request.method, request.path, request.headers, body)
        assert scene.send(sent).status_code == 422, operation.name
