"""Changes to the limits of what requests may say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from requests import PreparedRequest

from pactwright.contract.pacts import Interaction
from pactwright.schema.types import NO_CONSTRAINTS, Constraints, Scalar
from pactwright.wire import ResponseMessage
from tests.contracts.mutations import places, sent
from tests.contracts.mutations.change import Change, ChangeAnswer
from tests.contracts.mutations.demands import refusal
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Asked, Mutant
from tests.contracts.mutations.oracle import sent_body, succeeds
from tests.contracts.mutations.places import Field

_LITTLE: Final = 0.001

Allows = Callable[[Any], bool]
"""Whether a limit allows a value."""


@dataclass(frozen=True, slots=True)
class Input:
    """A value that requests give, in the body or the query.

    Attributes:
        field: as the document declares it; a parameter as the field of its name.
        in_body: whether it is in the body.
    """

    field: Field
    in_body: bool

    @property
    def constraints(self) -> Constraints:
        """The declared limits."""
        kind = self.field.type
        return kind.constraints if isinstance(kind, Scalar) else NO_CONSTRAINTS

    def of_request(self, request: PreparedRequest) -> list[Any]:
        """The values that a request on the wire gives."""
        if self.in_body:
            return places.values(sent.body(request), self.field.path)
        return [self._read(text) for text in sent.query(request).get(self.field.path[0], ())]

    def of_interaction(self, interaction: Interaction) -> list[Any]:
        """The values that an interaction's request gives."""
        if self.in_body:
            return places.values(sent_body(interaction), self.field.path)
        texts = interaction.request.query.get(self.field.path[0], ())
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Any:
        numeric = isinstance(self.field.type, Scalar) and self.field.type.kind == "integer"
        return int(text) if numeric and text.lstrip("-").isdecimal() else text


def mutants(asked: Asked) -> Iterator[Mutant]:
    """Mutants that allow less, or more, of some value."""
    for each in _inputs(asked):
        accepted = [heard.interaction for heard in asked.heard if succeeds(heard.interaction)]
        values = [value for one in accepted for value in each.of_interaction(one)]
        numbers = [value for value in values if _is_number(value)]
        texts = [value for value in values if isinstance(value, str) and value]
        if numbers:
            yield from _ranges(asked, each, max(numbers))
        elif texts:
            yield from _lengths(asked, each, max(map(len, texts)))
            yield from _patterns(asked, each, texts[0][0])


def _inputs(asked: Asked) -> Iterator[Input]:
    for content in asked.operation.body.contents[:1] if asked.operation.body else ():
        if content.type is not None:
            for field in places.fields(asked.api, content.type):
                yield Input(field, in_body=True)
    for parameter in asked.operation.parameters:
        if parameter.location == "query":
            yield Input(Field(path=(parameter.name,), type=parameter.type), in_body=False)


def _ranges(asked: Asked, given: Input, highest: float) -> Iterator[Mutant]:
    def within(limit: float) -> Allows:
        return lambda value: not _is_number(value) or value <= limit

    less = highest - 1
    yield _tightened(asked, given, Kind.RANGE_TIGHTENED, f"maximum {less}", within(less))
    yield _unreached(asked, given, f"maximum {highest}", within(highest))
    maximum = given.constraints.maximum
    if given.in_body and maximum is not None:
        further = within(maximum + _LITTLE)
        yield _relaxed(asked, given, further, lambda value: min(value, maximum))


def _lengths(asked: Asked, given: Input, longest: int) -> Iterator[Mutant]:
    def within(limit: int) -> Allows:
        return lambda value: not isinstance(value, str) or len(value) <= limit

    fewer = within(longest - 1)
    yield _tightened(asked, given, Kind.LENGTH_TIGHTENED, f"maxLength {longest - 1}", fewer)
    yield _unreached(asked, given, f"maxLength {longest}", within(longest))
    most = given.constraints.max_length
    if given.in_body and most is not None:
        yield _relaxed(asked, given, within(most + 1), lambda text: text[:most])


def _patterns(asked: Asked, given: Input, first: str) -> Iterator[Mutant]:
    def allows(value: Any) -> bool:
        return not isinstance(value, str) or not value.startswith(first)

    yield _tightened(asked, given, Kind.PATTERN_TIGHTENED, f"pattern ^[^{first}]", allows)


def _tightened(asked: Asked, given: Input, kind: Kind, what: str, allows: Allows) -> Mutant:
    def breaks(interaction: Interaction) -> bool:
        return succeeds(interaction) and not all(map(allows, given.of_interaction(interaction)))

    change = Change(answered=_refusal(given, allows))
    return asked.mutant(kind, f"{given.field} {what}", change, breaks)


def _unreached(asked: Asked, given: Input, what: str, allows: Allows) -> Mutant:
    """A limit that no accepted request of any pact comes up against."""
    refused = _refusal(given, allows)

    def answered(request: PreparedRequest, answer: ResponseMessage) -> ResponseMessage | None:
        return refused(request, answer) or (answer if given.of_request(request) else None)

    accepted = [each for each in asked.heard if succeeds(each.interaction)]
    change, limit = Change(answered=answered), f"{given.field} {what}"
    return asked.mutant(Kind.LIMIT_UNREACHED, limit, change, lambda _: False, accepted)


def _refusal(given: Input, allows: Allows) -> ChangeAnswer:
    return refusal(lambda request: not all(map(allows, given.of_request(request))))


def _relaxed(asked: Asked, given: Input, allows: Allows, nearest: Callable[[Any], Any]) -> Mutant:
    """A limit a little further out: what is just beyond the real one is taken for the nearest."""

    def accept(container: Any, key: Any) -> bool:
        if container[key] is not None and allows(container[key]):
            container[key] = nearest(container[key])
        return True

    def change(request: PreparedRequest) -> bool:
        body = sent.body(request)
        found = body is not None and places.edit(body, given.field.path, accept) > 0
        if found:
            sent.set_values(request, body)
        return found

    def breaks(interaction: Interaction) -> bool:
        beyond = [v for v in given.of_interaction(interaction) if v is not None and nearest(v) != v]
        return not succeeds(interaction) and bool(beyond) and all(map(allows, beyond))

    return asked.mutant(Kind.LIMIT_RELAXED, str(given.field), Change(asked=change), breaks)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
