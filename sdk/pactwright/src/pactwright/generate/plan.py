"""Operations with their Python names, argument names and body types: what all modules share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.client import Client
from pactwright.client.options import CallOptions
from pactwright.generate.catalogue import Catalogue
from pactwright.generate.contents import ContentTyper, TypedContent
from pactwright.generate.defaults import fits
from pactwright.generate.naming import argument_names, field_names
from pactwright.schema.description import (
    OperationDescription,
    ParameterDescription,
    ResponseDescription,
)
from pactwright.schema.faults import Fault
from pactwright.schema.names import snake_case
from pactwright.schema.types import Array, Nullable, Object, Property, SchemaType

_TAKEN: Final = frozenset(dir(Client)) | {"operations", "models"}
_RESERVED: Final = frozenset(CallOptions.__annotations__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A parameter and the name of its argument.

    Attributes:
        default: the JSON value that stands where it is not sent; None is none.
    """

    name: str
    parameter: ParameterDescription
    default: Any = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """How a list is iterated: Python names, and the type of an item."""

    cursor: str
    items: str
    next_cursor: str
    method: str
    item: SchemaType


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResponse:
    """A response and the types of its contents."""

    description: ResponseDescription
    contents: tuple[TypedContent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPlan:
    """An operation, ready to be written.

    Attributes:
        arguments: path parameters first, otherwise in the document's order.
        body: the contents of the body, the one that a client sends first; () is no body.
    """

    description: OperationDescription
    arguments: tuple[Argument, ...]
    body: tuple[TypedContent, ...]
    responses: tuple[PlannedResponse, ...]
    page: PagePlan | None = None

    @property
    def name(self) -> str:
        """The method's name; also what a service is asked for."""
        name = self.description.name
        return f"{name}_" if name in _TAKEN else name

    @property
    def constant(self) -> str:
        """The name of its `Operation`."""
        return self.name.upper()

    @property
    def body_required(self) -> bool:
        """Whether a body must be sent."""
        return bool(self.body and self.description.body and self.description.body.required)

    @property
    def max_body_bytes(self) -> int | None:
        """How many bytes of a body are taken; None where the document doesn't say."""
        return self.description.body.max_bytes if self.description.body else None

    @property
    def positional(self) -> tuple[Argument, ...]:
        """The arguments that need not be named: path parameters."""
        return tuple(a for a in self.arguments if a.parameter.location == "path")

    @property
    def named(self) -> tuple[Argument, ...]:
        """The other arguments."""
        return tuple(a for a in self.arguments if a.parameter.location != "path")

    def success(self) -> Sequence[PlannedResponse]:
        """The responses that a client's method returns the bodies of."""
        good = [r for r in self.responses if r.description.status.startswith("2")]
        return good or [r for r in self.responses if r.description.status == "default"]

    def result(self) -> list[SchemaType | None]:
        """The types that it returns; None for an answer without body."""
        found: dict[SchemaType | None, None] = {}
        for response in self.success() if self.description.method != "HEAD" else ():
            types: list[SchemaType | None] = [content.type for content in response.contents]
            found.update(dict.fromkeys(types or [None]))
        return list(found) or [None]


class Planner:
    """Plans operations; `faults` collects what can't be expressed, of its `contents` too."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.faults: list[Fault] = []
        self.contents = ContentTyper(catalogue, self.faults)

    def plan(self, operation: OperationDescription) -> OperationPlan:
        """Plan one operation."""
        body = operation.body
        contents = self.contents.typed(body.contents, sent=True) if body else ()
        arguments = tuple(self._arguments(operation, has_body=bool(contents)))
        responses = tuple(self._response(r, operation.method) for r in operation.responses)
        return OperationPlan(
            description=operation,
            arguments=arguments,
            body=contents,
            responses=responses,
            page=self._page(operation, arguments, responses),
        )

    def _arguments(self, operation: OperationDescription, *, has_body: bool) -> Iterator[Argument]:
        ordered = sorted(operation.parameters, key=lambda p: p.location != "path")
        reserved = _RESERVED | {"body"} if has_body else _RESERVED
        names = argument_names(ordered, reserved)
        for name, parameter in zip(names, ordered, strict=True):
            yield Argument(name=name, parameter=parameter, default=self._default(parameter))

    def _default(self, parameter: ParameterDescription) -> Any:
        if parameter.default is None or fits(self._catalogue, parameter.type, parameter.default):
            return parameter.default
        fault = Fault(parameter.place, "warning", "its default is not applied")
        if fault not in self.faults:
            self.faults.append(fault)
        return None

    def _response(self, response: ResponseDescription, method: str) -> PlannedResponse:
        contents = self.contents.typed(response.contents, sent=False)
        without = method == "HEAD" or response.status in ("204", "304")
        return PlannedResponse(description=response, contents=() if without else contents)

    def _page(
        self,
        operation: OperationDescription,
        arguments: Sequence[Argument],
        responses: Sequence[PlannedResponse],
    ) -> PagePlan | None:
        given = operation.pagination
        if given is None:
            return None
        cursor = next((a.name for a in arguments if a.parameter.name == given.cursor), None)
        members = self._members(responses)
        names = field_names(members)
        item = next((self._item(m.type) for m in members if m.name == given.items), None)
        if cursor is None or item is None or given.next_cursor not in names:
            message = "x-pagination names what is not there, so no iterator is made"
            self.faults.append(Fault(operation.place, "error", message))
            return None
        return PagePlan(
            cursor=cursor,
            items=names[given.items],
            next_cursor=names[given.next_cursor],
            method=f"iterate_{_without_verb(operation.name)}",
            item=item,
        )

    def _members(self, responses: Sequence[PlannedResponse]) -> Sequence[Property]:
        """The properties of the page that is answered."""
        page = next((r for r in responses if r.description.status.startswith("2")), None)
        schema = self._catalogue.resolve(page.contents[0].type) if page and page.contents else None
        return schema.properties if isinstance(schema, Object) else ()

    def _item(self, schema: SchemaType) -> SchemaType | None:
        resolved = self._catalogue.resolve(schema)
        if isinstance(resolved, Nullable):
            resolved = self._catalogue.resolve(resolved.type)
        return resolved.items if isinstance(resolved, Array) else None


def _without_verb(name: str) -> str:
    return snake_case(name.removeprefix("list_").removeprefix("get_"))
