"""Whether a role may do something, as IAM decides it from the policies in a template.

Follows "Policy evaluation logic" and "IAM JSON policy elements: Condition operators" of the IAM
User Guide: a deny outdoes any allow, and what nothing allows is denied. A resource that can't be
known, such as that of a list, is taken for one that fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.local.rehearsal.errors import RehearsalError

Context = Mapping[str, Sequence[str]]
"""Condition keys of a request with their values: `{"s3:prefix": ["records/"]}`."""

ANY: Final = "*"
"""Stands for a resource that can't be known."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is done, and must be allowed.

    Attributes:
        action: such as `s3:GetObject`.
        resource: the ARN of what it is done to; `ANY` if that can't be known.
        context: what conditions may ask for.
        why: who needs it and what for, for people.
    """

    action: str
    resource: str = ANY
    context: Context = field(default_factory=dict)
    why: str = ""

    def __str__(self) -> str:
        where = "" if self.resource == ANY else f" on {self.resource}"
        return f"{self.action}{where}" + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a template.

    Attributes:
        name: its logical id.
        arn: its ARN.
        trusted: the AWS services that may take it on.
        statements: of all its policies.
    """

    name: str
    arn: str
    trusted: frozenset[str]
    statements: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, name: str, arn: str, properties: Mapping[str, Any]) -> Role:
        """A role as a template describes it, evaluated.

        Raises:
            RehearsalError: it has policies that the template doesn't hold.
        """
        if properties.get("ManagedPolicyArns"):
            raise RehearsalError(f"{name}: what managed policies allow isn't known here")
        trust = properties["AssumeRolePolicyDocument"]
        trusted = {
            service
            for statement in listed(trust["Statement"])
            if statement["Effect"] == "Allow"
            for service in listed(statement["Principal"].get("Service", []))
        }
        documents = [each["PolicyDocument"] for each in properties.get("Policies", ())]
        statements = [each for one in documents for each in listed(one["Statement"])]
        return cls(name, arn, frozenset(trusted), tuple(statements))

    def allows(self, need: Need) -> bool:
        """Whether the role may do it."""
        effects = [each["Effect"] for each in self.statements if _applies(each, need)]
        return "Allow" in effects and "Deny" not in effects


def listed(value: Any) -> list[Any]:
    """One or several."""
    return value if isinstance(value, list) else [value]


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` fits."""
    return _pattern(pattern).fullmatch(text) is not None


def _pattern(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(each, re.escape(each)) for each in pattern), re.DOTALL)


def _applies(statement: Mapping[str, Any], need: Need) -> bool:
    return (
        any(matches(each.lower(), need.action.lower()) for each in listed(statement["Action"]))
        and (
            need.resource == ANY
            or any(matches(each, need.resource) for each in listed(statement["Resource"]))
        )
        and all(_conditions(statement.get("Condition", {}), need.context))
    )


def _conditions(given: Mapping[str, Mapping[str, Any]], context: Context) -> Iterator[bool]:
    for operator, asked in given.items():
        for key, values in asked.items():
            yield _holds(operator, context.get(key), [str(each) for each in listed(values)])


def _holds(operator: str, actual: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    """One condition, on a key whose values are given, or None where the request hasn't it."""
    if operator == "Null":
        return (actual is None) == (wanted[0].lower() == "true")
    plain = operator.removesuffix("IfExists")
    quantifier, _, comparison = plain.rpartition(":")
    if comparison not in _COMPARISONS:
        raise RehearsalError(f"the condition operator {operator} isn't known to the rehearsal")
    if actual is None:
        return plain != operator or quantifier == "ForAllValues"
    negated, compare = _COMPARISONS[comparison]
    each = [any(compare(value, one) for one in wanted) != negated for value in actual]
    return any(each) if quantifier == "ForAnyValue" else all(each)


def _equal(value: str, wanted: str) -> bool:
    return value == wanted


def _alike(value: str, wanted: str) -> bool:
    return matches(wanted, value)


_COMPARISONS: Final[Mapping[str, tuple[bool, Callable[[str, str], bool]]]] = {
    "StringEquals": (False, _equal),
    "StringNotEquals": (True, _equal),
    "StringLike": (False, _alike),
    "StringNotLike": (True, _alike),
    "ArnEquals": (False, _alike),
    "ArnLike": (False, _alike),
    "ArnNotEquals": (True, _alike),
    "ArnNotLike": (True, _alike),
    "Bool": (False, _equal),
}
