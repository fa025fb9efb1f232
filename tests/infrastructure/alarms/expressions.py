"""Metric math, as much of it as alarms here use: parsed, and worked out over lines of data.

Source: "Using math expressions with CloudWatch metrics", Amazon CloudWatch User Guide. A function
that is not known is refused, as is one that the page advises against in alarms.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Line = tuple[float | None, ...]
"""A value for each period, the oldest first; None where there is no data."""

Value = float | Line

_TOKEN: Final = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/<>(),]))"
)
_LOGICAL: Final = {"OR": "OR", "||": "OR", "AND": "AND", "&&": "AND"}
_ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "AND": lambda left, right: float(bool(left) and bool(right)),
    "OR": lambda left, right: float(bool(left) or bool(right)),
}
_BINDING: Final = (("OR",), ("AND",), ("==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))


class UnknownExpressionError(ValueError):
    """An expression that is malformed, or uses what is not known here."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression.

    Attributes:
        kind: `number`, `line`, an operator, or a function's name.
        parts: what it is of.
        value: of a number.
        name: of a line.
    """

    kind: str
    parts: tuple[Expression, ...] = ()
    value: float = 0.0
    name: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The ids of the lines that it is over."""
        return frozenset({self.name} - {""}).union(*(part.names for part in self.parts))


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        UnknownExpressionError: it is malformed, or uses what is not known here.
    """
    parser = _Parser(_tokens(text), text)
    parsed = parser.level(0)
    if parser.rest:
        raise UnknownExpressionError(f"{text!r}: {parser.rest[0]!r} is not expected")
    return parsed


def evaluate(
    expression: Expression, lines: Mapping[str, Line], *, fills_emptiness: bool = True
) -> Line:
    """Work out an expression.

    Args:
        expression: parsed.
        lines: by id, all of the same length.
        fills_emptiness: whether FILL makes data of a line that has none at all, which no page says.

    Raises:
        UnknownExpressionError: it gives a number, no line.
    """
    value = _Evaluation(lines, fills_emptiness)(expression)
    if isinstance(value, tuple):
        return value
    raise UnknownExpressionError("an alarm watches a line, not a number")


@dataclass(frozen=True)
class _Evaluation:
    lines: Mapping[str, Line]
    fills_emptiness: bool

    def __call__(self, expression: Expression) -> Value:
        if expression.kind == "number":
            return expression.value
        if expression.kind == "line":
            return self.lines[expression.name]
        values = [self(part) for part in expression.parts]
        if expression.kind == "IF":
            return _choose(*values)
        if expression.kind == "FILL":
            return self._fill(*values)
        return _combine(expression.kind, *values)

    def _fill(self, line: Value, filler: Value) -> Value:
        if not isinstance(line, tuple) or isinstance(filler, tuple):
            raise UnknownExpressionError("FILL is known of a line, with a number")
        if not self.fills_emptiness and all(each is None for each in line):
            return line
        return tuple(filler if each is None else each for each in line)


def _combine(kind: str, left: Value, right: Value) -> Value:
    function = _ARITHMETIC[kind]
    if not isinstance(left, tuple) and not isinstance(right, tuple):
        return float(function(left, right))
    return tuple(
        _point(kind, a, b) for a, b in zip(_spread(left, right), _spread(right, left), strict=True)
    )


def _spread(value: Value, other: Value) -> Line:
    """A number beside a line is in every period in which the line has data."""
    if isinstance(value, tuple):
        return value
    assert isinstance(other, tuple)
    return tuple(None if each is None else value for each in other)


def _point(kind: str, left: float | None, right: float | None) -> float | None:
    """Missing values count as 0; where both are missing, or 0 divides, there is no data."""
    if left is None and right is None:
        return None
    if kind == "/" and not right:
        return None
    return float(_ARITHMETIC[kind](left or 0.0, right or 0.0))


def _choose(condition: Value, chosen: Value, otherwise: Value) -> Value:
    if not isinstance(condition, tuple):
        raise UnknownExpressionError("IF is known with a line as its condition")

    def at(value: Value, index: int) -> float | None:
        return value[index] if isinstance(value, tuple) else value

    result: list[float | None] = []
    for index, each in enumerate(condition):
        if each is None:
            result.append(None)
        elif each:
            result.append(at(chosen, index) or 0.0)
        else:
            result.append(at(otherwise, index))
    return tuple(result)


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise UnknownExpressionError(f"{text!r}: {text[position:].strip()!r} is not known")
        tokens.append(_LOGICAL.get(match[0].strip(), match[0].strip()))
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], text: str) -> None:
        self.rest = tokens
        self._text = text

    def level(self, binding: int) -> Expression:
        """Operators that bind at least so strongly."""
        if binding == len(_BINDING):
            return self._unary()
        left = self.level(binding + 1)
        while self.rest and self.rest[0] in _BINDING[binding]:
            kind = self.rest.pop(0)
            left = Expression(kind, (left, self.level(binding + 1)))
        return left

    def _unary(self) -> Expression:
        token = self._take()
        if token == "-":
            return Expression("-", (Expression("number"), self._unary()))
        if token == "(":
            inner = self.level(0)
            self._expect(")")
            return inner
        if token[0].isdigit():
            return Expression("number", value=float(token))
        if self.rest and self.rest[0] == "(":
            return self._function(token)
        if not re.fullmatch(r"[a-z]\w*", token):
            raise UnknownExpressionError(f"{self._text!r}: {token!r} is no id")
        return Expression("line", name=token)

    def _function(self, name: str) -> Expression:
        if name not in ("FILL", "IF"):
            raise UnknownExpressionError(f"{self._text!r}: the function {name} is not known here")
        self._expect("(")
        parts = [self.level(0)]
        while self.rest and self.rest[0] == ",":
            self.rest.pop(0)
            parts.append(self.level(0))
        self._expect(")")
        if len(parts) != {"FILL": 2, "IF": 3}[name]:
            raise UnknownExpressionError(f"{self._text!r}: {name} with {len(parts)} arguments")
        return Expression(name, tuple(parts))

    def _take(self) -> str:
        if not self.rest:
            raise UnknownExpressionError(f"{self._text!r} ends too early")
        return self.rest.pop(0)

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise UnknownExpressionError(f"{self._text!r}: {token!r} is missing")
