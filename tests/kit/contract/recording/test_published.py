"""What a consumer's test says of a message: just what its production code reads, or it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pactwright.contract import pacts
from pactwright.contract.errors import ContractError, ExpectationError
from pactwright.contract.pacts import State
from pactwright.contract.recording.judging import unpaired
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.contract.recording.recordings import Recordings
from pactwright.service.messages import Consumer, Delivery
from pactwright.wire import Content, Message
from tests.kit.contract.recording.conftest import TEST
from tests.kit.contract.recording.things import (
    GET_THING,
    LAMP,
    THING_LOST,
    THING_SOLD,
    Lost,
    Owner,
    Sold,
    Thing,
    ThingsClient,
    document,
)

PAIR = ("shop", "things")
A_LAMP = State("a lamp", thing_id=str(LAMP))


def taking(read: Callable[[Sold], object]) -> Consumer[Sold]:
    """Production code that takes what is sold."""

    def handle(message: Sold, _: Delivery) -> None:
        read(message)

    return Consumer(THING_SOLD, handle)


def content(recordings: Recordings) -> dict[str, Any]:
    """The pact as it would be committed."""
    whole: dict[str, Any] = json.loads(recordings.content(PAIR))
    return whole


def test_a_message_is_recorded_with_what_is_read(
    recorder: Recorder, recordings: Recordings
) -> None:
    """Constants and echoes of states are pinned, all else goes by type and format."""
    sold = only(Sold, "type", "price", thing_id=LAMP, to=only(Owner, "name"))
    recorder.expect_message("a lamp is sold", THING_SOLD, given=[A_LAMP], content=sold)
    seen: list[object] = []
    recorder.deliver(taking(lambda m: seen.append([m.type, m.price, m.thing_id, m.to.name])))
    recorder.finish()

    (recorded,) = content(recordings)["interactions"]
    assert seen == [["sold", 12.5, LAMP, "Inês"]]
    assert recorded["type"] == "Asynchronous/Messages"
    assert recorded["comments"] == {"message": "thing_sold", "testname": TEST}
    assert recorded["providerStates"] == [{"name": "a lamp", "params": {"thing_id": str(LAMP)}}]
    assert recorded["contents"]["content"] == {
        "type": "sold",
        "price": 12.5,
        "thing_id": str(LAMP),
        "to": {"name": "Inês"},
    }
    rules = recorded["matchingRules"]["body"]
    assert {place: [m["match"] for m in rule["matchers"]] for place, rule in rules.items()} == {
        "$.type": ["equality"],
        "$.price": ["number"],
        "$.thing_id": ["equality"],
        "$.to.name": ["type"],
    }


def test_it_is_in_one_file_with_requests(
    recorder: Recorder, recordings: Recordings, tmp_path: Path
) -> None:
    """Which is read again as it was written."""
    recorder.expect_message("sold", THING_SOLD, content=only(Sold, "price"))
    recorder.expect("got", GET_THING, thing_id=LAMP, reason="test", answer=only(Thing, "size"))
    assert recorder.client(ThingsClient).get_thing(LAMP).size == 3
    recorder.deliver(taking(lambda message: message.price))
    recorder.finish()
    file = tmp_path / "shop-things.json"
    file.write_bytes(recordings.content(PAIR))

    pact = pacts.read(file)
    assert [(each.description, each.message) for each in pact.interactions] == [
        ("got", None),
        ("sold", "thing_sold"),
    ]
    assert [each.description for each in pact.asked.interactions] == ["got"]
    assert pact.asked.digest == pact.digest
    assert recordings.content(PAIR) == file.read_bytes()


def test_a_message_of_which_nothing_is_read_need_only_come(
    recorder: Recorder, recordings: Recordings
) -> None:
    """A consumer may do with that."""
    recorder.expect_message("sold", THING_SOLD)
    recorder.deliver(taking(lambda _: None))
    recorder.finish()

    (recorded,) = content(recordings)["interactions"]
    assert "contents" not in recorded


@pytest.mark.parametrize(
    ("expected", "read", "said"),
    [
        (
            only(Sold, "price", "type"),
            lambda message: message.price,
            "sold: /type is expected but never read: leave it out",
        ),
        (
            only(Sold, "price"),
            lambda message: (message.price, message.to.name),
            "sold: /to/name is read but not expected: add it",
        ),
        (None, lambda message: message.model_dump(), "sold: /price is read but not expected"),
    ],
)
def test_more_or_less_than_is_read_is_refused(
    recorder: Recorder, expected: Any, read: Callable[[Sold], object], said: str
) -> None:
    """A pact says what the code relies on: no more, no less."""
    recorder.expect_message("sold", THING_SOLD, content=expected)
    recorder.deliver(taking(read))

    with pytest.raises(ContractError) as raised:
        recorder.finish()
    assert said in str(raised.value)


def test_an_optional_field_has_to_be_seen_both_ways(
    recorder: Recorder, recordings: Recordings
) -> None:
    """Code that reads it has to cope without it."""
    recorder.expect_message("sold", THING_SOLD, content=only(Sold, note="soon"))
    recorder.deliver(taking(lambda message: message.note))
    recorder.finish()
    judged = recordings._pacts[PAIR].judged
    assert [str(each) for each in unpaired(judged)] == [
        "thing_sold message: /note is read: add an interaction without it"
    ]

    with_none = Recorder(*PAIR, document=document(), test=TEST, recordings=recordings)
    with_none.expect_message("sold without a note", THING_SOLD)
    with_none.deliver(taking(lambda message: message.note))
    with_none.finish()
    assert list(unpaired(judged)) == []


@pytest.mark.parametrize(
    ("message", "expected", "said"),
    [
        (THING_SOLD, only(Sold, price=101), "Sold/properties/price/maximum: thing_sold message"),
        (THING_SOLD, only(Lost, where="x"), "thing_sold message is Sold, not Lost"),
        (THING_LOST, None, "things.yaml#/webhooks: there is no webhook thing_lost"),
        (
            Message(name="thing_sold", content=Content(media_type="text/csv", type=lambda: str)),
            "sold",
            "/content: thing_sold: no text/csv is declared",
        ),
        (THING_SOLD, only(Sold, "note"), "/note is optional, so the document says no value"),
    ],
)
def test_what_the_document_does_not_allow_fails_where_it_is_written(
    recorder: Recorder, message: Message[Any], expected: Any, said: str
) -> None:
    """By the place of the rule."""
    with pytest.raises(ExpectationError) as raised:
        recorder.expect_message("sold", message, content=expected)
    assert said in str(raised.value)


def test_a_message_that_is_not_delivered_proves_nothing(recorder: Recorder) -> None:
    """Nobody has read it."""
    recorder.expect_message("sold", THING_SOLD)

    with pytest.raises(ContractError, match=r"not delivered: use pact\.deliver"):
        recorder.finish()


def test_who_gets_it_takes_that_message(recorder: Recorder) -> None:
    """Another's code, or none, is told by name."""
    recorder.expect_message("sold", THING_SOLD)

    with pytest.raises(ContractError, match="takes thing_lost, not thing_sold"):
        recorder.deliver(Consumer(THING_LOST, lambda *_: None))
    with pytest.raises(ContractError, match="shop takes no messages"):
        recorder.deliver(None)


