"""Whom a change of a webhook breaks: those who have its message in their pacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from pactwright.contract.pacts import Pact
from pactwright.release.comparison.changes import Change
from pactwright.release.comparison.reliances import compare as shifts
from pactwright.release.comparison.run import compare
from tests.kit.release.comparison.document_rows import THING, base, sold, told
from tests.kit.release.comparison.pacts_of import interaction, message, pact
from tests.kit.release.comparison.schemata import document

Edit = Callable[[Any], object]

PROPERTIES: Final[Any] = THING["properties"]
READS: Final = message("a thing is sold", read={"name": "lamp"})
TAKES: Final = message("whatever is sold")
LISTS: Final = interaction("lists", "GET /things", read={"size": 3})


def changes(edit: Edit, *pacts: Pact) -> tuple[Change, ...]:
    """What an edit changes, and whom it breaks."""
    old, new = base(), base()
    edit(new)
    return compare({"things": (document(old), document(new))}, pacts)


def without(name: str) -> Edit:
    """Let the message have one property less."""
    kept = {key: value for key, value in PROPERTIES.items() if key != name}
    return lambda it: told(it, properties=kept, required=[n for n in ["name"] if n in kept])


def retyped(name: str) -> Edit:
    """Let a property of the message be another."""
    return lambda it: told(it, properties={**PROPERTIES, name: {"type": "boolean"}})


BREAKING: Final[dict[str, tuple[Edit, set[str]]]] = {
    "what is read is gone": (without("name"), {"shop: sold body.name"}),
    "what is read is another": (retyped("name"), {"shop: sold body.name"}),
    "the webhook is gone": (lambda it: it["webhooks"].pop("sold"), {"shop: sold POST sold"}),
    "it is called otherwise": (
        lambda it: it["webhooks"].update(bought=it["webhooks"].pop("sold")),
        {"shop: sold POST sold"},
    ),
    "it says nothing": (lambda it: sold(it).pop("requestBody"), {"shop: sold body"}),
    "it is written otherwise": (
        lambda it: sold(it)["requestBody"].update(content={"text/csv": {}}),
        {"shop: sold body"},
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_who_reads_what_changed_is_broken(name: str) -> None:
    """By the name of the message, for it is the provider who sends it."""
    edit, expected = BREAKING[name]
    found = [change for change in changes(edit, pact(READS)) if change.breaks_in_fact]

    assert {str(one) for change in found for one in change.broken} == expected
    assert not any(change.untold for change in found)
    assert {change.direction for change in found} == {"response"}


def test_who_does_not_read_it_is_not_broken() -> None:
    """What is optional and unread may go."""
    found = [each for each in changes(without("size"), pact(READS)) if each.verdict.breaks]

    assert found
    assert not any(change.breaks_in_fact for change in found)


def test_what_the_generated_model_refuses_breaks_who_only_takes_it() -> None:
    """A message is read strictly, whatever is read of it."""
    found = [c for c in changes(retyped("name"), pact(TAKES)) if c.breaks_in_fact]

    assert {str(one) for change in found for one in change.broken} == {"shop: sold body.name"}


def test_of_a_webhook_in_no_pact_nobody_tells() -> None:
    """Pacts of other things are not pacts of the message."""
    found = [c for c in changes(without("name"), pact(LISTS)) if c.verdict.breaks]

    assert found
    assert all(change.untold and not change.broken for change in found)


def test_more_in_a_message_breaks_nobody() -> None:
    """Readers ignore what they don't know."""
    more = {**PROPERTIES, "more": {"type": "string"}}
    found = changes(lambda it: told(it, properties=more), pact(READS))

    assert found
    assert not any(change.breaks_in_fact for change in found)


def test_a_document_that_is_gone_breaks_who_takes_its_messages() -> None:
    """Along with those who ask."""
    found = compare({"things": (document(base()), None)}, [pact(LISTS, READS)])

    assert {one.operation for change in found for one in change.broken} == {"list_things", "sold"}


def test_what_is_newly_relied_on_of_a_message() -> None:
    """It asks nothing, and has no status."""
    more = message("a thing is sold", read={"name": "lamp", "size": 3})
    (shift,) = shifts([pact(READS)], [pact(more)])
    (new,) = shifts([], [pact(READS)])

    assert (shift.request, shift.more, shift.less) == ("message sold", ("reads body.size",), ())
    assert new.more == ("reads body.name", "takes the message sold")
