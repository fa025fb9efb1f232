"""What consumers newly rely on, and what no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.cli import main
from pactwright.release.comparison.reliances import Shift, as_json, compare, lines
from tests.kit.release.comparison.pacts_of import interaction, pact, write

PINNED: Final = {"body": {"$.name": {"matchers": [{"match": "equality"}]}}}
TYPED: Final = {"body": {"$.name": {"matchers": [{"match": "type"}]}}}


def looks(**more: Any) -> dict[str, Any]:
    return interaction("looks", "GET /things/a", **{"read": {"name": "lamp"}, **more})


def shift(old: dict[str, Any], new: dict[str, Any]) -> Shift:
    (only,) = compare([pact(old)], [pact(new)])
    return only


def test_same_pacts_do_not_differ() -> None:
    """Whatever order they are in."""
    other = pact(looks(), consumer="store")

    assert compare([pact(looks()), other], [other, pact(looks())]) == ()
    assert list(lines(())) == ["all rely on what they relied on"]


DIFFERENCES: Final[dict[str, tuple[dict[str, Any], list[str], list[str]]]] = {
    "another field": (
        {"read": {"name": "lamp", "size": 3}},
        ["reads body.size"],
        [],
    ),
    "a field less": ({"read": {}}, ["reads body"], ["reads body.name"]),
    "a field inside of a list": (
        {"read": {"name": "lamp", "parts": [{"size": 3}]}},
        ["reads body.parts.*.size"],
        [],
    ),
    "a header": ({"read_headers": {"ETag": "1"}}, ["reads header.ETag"], []),
    "another status": (
        {"status": 404},
        ["relies on status 404"],
        ["relies on status 200"],
    ),
    "a parameter": ({"query": {"all": ["1"]}}, ["sends query.all = 1"], []),
    "a header that is sent": ({"headers": {"If-Match": "1"}}, ["sends header.If-Match = 1"], []),
    "a body": ({"sent": {"a": {"b": 1}}}, ["sends body.a.b = 1"], []),
    "a state": ({"states": ["a lamp"]}, ["in the state a lamp"], []),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference_is_told_by_interaction(name: str) -> None:
    """What is asked and relied on more, and what less."""
    more, gained, lost = DIFFERENCES[name]

    found = shift(looks(), looks(**more))

    assert (found.consumer, found.provider, found.request) == ("shop", "things", "GET /things/a")
    assert (list(found.more), list(found.less)) == (gained, lost)


def test_value_that_is_pinned_is_told() -> None:
    """The rule for it, and the value itself where that counts."""
    tighter = shift(looks(rules=TYPED), looks(rules=PINNED))
    another = shift(looks(rules=PINNED), looks(rules=PINNED, read={"name": "bulb"}))

    assert list(tighter.more) == [
        "matches body $.name by equality",
        'relies on body $.name = "lamp"',
    ]
    assert list(tighter.less) == ["matches body $.name by type"]
    assert (list(another.more), list(another.less)) == (
        ['relies on body $.name = "bulb"'],
        ['relies on body $.name = "lamp"'],
    )
    assert compare([pact(looks(rules=TYPED))], [pact(looks(rules=TYPED, read={"name": "x"}))]) == ()


def test_interaction_or_pact_that_is_new_or_gone_is_told_whole() -> None:
    """All that it asks and relies on."""
    lists = interaction("lists", "GET /things", query={"limit": ["1"]})
    (new,) = compare([pact(looks())], [pact(looks(), lists)])
    (gone,) = compare([pact(looks())], [])

    assert list(new.more) == ["asks GET /things", "relies on status 200", "sends query.limit = 1"]
    assert (new.less, gone.more) == ((), ())
    assert "reads body.name" in gone.less


def test_report_tells_more_and_less() -> None:
    """As text, and as JSON."""
    found = compare([pact(looks())], [pact(looks(status=404))])

    assert list(lines(found)) == [
        "shop → things: 'looks' (GET /things/a)",
        "    + relies on status 404",
        "    - relies on status 200",
        "",
        "1 interaction differs; newly relied on: shop → things",
    ]
    assert json.loads(as_json(found))["interactions"] == [
        {
            "consumer": "shop",
            "provider": "things",
            "interaction": "looks",
            "request": "GET /things/a",
            "more": ["relies on status 404"],
            "less": ["relies on status 200"],
        }
    ]


def test_command_compares_folders_and_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It fails where something is newly relied on, if it is asked to."""
    write(tmp_path / "old", pact(looks()))
    write(tmp_path / "new", pact(looks(read_headers={"ETag": "1"})))
    (tmp_path / "none").mkdir()

    def run(*arguments: str) -> int:
        return main(["--project", str(tmp_path), "compare", "--pacts", *arguments])

    assert run("old", "new") == 0
    assert "+ reads header.ETag" in capsys.readouterr().out
    assert run("old", "new", "--fail-on=breaking") == 1
    assert run("new", "old", "--fail-on=breaking") == 0
    assert run("old/shop-things.json", "new/shop-things.json", "--fail-on=breaking") == 1
    assert run("none", "none") == 1
    assert "there are no pacts, neither in none nor in none" in capsys.readouterr().err


def test_pact_that_was_edited_by_hand_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says nothing of what its consumer relies on."""
    write(tmp_path / "old", pact(looks()))
    file = tmp_path / "old" / "shop-things.json"
    file.write_text(file.read_text().replace("lamp", "bulb"))

    assert main(["--project", str(tmp_path), "compare", "--pacts", "old", "old"]) == 1
    assert "was edited by hand" in capsys.readouterr().err
