from __future__ import annotations

from importlib import import_module

import pytest

from pactwright.wire import DecodeError, InvalidContent, decode_message, encode_message
from tests.kit.generate.conftest import Build, Generate

_SOLD = """
webhooks:
  thingSold:
    post:
      description: A thing was sold.
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Sold'}}}
  thingPriced:
    post:
      requestBody:
        content:
          application/json:
            schema:
              oneOf: [{type: string, maxLength: 9}, {type: integer, minimum: 0}]
components:
  schemas:
    Sold:
      type: object
      additionalProperties: false
      required: [type, to]
      properties:
        type: {const: sold}
        to: {enum: [person, shop]}
"""


def test_a_webhook_becomes_a_message_that_both_sides_use(generated: Generate) -> None:
    """What the one side writes the other reads, with members and values that it doesn't know."""
    shop = generated(_SOLD)
    messages = import_module(f"{shop.__name__}.messages")

    written = encode_message(messages.THING_SOLD, shop.Sold(to="person"))
    assert written == '{"type":"sold","to":"person"}'
    read = decode_message(messages.THING_SOLD, '{"type":"sold","to":"robot","more":1}')
    assert (read.type, read.to) == ("sold", "robot")
    assert [m.name for m in messages.MESSAGES] == ["thing_sold", "thing_priced"]


@pytest.mark.parametrize(
    "text", ['{"type":"lost","to":"person"}', '{"type":"sold"}', "{", "\ud800"]
)
def test_what_is_no_such_message_is_refused(generated: Generate, text: str) -> None:
    """A reader gets a typed message or a fault."""
    messages = import_module(f"{generated(_SOLD).__name__}.messages")

    with pytest.raises(DecodeError):
        decode_message(messages.THING_SOLD, text)


def test_a_union_with_limits_gets_a_name(generated: Generate) -> None:
    """Type checkers take no other for a type."""
    messages = import_module(f"{generated(_SOLD).__name__}.messages")

    assert decode_message(messages.THING_PRICED, b"3") == 3
    with pytest.raises(InvalidContent):
        decode_message(messages.THING_PRICED, b"-3")


def test_a_webhook_without_json_is_left_out_with_a_warning(built: Build) -> None:
    """Nothing is lost in silence."""
    package = built(
        "webhooks: {sold: {post: {requestBody: {content: {text/csv: {schema: {type: string}}}}}}}"
    )

    assert "messages.py" not in {str(path) for path in package.modules}
    assert [f.message for f in package.faults] == [
        "has no content of application/json, so no message is made of it"
    ]
