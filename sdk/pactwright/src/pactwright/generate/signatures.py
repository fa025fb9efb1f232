"""Methods' signatures and docstrings, for clients and services alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pactwright.client.errors.statuses import class_for
from pactwright.generate.annotations import Renderer
from pactwright.generate.catalogue import Direction
from pactwright.generate.defaults import expression
from pactwright.generate.docstrings import docstring, split_summary, wrap
from pactwright.generate.plan import Argument, OperationPlan
from pactwright.schema.description import ParameterDescription
from pactwright.schema.types import Object, Reference, SchemaType


@dataclass(frozen=True, slots=True)
class MethodArgument:
    """An argument as it stands in a signature.

    Attributes:
        optional: whether it may be None.
        fallback: what it is where the document has no description.
        default: the source of its default, other than None.
    """

    name: str
    annotation: str
    optional: bool
    description: str
    fallback: str = "The request's body"
    default: str | None = None

    @property
    def source(self) -> str:
        """With its default, if it has one."""
        if self.default is not None:
            return f"{self.name}: {self.annotation} = {self.default}"
        if not self.optional:
            return f"{self.name}: {self.annotation}"
        nullable = "None" in self.annotation.split(" | ")
        return f"{self.name}: {self.annotation}{'' if nullable else ' | None'} = None"


def plain(renderer: Renderer) -> Renderer:
    """The renderer for signatures."""
    return replace(renderer, plain=True)


def result_type(renderer: Renderer, plan: OperationPlan, direction: Direction) -> str:
    """What a method returns: the union of the bodies of its success."""
    return _union(plain(renderer), plan.result(), direction)


def _union(renderer: Renderer, types: Sequence[SchemaType | None], way: Direction) -> str:
    texts = ["None" if t is None else renderer.type(t, way) for t in types]
    arms = list(dict.fromkeys(arm for text in texts for arm in [text]))
    return " | ".join(arms)


class Signature:
    """The signature of an operation's method.

    Args:
        renderer: renders the types.
        plan: the operation.
        of_service: whether it takes what a service gets: all contents of the body, and a
            parameter's default where a client sends nothing.

    Attributes:
        positional: path parameters, then a body that is required.
        named: the rest.
    """

    def __init__(self, renderer: Renderer, plan: OperationPlan, *, of_service: bool) -> None:
        self._renderer = plain(renderer)
        self._plan = plan
        self._of_service = of_service
        body = list(self._body())
        required = [argument for argument in body if not argument.optional]
        self.positional = [*(self._argument(a) for a in plan.positional), *required]
        self.named = [self._argument(a) for a in plan.named]
        self.named += [argument for argument in body if argument.optional]
        self.result = result_type(renderer, plan, "response")

    def without(self, name: str) -> list[MethodArgument]:
        """The named arguments but one."""
        return [argument for argument in self.named if argument.name != name]

    def _argument(self, argument: Argument) -> MethodArgument:
        parameter = argument.parameter
        always = parameter.required or (self._of_service and argument.default is not None)
        return MethodArgument(
            argument.name,
            self._renderer.type(parameter.type, "request"),
            not always,
            _described(parameter),
            f"{parameter.location.capitalize()} parameter `{parameter.name}`",
            self._default(argument) if self._of_service else None,
        )

    def _default(self, argument: Argument) -> str | None:
        """As source; a list would be shared by all calls, so it is for the caller to give."""
        if isinstance(argument.default, list | dict):
            return None
        return expression(self._renderer.catalogue, argument.parameter.type, argument.default)

    def _body(self) -> Iterator[MethodArgument]:
        contents = self._plan.body if self._of_service else self._plan.body[:1]
        if contents and self._plan.description.body:
            annotation = _union(self._renderer, [c.type for c in contents], "request")
            description = self._plan.description.body.description or self._about(contents[0].type)
            yield MethodArgument("body", annotation, not self._plan.body_required, description)

    def _about(self, schema: SchemaType) -> str:
        """The first sentence about a schema that has a name."""
        entity = self._renderer.catalogue.entities.get(
            schema.key if isinstance(schema, Reference | Object) else ""
        )
        return split_summary(entity.description)[0] if entity and entity.description else ""


def _described(parameter: ParameterDescription) -> str:
    text = parameter.description
    return f"{text}\n\nDeprecated.".strip() if parameter.deprecated else text


def parameters(positional: Sequence[str], named: Sequence[str], options: str = "") -> str:
    """The list of a method's parameters, `self` included."""
    parts = ["self", *positional]
    if named:
        parts += ["*", *named]
    if options:
        parts.append(f"**options: {options}")
    return ", ".join(parts)


def documentation(plan: OperationPlan, arguments: Sequence[MethodArgument], *, errors: bool) -> str:
    """A method's docstring: what the document says of the operation, its arguments and errors."""
    operation = plan.description
    texts = [operation.summary, operation.description]
    text = "\n\n".join(dict.fromkeys(t.strip() for t in texts if t.strip()))
    text = text or f"{operation.method} {operation.path}"
    if operation.deprecated:
        text += "\n\nDeprecated."
    sections = [_arguments_section(arguments)] if any(a.description for a in arguments) else []
    if errors:
        sections += filter(None, [_errors_section(plan)])
    return docstring(text, *sections)


def _arguments_section(arguments: Sequence[MethodArgument]) -> str:
    return "Args:\n" + "\n".join(
        _entry(argument.name, argument.description or argument.fallback) for argument in arguments
    )


def _errors_section(plan: OperationPlan) -> str:
    entries: list[str] = []
    for response in plan.responses:
        status = response.description.status
        if status.isdecimal() and int(status) >= 300:
            name = class_for(int(status)).__name__
            entries.append(_entry(name, f"{status}. {response.description.description}"))
    return "Raises:\n" + "\n".join(entries) if entries else ""


def _entry(name: str, text: str) -> str:
    first = text.strip().split("\n\n")[0]
    lines = wrap(f"{name}: {first}", 92, "    ", "        ")
    return lines if lines.endswith((".", "!", "?")) else f"{lines.rstrip(':;,')}."
