"""A table of changes to operations."""

from __future__ import annotations

import copy

import pytest

from pactwright.release.comparison.changes import Change
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.run import compare
from pactwright.schema import Document
from tests.kit.release.comparison import schema_rows
from tests.kit.release.comparison.document_rows import ROWS, Row, base
from tests.kit.release.comparison.schemata import document

ORDER = ("compatible", "source", "unknown", "breaking")


def sides(row: Row) -> tuple[Document, Document]:
    """The documents before and after."""
    before = base()
    row.before(before)
    after = copy.deepcopy(before)
    row.edit(after)
    return document(before), document(after)


def changes(row: Row) -> tuple[Change, ...]:
    return compare({"things": sides(row)}, [])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_change_is_told(row: Row) -> None:
    """Its kind, what it does, and where it is."""
    found = changes(row)
    worst = max((each.verdict.value for each in found), key=ORDER.index, default="compatible")

    assert {each.kind.label for each in found} == set(row.kinds)
    assert worst == row.verdict
    if row.at is not None:
        places = {(str(each.old), str(each.new)) for each in found}
        assert (f"api.yaml#{row.at[0]}", f"api.yaml#{row.at[1]}") in places


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_document_does_not_differ_from_itself(row: Row) -> None:
    """Whatever was changed in it."""
    _, after = sides(row)

    assert compare({"things": (after, after)}, []) == ()


def test_whole_document_is_gone_or_new() -> None:
    """A service that is gone breaks whoever calls it; a new one nobody."""
    it = document(base())
    gone, new = compare({"things": (it, None)}, []), compare({"things": (None, it)}, [])

    assert {each.kind for each in gone} == {Kind.DOCUMENT_REMOVED, Kind.OPERATION_REMOVED}
    assert [(each.kind, each.verdict.breaks) for each in new] == [(Kind.DOCUMENT_ADDED, False)]


def test_every_kind_is_in_a_table() -> None:
    """No rule is without a change that it is for."""
    tried = {kind for row in (*ROWS, *schema_rows.ROWS) for kind in row.kinds}

    assert {kind.label for kind in Kind} - tried == {"document-removed", "document-added"}
    assert len({row.name for row in ROWS}) == len(ROWS) > 100
