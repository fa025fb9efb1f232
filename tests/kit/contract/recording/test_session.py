"""A whole run is compared with what is committed, or takes its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import only
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
    assert changed.lines[-1].startswith(
        'Run "pytest tests/contracts/consumers --record" to record them'
    )
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


@pytest.mark.parametrize(
    ("settings", "is_well"),
    [({}, True), ({"replace": True}, False), ({"strict": True}, False)],
    ids=["compared", "recorded", "strict"],
)
def test_a_part_is_neither_compared_nor_recorded(
    start: Start, root: Path, settings: dict[str, Any], is_well: bool
) -> None:
    """The run says so, and fails where it was to record, or to check everything."""
    session = start(whole=False, **settings)
    label(session)

    assert session.finish() is is_well
    done = "recorded" if "replace" in settings else "compared with the committed pacts"
    reason = "only part of tests/contracts/consumers was asked for"
    assert session.lines == [f"not {done}: {reason}"]
    assert not (root / PACT).exists()


@pytest.mark.parametrize("whole", [True, False])
def test_a_run_in_several_processes_fails(start: Start, whole: bool) -> None:
    """It says what to do."""
    session = start(alone=False, whole=whole)
    label(session)

    assert not session.finish()
    (line,) = session.lines
    assert line.endswith("the tests ran in several processes: run without -n")


@pytest.mark.parametrize("replace", [False, True])
def test_a_file_whose_tests_did_not_run_fails_the_run(
    start: Start, root: Path, replace: bool
) -> None:
    """Whatever kept them from running."""
    (root / FILE).with_name("test_other.py").touch()
    session = start(replace=replace)
    label(session)

    assert not session.finish()
    (line,) = session.lines
    assert line.endswith("tests/contracts/consumers/test_other.py: none of its tests ran")


def test_a_test_that_did_not_run_fails_the_run(start: Start, root: Path) -> None:
    """By name."""
    session = start()
    session.note_collected(root / FILE, "test_shop.py::test_other")

    assert not session.finish()
    assert session.lines == [
        "not compared with the committed pacts: test_shop.py::test_other did not run"
    ]


def test_the_first_reason_is_told(start: Start) -> None:
    """A failure may bring others with it."""
    session = start()
    session.note_partial("test_a failed")
    session.note_partial("test_b failed")

    assert not session.finish()
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
    thing(session, "plain", only(Thing, "size"), lambda it: (it.label, it.size))
    assert session.finish()


def test_a_field_that_is_absent_where_nobody_looks_is_not_met_without(start: Start) -> None:
    """Code that would fail without it has not been without it."""
    session = start(replace=True)
    thing(session, "labelled", only(Thing, label="x"), lambda found: str(found.label).upper())
    thing(session, "plain", only(Thing, "size"), lambda found: found.size)

    assert not session.finish()
    assert session.lines == [
        "shop → things: get_thing 200: /label is read: add an interaction without it"
    ]


WHOLE_LAMP: Final = ("thing_id", "name", "colour", "weight", "size", "changed_at", "shared")
WHOLE: Final[dict[str, Callable[[Thing], object]]] = {
    "dump": lambda thing: thing.model_dump().get("label"),
    "copy": lambda thing: thing.model_copy(),
    "comparison": lambda thing: thing == thing.model_copy(),
}


@pytest.mark.parametrize("read", WHOLE.values(), ids=WHOLE)
def test_who_takes_all_of_a_value_has_to_meet_what_it_lacks(
    start: Start, read: Callable[[Thing], object]
) -> None:
    """What is made of it may be otherwise with an optional field."""
    session = start(replace=True)
    thing(session, "plain", only(Thing, *WHOLE_LAMP), read)

    assert not session.finish()
    assert session.lines == [
        f"shop → things: get_thing 200: /{name} is read: add an interaction with it"
        for name in ("label", "lent", "marks", "owner")
    ]


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
    assert [page.next, page.items[1].size] == ["2", 3]
    assert [item.label for item in page.items] == ["x", None]
    recorder.finish()
    recorder.close()

    assert not session.finish()
    assert session.lines == [
        "shop → things: get_thing 200: /owner is read: add an interaction with it",
        "shop → things: list_things 200: /next is read: add an interaction without it",
    ]


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ({"label": "x"}, lambda found: found.label),
        ({"size": 3}, lambda found: (found.size, found.label)),
    ],
    ids=["always", "never"],
)
def test_a_waiver_stands_for_the_interaction_that_can_not_be(
    start: Start, root: Path, fields: dict[str, Any], read: Callable[[Thing], object]
) -> None:
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
    thing(session, "it", only(Thing, **fields), read)
    session.finish()
    assert not [line for line in session.lines if "/label is read" in line]

    waivers.write_text(waiver.format("label") + waiver.format("owner"))
    session = start()
    thing(session, "labelled", only(Thing, label="x"), lambda found: found.label)
    assert not session.finish()
    (line,) = session.lines
    assert line.startswith("waivers.toml: shop → things get_thing 200 /owner is waived, but is")
