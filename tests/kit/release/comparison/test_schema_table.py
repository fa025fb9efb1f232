"""A table of changes to schemas, in both directions."""

from __future__ import annotations

from typing import Any, Final

import pytest

from pactwright.release.comparison.changes import Change
from pactwright.release.comparison.run import compare
from tests.kit.release.comparison.schema_rows import ROWS, Row, cat, dog, thing
from tests.kit.release.comparison.schemata import document

OTHERS: Final = {"A": thing(), "SameAsA": thing(), "Cat": cat(), "Dog": dog()}
ORDER: Final = ("compatible", "source", "unknown", "breaking")
IT: Final = "api.yaml#/components/schemas/It"


def api(schema: Any, version: str, way: str) -> Any:
    """A document in which a schema is what is asked, or what is answered."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/It"}}}
    operation: dict[str, Any] = {"operationId": "do_it", "responses": {"200": {}}}
    if way == "request":
        operation["requestBody"] = {"required": True, "content": content}
    else:
        operation["responses"]["200"]["content"] = content
    return {
        "openapi": version,
        "paths": {"/it": {"post": operation}},
        "components": {"schemas": {**OTHERS, "It": schema}},
    }


def changes(row: Row, way: str) -> tuple[Change, ...]:
    sides = zip((row.old, row.new), row.versions, strict=True)
    old, new = (document(api(schema, version, way)) for schema, version in sides)
    return compare({"it": (old, new)}, [])


def worst(found: tuple[Change, ...]) -> str:
    verdicts = [change.verdict.value for change in found]
    return max(verdicts, key=ORDER.index, default="compatible")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_change_is_told(row: Row) -> None:
    """Its kind, what it does in each direction, and where it is."""
    asked, answered = changes(row, "request"), changes(row, "response")
    kinds = {change.kind.label for change in (*asked, *answered)}

    assert (worst(asked), worst(answered)) == (row.request, row.response)
    assert kinds == set(row.kinds)
    if row.at != ("", ""):
        places = {(str(change.old), str(change.new)) for change in (*asked, *answered)}
        assert (f"{IT}{row.at[0]}", f"{IT}{row.at[1]}") in places


def test_rows_have_names_of_their_own() -> None:
    """No row hides behind another one."""
    assert len({row.name for row in ROWS}) == len(ROWS) > 150


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_turned_round_a_change_breaks_the_other_side(row: Row) -> None:
    """Whatever narrows, turned round, widens: it breaks whom it did not, or both."""
    turned = Row(row.name, row.new, row.old, (), versions=row.versions[::-1])
    found = {way: changes(turned, way) for way in ("request", "response")}
    one_way = any(word in str(row) for word in ("readOnly", "writeOnly"))

    assert any(found.values()) is bool(row.kinds)
    if (row.request, row.response) == ("breaking", "compatible") and not one_way:
        assert worst(found["response"]) == "breaking"
    if (row.request, row.response) == ("compatible", "breaking") and not one_way:
        assert worst(found["request"]) == "breaking"
