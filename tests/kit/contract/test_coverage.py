"""What consumers rely on, beside what the document declares."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pactwright.contract import pacts
from pactwright.contract.coverage import Coverage, coverage, relied_on, table
from pactwright.contract.errors import PactError
from pactwright.contract.pacts import Pact
from pactwright.contract.waivers import Answer
from pactwright.schema import Project
from tests.kit.release.comparison.pacts_of import message

SETTINGS = """
[tool.pactwright]
package = "shop"
[tool.pactwright.services.things]
calls = []
"""

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things/{id}": {
            "get": {
                "operationId": "get_thing",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {"description": "It."},
                    "4XX": {"description": "Yours."},
                    "default": {"description": "Any other."},
                },
            },
            "delete": {
                "operationId": "delete_thing",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"204": {"description": "Gone."}},
            },
        }
    },
}

Said = tuple[str, str, int, object]
"""Method, path, status and the body that is read."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "things.yaml").write_text(json.dumps(DOCUMENT))
    return Project.load(tmp_path)


def pact(folder: Path, said: Sequence[Said], provider: str = "things") -> Pact:
    interactions = [
        {
            "type": "Synchronous/HTTP",
            "description": f"{number}",
            "request": {"method": method, "path": path},
            "response": {
                "status": status,
                "headers": {"Content-Type": ["application/json"], "ETag": ['"a"']},
                "body": {"content": body, "contentType": "application/json", "encoded": False},
            },
        }
        for number, (method, path, status, body) in enumerate(said)
    ]
    content = {
        "consumer": {"name": "shop"},
        "provider": {"name": provider},
        "interactions": interactions,
    }
    file = folder / f"shop-{provider}.json"
    file.write_bytes(pacts.render(content))
    return pacts.read(file)


def told_by(project: Project, *interactions: dict[str, Any]) -> Pact:
    content = {"consumer": {"name": "shop"}, "provider": {"name": "things"}}
    file = project.root / "shop-things.json"
    file.write_bytes(pacts.render({**content, "interactions": interactions}))
    return pacts.read(file)


def found(project: Project, *said: Said, **waivers: str) -> Coverage:
    reasons = {Answer("things", *name.rsplit("__", 1)): why for name, why in waivers.items()}
    return coverage(project, [pact(project.root, said)], reasons)


def test_fields_are_told_by_their_pointers(project: Project) -> None:
    """Items of an array are one, and headers go by name."""
    body = {"name": "a", "parts": [{"size": 1}, {"size": 2, "colour": None}], "tags": []}
    read = pact(project.root, [("GET", "/things/1", 200, body)]).interactions[0].response

    assert relied_on(read) == ("/name", "/parts/*/colour", "/parts/*/size", "/tags", "ETag")


def test_covered_answer_names_consumer_and_fields(project: Project) -> None:
    """A status of a declared class counts for the class."""
    rows = found(
        project, ("GET", "/things/1", 200, {"name": "a"}), ("GET", "/things/1", 404, "no")
    ).rows

    assert [(str(row.answer), row.fields) for row in rows[:2]] == [
        ("things get_thing 200", {"shop": ("/name", "ETag")}),
        ("things get_thing 4XX", {"shop": ("/", "ETag")}),
    ]


def test_gap_is_told_by_name(project: Project) -> None:
    """What is declared and in no contract."""
    result = found(project, ("GET", "/things/1", 200, {}), ("GET", "/things/1", 404, {}))

    assert not result.ok
    assert list(table(result))[-2:] == [
        "2 of 3 declared answers are relied on, 0 are waived, 1 are gaps",
        "gap: no contract covers things delete_thing 204",
    ]


def test_gap_with_a_reason_is_no_gap(project: Project) -> None:
    """The reason stands in the table."""
    result = found(
        project,
        ("GET", "/things/1", 200, {}),
        ("GET", "/things/1", 404, {}),
        delete_thing__204="Nobody deletes things.",
    )

    assert result.ok
    assert any(line.endswith("waived          Nobody deletes things.") for line in table(result))


@pytest.mark.parametrize(
    ("waiver", "why"),
    [
        ("get_thing__200", "waives nothing, for a contract covers it"),
        ("get_thing__418", "is for nothing that a document declares"),
    ],
)
def test_idle_waiver_fails(project: Project, waiver: str, why: str) -> None:
    """A reason that has become untrue is not kept."""
    result = found(
        project,
        ("GET", "/things/1", 200, {}),
        ("GET", "/things/1", 404, {}),
        ("DELETE", "/things/1", 204, None),
        **{waiver: "It was so once."},
    )

    assert not result.ok
    assert why in result.faults[0]


def test_status_that_only_default_covers_is_shown(project: Project) -> None:
    """In brackets, and it is no gap when nobody relies on it."""
    rows = list(table(found(project, ("GET", "/things/1", 503, {}))))

    assert "  get_thing     (503)  shop            /, ETag" in rows


def test_a_message_is_there_to_be_relied_on(project: Project) -> None:
    """It is a gap like an answer, and waived like one."""
    told = {**DOCUMENT, "webhooks": {"thingSold": {"post": {"summary": "A thing was sold."}}}}
    (project.root / "contracts" / "things.yaml").write_text(json.dumps(told))
    sold = Answer("things", "thing_sold", "message")
    takes = message("sold", of="thing_sold", read={"to": {"name": "Inês"}})
    whatever = message("whatever", of="thing_sold")

    assert sold in coverage(project, [], {}).gaps
    assert sold not in coverage(project, [], {sold: "Nobody buys."}).gaps
    waived = coverage(project, [told_by(project, takes)], {sold: "Nobody buys."})
    assert "waives nothing, for a contract covers it" in waived.faults[0]
    relied = list(table(coverage(project, [told_by(project, takes)], {})))
    assert "  thing_sold    message  shop            /to/name" in relied
    assert any(line.startswith("1 of 4 declared answers and messages are") for line in relied)
    rows = list(table(coverage(project, [told_by(project, whatever)], {})))
    assert "  thing_sold    message  shop            that it comes" in rows


def test_interaction_of_no_operation_fails(project: Project) -> None:
    """A path that is not in the document."""
    with pytest.raises(PactError, match="'0' asks for PATCH /things/1, which is no operation"):
        found(project, ("PATCH", "/things/1", 200, {}))


def test_pact_of_no_service_fails(project: Project) -> None:
    """A provider whose name is misspelt."""
    stray = pact(project.root, [], provider="thing")

    with pytest.raises(PactError, match="'thing' is no service of this project"):
        coverage(project, [stray], {})
