"""An expectation out of what a test says: literal request, whole answer, both allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pactwright.client.options import Credentials
from pactwright.contract.declarations import Declaration
from pactwright.contract.errors import ExpectationError
from pactwright.contract.examples import completed
from pactwright.contract.pacts import State
from pactwright.contract.recording.checking import check, undeclared_status
from pactwright.contract.recording.expectations import (
    Expectation,
    Partial,
    answered,
    json_of,
    without_asked,
)
from pactwright.contract.recording.sending import request_of
from pactwright.contract.schemas import ABSENT
from pactwright.schema.document import Document
from pactwright.wire import Content, Model, Operation, mediatypes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a test says of one interaction.

    Attributes:
        arguments: of the operation, by their Python names.
        given: what is so before.
        credentials: what the client shows.
        answer: a model's instance, an `only`, text, or None.
        status: the answer's; None is the operation's success.
        headers: the response headers that are relied on.
    """

    description: str
    operation: Operation[Any]
    arguments: Mapping[str, Any]
    given: Sequence[State] = ()
    credentials: Credentials = None
    answer: Any = None
    status: int | None = None
    headers: Mapping[str, str] | None = None

    def expectation(self, document: Document) -> Expectation:
        """What is expected, checked against the provider's document.

        Raises:
            ExpectationError: the document doesn't allow it, or no client sends it.
        """
        self._refuse_unknown_arguments()
        operation, status = self.operation, self.status or self.operation.success_status
        declaration = Declaration.of(document, operation)
        if declaration.response(status) is None:
            raise undeclared_status(declaration, status)
        arguments = {name: json_of(value) for name, value in self.arguments.items()}
        drafted = Expectation(
            description=self.description,
            declaration=declaration,
            request=request_of(operation, self.arguments, self.credentials),
            sent=_by_wire_name(operation, arguments),
            states=tuple(states_of(self.given)),
            status=status,
            headers=dict(self.headers or {}),
            **self._answer(document, declaration, status),
        )
        check(drafted, arguments)
        return drafted

    def _refuse_unknown_arguments(self) -> None:
        known = [parameter.argument for parameter in self.operation.parameters]
        known += ["body"] if self.operation.body else []
        for name in self.arguments:
            if name not in known:
                names = ", ".join(known) or "none"
                raise ExpectationError(
                    f"{self.operation.name} takes no argument {name!r}: it takes {names}"
                )

    def _answer(self, document: Document, declared: Declaration, status: int) -> dict[str, Any]:
        where = f"{self.operation.name} {status}"
        content = _content(self.operation, status, self.answer, where)
        if content is None:
            return {}
        expected = ABSENT if self.answer is None else json_of(self.answer)
        given = without_asked(expected)
        whole = completed(document, self.operation, status, given, content.media_type)
        return {
            "content_type": _content_type(content.media_type),
            "schema": declared.response_schema(status, content.media_type),
            "body": answered(expected, whole, where),
            "served": whole,
        }


def _by_wire_name(operation: Operation[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    names = {parameter.argument: parameter.name for parameter in operation.parameters}
    return {names.get(name, name): value for name, value in arguments.items()}


def states_of(given: object) -> Iterator[State]:
    """States whose parameters are JSON.

    Raises:
        ExpectationError: something else is given.
    """
    for state in given if isinstance(given, list | tuple) else (given,):
        if not isinstance(given, list | tuple) or not isinstance(state, State):
            raise ExpectationError(f"given= takes a list of State(…), not {state!r}")
        yield State(state.name, **{name: json_of(v) for name, v in state.parameters.items()})


def _content(operation: Operation[Any], status: int, answer: object, where: str) -> Content | None:
    """The content that an answer is of; None where it has none, and none is expected."""
    declared = operation.response(status)
    contents = declared.contents if declared and operation.method != "HEAD" else ()
    if answer is None:
        return contents[0] if contents else None
    for content in contents:
        if takes(content, answer):
            return content
    raise ExpectationError(f"{where} answers {other_than(contents, answer)}")


def other_than(contents: Sequence[Content], value: object) -> str:
    """What contents are of, and that a value is none: ``Thing, not Owner``."""
    kind = value.model if isinstance(value, Partial) else type(value)
    known = " or ".join(_name(content.type()) for content in contents) or "nothing"
    return f"{known}, not {kind.__name__}"


def takes(content: Content, answer: object) -> bool:
    """Whether a content is of the type of what a test expects."""
    media_type = mediatypes.parse(content.media_type)
    is_json = media_type is not None and media_type.is_json
    if isinstance(answer, Partial):
        return is_json and _mentions(content.type(), answer.model)
    if isinstance(answer, Model):
        return is_json and _mentions(content.type(), type(answer))
    return is_json is not isinstance(answer, str | bytes)


def _mentions(python_type: Any, model: type[Model]) -> bool:
    return python_type is model or any(_mentions(arm, model) for arm in get_args(python_type))


def _name(python_type: Any) -> str:
    return getattr(python_type, "__name__", str(python_type))


def _content_type(media_type: str) -> str:
    """As the kit's services write it."""
    parsed = mediatypes.parse(media_type)
    is_bare_text = parsed is not None and parsed.is_text and "charset" not in parsed.parameters
    return f"{media_type};charset=utf-8" if is_bare_text else media_type
