"""The source of operations.py: each operation as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pactwright.generate.annotations import WIRE, Renderer, quoted
from pactwright.generate.catalogue import Direction
from pactwright.generate.contents import TypedContent
from pactwright.generate.imports import Imports
from pactwright.generate.plan import Argument, OperationPlan, PlannedResponse
from pactwright.generate.signatures import result_type
from pactwright.schema.description import (
    HeaderDescription,
    OperationDescription,
    RequirementDescription,
    SecuritySchemeDescription,
)
from pactwright.schema.names import pascal_case, snake_case, unique
from pactwright.schema.types import SchemaType


def call(function: str, /, **arguments: str) -> str:
    """A call as source; arguments whose source is "" are left out."""
    named = [f"{key}={value}" for key, value in arguments.items() if value]
    return f"{function}({', '.join(named)})"


def sequence(items: Sequence[str]) -> str:
    """A tuple as source; "" for an empty one."""
    return f"({', '.join(items)}{',' * (len(items) == 1)})" if items else ""


class OperationsWriter:
    """Writes a module of operations."""

    def __init__(
        self,
        renderer: Renderer,
        schemes: Mapping[str, SecuritySchemeDescription],
        plans: Sequence[OperationPlan],
    ) -> None:
        self._renderer = renderer
        self._imports: Imports = renderer.imports
        self._schemes = schemes
        self._plans = plans
        self._names: dict[str, str] = {}
        self._taken = {plan.constant for plan in plans} | {"OPERATIONS"}
        self._aliases: dict[str, str] = {}
        self._shared: dict[str, str] = {}
        self._share(list(self._shared_headers()))
        self._share([*self._shared_parameters(), *self._shared_responses()])

    def source(self) -> str:
        """Security schemes, what operations share, the operations, and all of them in a tuple."""
        body = [self._operation(plan) for plan in self._plans]
        head = [*self._alias_lines(), *self._scheme_constants(), *self._shared_constants()]
        names = sequence([plan.constant for plan in self._plans]) or "()"
        final, any_ = self._imports.add("typing", "Final"), self._imports.add("typing", "Any")
        operation = self._imports.add(WIRE, "Operation")
        tail = f"OPERATIONS: {final}[tuple[{operation}[{any_}], ...]] = {names}\n"
        return "\n".join([*head, *body, tail]).lstrip()

    def _share(self, sources: Sequence[tuple[str, str]]) -> None:
        """Give what is written several times, under a name in the document, a constant."""
        uses = Counter(source for source, _ in sources)
        for source, name in sources:
            if uses[source] > 1 and source not in self._shared:
                self._shared[source] = self._constant(name)

    def _shared_headers(self) -> Iterator[tuple[str, str]]:
        responses = {r.description.place: r.description for p in self._plans for r in p.responses}
        for response in responses.values():
            for header in response.headers:
                if header.component:
                    yield self._header_source(header), f"{header.component} header"

    def _shared_parameters(self) -> Iterator[tuple[str, str]]:
        for plan in self._plans:
            for argument in plan.arguments:
                if argument.parameter.component:
                    name = f"{argument.parameter.component} parameter"
                    yield self._parameter_source(argument), name

    def _shared_responses(self) -> Iterator[tuple[str, str]]:
        for plan in self._plans:
            for response in plan.responses:
                if response.description.component:
                    name = f"{response.description.component} response"
                    yield self._response_source(response), name

    def _constant(self, text: str) -> str:
        name = unique(snake_case(text).upper(), self._taken)
        self._taken.add(name)
        return name

    def _shared_constants(self) -> Iterator[str]:
        for source, name in self._shared.items():
            yield f"{name}: {self._imports.add('typing', 'Final')} = {source}"

    def _scheme_constants(self) -> Iterator[str]:
        for key, name in self._names.items():
            scheme = self._schemes[key]
            source = call(
                self._imports.add(WIRE, "SecurityScheme"),
                name=quoted(scheme.name),
                kind=quoted(scheme.kind),
                parameter=quoted(scheme.parameter) if scheme.parameter else "",
                location=quoted(scheme.location) if scheme.location else "",
            )
            yield f"{name}: {self._imports.add('typing', 'Final')} = {source}"

    def _operation(self, plan: OperationPlan) -> str:
        description = plan.description
        operation = self._imports.add(WIRE, "Operation")
        result = result_type(self._renderer, plan, "response")
        source = call(
            operation,
            name=quoted(plan.name),
            method=quoted(description.method),
            path=quoted(description.path),
            parameters=sequence([self._parameter(a) for a in plan.arguments]),
            body=self._body(plan),
            responses=self._responses(plan.responses),
            security=self._security(description.security),
            pagination=self._pagination(plan),
            owner=self._owner(plan),
            cors=self._cors(description),
        )
        final = self._imports.add("typing", "Final")
        return f"\n{plan.constant}: {final}[{operation}[{result}]] = {source}"

    def _parameter(self, argument: Argument) -> str:
        source = self._parameter_source(argument)
        return self._shared.get(source, source)

    def _parameter_source(self, argument: Argument) -> str:
        parameter = argument.parameter
        return call(
            self._imports.add(WIRE, "Parameter"),
            name=quoted(parameter.name),
            argument=quoted(argument.name),
            location=quoted(parameter.location),
            type=self._thunk(parameter.type, "request", f"{argument.name} parameter"),
            required="True" if parameter.required else "",
            shape=quoted(parameter.shape) if parameter.shape != "primitive" else "",
            style=quoted(parameter.style) if parameter.style else "",
            explode="" if parameter.explode is None else repr(parameter.explode),
            media_type=quoted(parameter.media_type) if parameter.media_type else "",
            allow_reserved="True" if parameter.allow_reserved else "",
            default="" if argument.default is None else repr(argument.default),
        )

    def _content(self, content: TypedContent, *, sent: bool) -> str:
        return call(
            self._imports.add(WIRE, "Content"),
            media_type=quoted(content.media_type),
            type=self._thunk(content.type, "request" if sent else "response", "content"),
        )

    def _thunk(self, schema: SchemaType, way: Direction, hint: str) -> str:
        """A type, given late. One that type checkers take for a type only gets a name."""
        text = self._renderer.type(schema, way)
        if "Annotated[" in text and " | " in text:
            if text not in self._aliases:
                self._aliases[text] = unique(pascal_case(hint), self._taken)
                self._taken.add(self._aliases[text])
            text = self._aliases[text]
        return f"lambda: {text}"

    def _alias_lines(self) -> Iterator[str]:
        for text, name in self._aliases.items():
            yield f"{name}: {self._imports.add('typing', 'TypeAlias')} = {text}"

    def _body(self, plan: OperationPlan) -> str:
        if not plan.body:
            return ""
        return call(
            self._imports.add(WIRE, "Body"),
            contents=sequence([self._content(content, sent=True) for content in plan.body]),
            required="" if plan.body_required else "False",
            max_bytes="" if plan.max_body_bytes is None else str(plan.max_body_bytes),
        )

    def _responses(self, responses: Sequence[PlannedResponse]) -> str:
        entries = []
        for response in responses:
            source = self._response_source(response)
            status = quoted(response.description.status)
            entries.append(f"{status}: {self._shared.get(source, source)}")
        return "{" + ", ".join(entries) + "}" if entries else ""

    def _response_source(self, response: PlannedResponse) -> str:
        return call(
            self._imports.add(WIRE, "Response"),
            contents=sequence([self._content(c, sent=False) for c in response.contents]),
            headers=sequence([self._header(h) for h in response.description.headers]),
        )

    def _header(self, header: HeaderDescription) -> str:
        source = self._header_source(header)
        return self._shared.get(source, source)

    def _header_source(self, header: HeaderDescription) -> str:
        return call(
            self._imports.add(WIRE, "Header"),
            name=quoted(header.name),
            type=self._thunk(header.type, "response", f"{header.name} header"),
            required="True" if header.required else "",
        )

    def _security(self, alternatives: tuple[tuple[RequirementDescription, ...], ...]) -> str:
        return sequence(
            [
                sequence([self._requirement(requirement) for requirement in alternative]) or "()"
                for alternative in alternatives
            ]
        )

    def _requirement(self, requirement: RequirementDescription) -> str:
        if requirement.scheme not in self._names:
            self._names[requirement.scheme] = self._constant(f"{requirement.scheme} scheme")
        return call(
            self._imports.add(WIRE, "Requirement"),
            scheme=self._names[requirement.scheme],
            scopes=sequence([quoted(scope) for scope in requirement.scopes]),
        )

    def _pagination(self, plan: OperationPlan) -> str:
        if plan.page is None:
            return ""
        return call(
            self._imports.add(WIRE, "Pagination"),
            cursor=quoted(plan.page.cursor),
            items=quoted(plan.page.items),
            next_cursor=quoted(plan.page.next_cursor),
        )

    def _owner(self, plan: OperationPlan) -> str:
        owner = plan.description.owner
        if owner is None:
            return ""
        named = (a.name for a in plan.positional if a.parameter.name == owner.parameter)
        return call(
            self._imports.add(WIRE, "Owner"),
            scope=quoted(owner.scope),
            argument=quoted(next(named)),
        )

    def _cors(self, description: OperationDescription) -> str:
        cors = description.cors
        if cors is None:
            return ""
        return call(
            self._imports.add(WIRE, "Cors"),
            allow_origins=sequence([quoted(origin) for origin in cors.allow_origins]),
            max_age="" if cors.max_age is None else repr(cors.max_age),
        )
