"""A whole run is compared with what is committed, or takes its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.contract.pacts import State
from pactwright.contract.recording.expectations import only
from pactwright.contract.recording.session import ContractSession
from pactwright.contract.settings import ContractSettings
from pactwright.schema.project import Project
from tests.kit.contract.recording.things import (
    DOCUMENTS,
    GET_THING,
    LAMP,
    LIST_THINGS,
    SHOW_LABEL,
    Thing,
    ThingPage,
    ThingsClient,
)

SETTINGS: Final = """
[tool.pactwright]
package = "shop"
[tool.pactwright.services.things]
calls = []
[tool.pactwright.pacts.consumers]
shop = ["things"]
"""
PACT: Final = "contracts/pacts/shop-things.json"
FILE: Final = "tests/contracts/consumers/test_shop.py"
Start = Callable[..., ContractSession]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "contracts").mkdir()
    for document in DOCUMENTS.iterdir():
        (tmp_path / "contracts" / document.name).write_bytes(document.read_bytes())
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).touch()
    return tmp_path


@pytest.fixture
def start(root: Path) -> Start:
    """A session of that project, all of whose tests are asked for."""

    def started(**settings: Any) -> ContractSession:
        project = Project.load(root)
        settings = {"replace": False, "whole": True, **settings}
        session = ContractSession(project, ContractSettings.load(project), **settings)
        session.note_collected(root / FILE, "a test")
        session.note_done("a test")
        return session

    return started


def label(session: ContractSession, text: str = "<p>", description: str = "a label") -> None:
    """A test that relies on the label."""
    recorder = session.recorder("shop", "things", test=f"{FILE}::test_label")
    recorder.expect(description, SHOW_LABEL, answer=text)
    recorder.client(ThingsClient).show_label()
    recorder.finish()
    recorder.close()


def thing(session: ContractSession, reason: str, answer: Any, read: Callable[[Thing], Any]) -> None:
    """A test that relies on some of a thing."""
    recorder = session.recorder("shop", "things", test=f"{FILE}::test_thing")
    recorder.expect(reason, GET_THING, thing_id=LAMP, reason=reason, answer=answer)
    read(recorder.client(ThingsClient).get_thing(LAMP, reason=reason))
    recorder.finish()
    recorder.close()


def test_a_run_records_what_the_next_one_compares(start: Start, root: Path) -> None:
    """Recording twice changes nothing."""
    first = start(replace=True)
    label(first)
    assert first.finish()
    assert first.lines == ["recorded shop-things.json"]
    content = (root / PACT).read_bytes()

    for replace in (False, True):
        second = start(replace=replace)
        label(second)
        assert second.finish()
        assert second.lines == ["the committed pacts are what the tests record"]
    assert (root / PACT).read_bytes() == content


def test_a_difference_fails_the_run_and_is_shown(start: Start, root: Path) -> None:
    """What is committed stays as it is."""
    committed = start(replace=True)
    label(committed)
    committed.finish()
    content = (root / PACT).read_bytes()
    changed = start()
    label(changed, "<h1>")

    assert not changed.finish()
    assert "--- shop-things.json as committed" in changed.lines
    assert '-          "content": "<p>",' in changed.lines
    assert '+          "content": "<h1>",' in changed.lines
    assert changed.lines[-1].startswith('Run "make pacts" to record them')
    assert (root / PACT).read_bytes() == content


def test_a_file_takes_the_place_of_the_one_before(start: Start, root: Path) -> None:
    """An interaction that no test has any more is gone."""
    for description in ("a label", "the label"):
        session = start(replace=True)
        label(session, description=description)
        assert session.finish()

    assert b"the label" in (root / PACT).read_bytes()
    assert b"a label" not in (root / PACT).read_bytes()


def test_a_pact_that_no_test_records_fails_the_run(start: Start, root: Path) -> None:
    """With --record it is removed."""
    first = start(replace=True)
    label(first)
    first.finish()
    stale = root / "contracts/pacts/shop-tings.json"
    stale.write_bytes((root / PACT).read_bytes())

    compared = start()
    label(compared)
    assert not compared.finish()
    assert "shop-tings.json is committed, but no test records it" in compared.lines
    recorded = start(replace=True)
    label(recorded)
    assert recorded.finish()
    assert recorded.lines == ["removed shop-tings.json: no test records it"]
    assert not stale.exists()


@pytest.mark.parametrize("replace", [False, True])
def test_a_configured_pair_that_no_test_records_fails_the_run(start: Start, replace: bool) -> None:
    """By name."""
    session = start(replace=replace)

    assert not session.finish()
    assert session.lines == ["shop → things is configured, but no test records it"]


def test_a_consumer_that_is_not_configured_fails_the_run(start: Start) -> None:
    """It may be misspelt."""
    session = start(replace=True)
    label(session)
    recorder = session.recorder("shpo", "things", test="x")
    recorder.expect("a label", SHOW_LABEL, answer="<p>")
    recorder.client(ThingsClient).show_label()
    recorder.finish()
    recorder.close()

    assert not session.finish()
    (line,) = session.lines
    assert line.startswith("shpo → things is recorded, but not configured: see [tool.")


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"whole": False}, "only part of tests/contracts/consumers was asked for"),
        ({"alone": False}, "the tests ran in several processes"),
    ],
    ids=["part", "xdist"],
)
def test_a_part_is_neither_compared_nor_recorded(
    start: Start, root: Path, settings: dict[str, Any], reason: str, replace: bool
) -> None:
    """The run says so, and fails only where it was to record."""
    session = start(replace=replace, **settings)
    label(session)

    assert session.finish() is not replace
    assert session.lines == [f"not compared with the committed pacts: {reason}"]
    assert not (root / PACT).exists()


def test_a_file_whose_tests_did_not_run_makes_it_a_part(start: Start, root: Path) -> None:
    """Whatever kept them from running."""
    (root / FILE).with_name("test_other.py").touch()
    session = start(replace=True)
    label(session)

    assert not session.finish()
    assert session.lines == ["not compared with the committed pacts: no test of test_other.py ran"]


def test_a_run_that_was_ended_is_a_part(start: Start, root: Path) -> None:
    """Nothing failed, but not everything ran."""
    session = start(replace=True)
    session.note_collected(root / FILE, "test_shop.py::test_other")
    label(session)

    assert not session.finish()
    assert session.lines == [
        "not compared with the committed pacts: test_shop.py::test_other did not run"
    ]


def test_the_first_reason_is_told(start: Start) -> None:
    """A failure may bring others with it."""
    session = start()
    session.note_partial("test_a failed")
    session.note_partial("test_b failed")

    assert session.finish()
    assert session.lines == ["not compared with the committed pacts: test_a failed"]


def test_an_optional_field_is_met_with_and_without(start: Start) -> None:
    """Each way needs an interaction."""
    session = start(replace=True)
    thing(session, "labelled", only(Thing, label="x"), lambda found: found.label)

    assert not session.finish()
    assert session.lines == [
        "shop → things: get_thing 200: /label is read: add an interaction without it"
    ]
    session = start(replace=True)
    thing(session, "labelled", only(Thing, "size", label="x"), lambda it: (it.label, it.size))
    thing(session, "plain", only(Thing, "size"), lambda found: found.size)
    assert session.finish()


def test_a_field_that_is_only_missed_is_told(start: Start) -> None:
    """A consumer that looks for what never comes relies on nothing."""
    session = start(replace=True)
    thing(session, "plain", only(Thing, "size"), lambda found: (found.size, found.label))

    assert not session.finish()
    assert session.lines == [
        "shop → things: get_thing 200: /label is read: add an interaction with it"
    ]


def test_a_nullable_field_is_met_with_a_value_and_with_null(start: Start) -> None:
    """In lists, any item will do."""
    session = start(replace=True)
    thing(session, "owned", only(Thing, owner=None), lambda found: found.owner)
    recorder = session.recorder("shop", "things", test="x")
    recorder.expect(
        "the next page",
        LIST_THINGS,
        given=[State("two pages")],
        answer=only(ThingPage, next="2", items=[only(Thing, label="x"), only(Thing, "size")]),
    )
    page = recorder.client(ThingsClient).list_things()
    assert [page.next, page.items[0].label, page.items[1].size] == ["2", "x", 3]
    recorder.finish()
    recorder.close()

    assert not session.finish()
    assert session.lines == [
        "shop → things: get_thing 200: /owner is read: add an interaction with it",
        "shop → things: list_things 200: /next is read: add an interaction without it",
    ]


def test_a_waiver_stands_for_the_interaction_without(start: Start, root: Path) -> None:
    """One that waives nothing fails the run."""
    waiver = """
        [[optional]]
        consumer = "shop"
        provider = "things"
        operation = "get_thing"
        status = 200
        field = "/{}"
        reason = "Every thing has one."
    """
    waivers = root / "contracts/waivers.toml"
    waivers.write_text(waiver.format("label"))
    session = start()
    thing(session, "labelled", only(Thing, label="x"), lambda found: found.label)
    session.finish()
    assert not [line for line in session.lines if "/label is read" in line]

    waivers.write_text(waiver.format("label") + waiver.format("owner"))
    session = start()
    thing(session, "labelled", only(Thing, label="x"), lambda found: found.label)
    assert not session.finish()
    (line,) = session.lines
    assert line.startswith("waivers.toml: shop → things get_thing 200 /owner is waived, but is")
