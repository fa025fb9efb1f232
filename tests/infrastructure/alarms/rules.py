"""Rules of composite alarms: parsed, and worked out over states.

Source: "PutCompositeAlarm", Amazon CloudWatch API Reference: ALARM(), OK() and INSUFFICIENT_DATA()
of an alarm, AND, OR, NOT, TRUE, FALSE and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r'\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^"()]+?)"?\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))'
)


class RuleError(ValueError):
    """A rule that CloudWatch would refuse."""


@dataclass(frozen=True)
class Rule:
    """A parsed rule.

    Attributes:
        kind: a state, AND, OR, NOT, TRUE or FALSE.
        alarm: whose state it is; its name.
    """

    kind: str
    alarm: str = ""
    parts: tuple[Rule, ...] = ()

    @property
    def alarms(self) -> frozenset[str]:
        """The names of all alarms in it."""
        return frozenset({self.alarm} - {""}).union(*(part.alarms for part in self.parts))

    def holds(self, states: Mapping[str, str]) -> bool:
        """Whether it is true of the states of alarms, by name."""
        parts = [part.holds(states) for part in self.parts]
        if self.kind in ("TRUE", "FALSE"):
            return self.kind == "TRUE"
        if self.kind == "NOT":
            return not parts[0]
        if self.kind in ("AND", "OR"):
            return all(parts) if self.kind == "AND" else any(parts)
        return states[self.alarm] == self.kind


def parse(text: str) -> Rule:
    """Parse a rule.

    Raises:
        RuleError: it is malformed.
    """
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise RuleError(f"{text!r}: {text[position:].strip()!r} is not understood")
        tokens.append((match[1] or match[3] or match[4], match[2] or ""))
        position = match.end()
    rule = _any(tokens, text)
    if tokens:
        raise RuleError(f"{text!r}: {tokens[0][0]} is not expected")
    return rule


_Tokens = list[tuple[str, str]]


def _any(tokens: _Tokens, text: str) -> Rule:
    rule = _all(tokens, text)
    while tokens and tokens[0][0] == "OR":
        tokens.pop(0)
        rule = Rule("OR", parts=(rule, _all(tokens, text)))
    return rule


def _all(tokens: _Tokens, text: str) -> Rule:
    rule = _one(tokens, text)
    while tokens and tokens[0][0] == "AND":
        tokens.pop(0)
        rule = Rule("AND", parts=(rule, _one(tokens, text)))
    return rule


def _one(tokens: _Tokens, text: str) -> Rule:
    if not tokens:
        raise RuleError(f"{text!r} ends too early")
    kind, alarm = tokens.pop(0)
    if kind == "NOT":
        return Rule("NOT", parts=(_one(tokens, text),))
    if kind == "(":
        rule = _any(tokens, text)
        if not tokens or tokens.pop(0)[0] != ")":
            raise RuleError(f"{text!r}: ')' is missing")
        return rule
    if kind in ("AND", "OR", ")"):
        raise RuleError(f"{text!r}: {kind} is not expected")
    return Rule(kind, alarm)