def test_what_the_consumer_raises_comes_out(recorder: Recorder) -> None:
    """A queue would deliver it again; a test has to fail."""

    def fail(_: Sold) -> None:
        raise LookupError("no such thing")

    recorder.expect_message("sold", THING_SOLD)

    with pytest.raises(LookupError, match="no such thing"):
        recorder.deliver(taking(fail))


def test_a_consumer_whose_model_is_another_is_told(recorder: Recorder) -> None:
    """An SDK that is older than the document can't read what comes."""
    lost = Content(media_type="application/json", type=lambda: Lost)
    old: Message[Any] = Message(name="thing_sold", content=lost)
    recorder.expect_message("sold", THING_SOLD)

    with pytest.raises(ContractError, match="the consumer's model does not take it"):
        recorder.deliver(Consumer(old, lambda *_: None))


def test_order_and_names_are_held_to(recorder: Recorder) -> None:
    """First all is expected, then it is delivered; each under a name of its own."""
    with pytest.raises(ExpectationError, match="no message is expected yet"):
        recorder.deliver(taking(lambda _: None))
    recorder.expect_message("it", THING_SOLD)
    with pytest.raises(ExpectationError, match="'it' is expected twice"):
        recorder.expect("it", GET_THING, thing_id=LAMP, reason="test")
    recorder.deliver(taking(lambda _: None))
    with pytest.raises(ExpectationError, match="before messages are delivered"):
        recorder.expect_message("more", THING_SOLD)
