"""The kinds of changes, and what each does in principle.

A request schema may take more, an answer's may give less: what narrows the one way is harmless the
other. Where it can't be told which of the two a change does, it counts as breaking.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Literal

Direction = Literal["request", "response"]


class Verdict(StrEnum):
    """What a change does in principle."""

    BREAKING = "breaking"
    UNKNOWN = "unknown"
    SOURCE = "source"
    COMPATIBLE = "compatible"

    @property
    def breaks(self) -> bool:
        """Whether it may break somebody on the wire; what can't be told may."""
        return self in (Verdict.BREAKING, Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of change does.

    Attributes:
        name: how reports call it.
        about: it in words.
        request: the verdict where the schema, or the operation, is of what callers send.
        response: the verdict where it is of what they get; None where that can't be.
    """

    name: str
    about: str
    request: Verdict | None
    response: Verdict | None

    def verdict(self, direction: Direction) -> Verdict:
        """The verdict for a direction; what has none there can't be told."""
        found = self.request if direction == "request" else self.response
        return Verdict.UNKNOWN if found is None else found


def _narrows(name: str, about: str) -> Rule:
    return Rule(name, about, Verdict.BREAKING, Verdict.COMPATIBLE)


def _widens(name: str, about: str) -> Rule:
    return Rule(name, about, Verdict.COMPATIBLE, Verdict.BREAKING)


def _changes(name: str, about: str) -> Rule:
    return Rule(name, about, Verdict.BREAKING, Verdict.BREAKING)


def _untold(name: str, about: str) -> Rule:
    return Rule(name, about, Verdict.UNKNOWN, Verdict.UNKNOWN)


def _harmless(name: str, about: str) -> Rule:
    return Rule(name, about, Verdict.COMPATIBLE, Verdict.COMPATIBLE)


def _asked(name: str, about: str, verdict: Verdict = Verdict.BREAKING) -> Rule:
    return Rule(name, about, verdict, None)


def _answered(name: str, about: str, verdict: Verdict = Verdict.BREAKING) -> Rule:
    return Rule(name, about, None, verdict)


_OK = Verdict.COMPATIBLE
_SOURCE = Verdict.SOURCE


class Kind(Enum):
    """A kind of change; its value is the rule for it."""

    # Types and values
    TYPE_REMOVED = _narrows("type-removed", "a JSON type is taken no more; number to integer")
    TYPE_ADDED = _widens("type-added", "another JSON type is taken; integer to number")
    TYPE_CHANGED = _changes("type-changed", "another JSON type in the place of all before")
    NULL_REMOVED = _narrows("null-removed", "null is taken no more")
    NULL_ADDED = _widens("null-added", "null is taken")
    SCHEMA_ADDED = _narrows("schema-added", "a schema where anything was taken")
    SCHEMA_REMOVED = _widens("schema-removed", "anything is taken where there was a schema")
    FORBIDDEN = _narrows("forbidden", "nothing is taken any more (the schema false)")
    ALLOWED = _widens("allowed", "something is taken where nothing was (the schema false)")
    ENUM_ADDED = _narrows("enum-added", "any value before, now those of an enum or const")
    ENUM_REMOVED = _widens("enum-removed", "the values of an enum or const before, now any")
    VALUE_REMOVED = _narrows("value-removed", "a value of an enum or const is gone")
    VALUE_ADDED = _widens("value-added", "a new value of an enum or const")
    # Limits
    MINIMUM_ADDED = _narrows("minimum-added", "a lower limit: minimum, minLength, minItems …")
    MINIMUM_RAISED = _narrows("minimum-raised", "a lower limit is higher, or excludes itself")
    MINIMUM_LOWERED = _widens("minimum-lowered", "a lower limit is lower, or includes itself")
    MINIMUM_REMOVED = _widens("minimum-removed", "a lower limit is gone")
    MAXIMUM_ADDED = _narrows("maximum-added", "an upper limit: maximum, maxLength, maxItems …")
    MAXIMUM_LOWERED = _narrows("maximum-lowered", "an upper limit is lower, or excludes itself")
    MAXIMUM_RAISED = _widens("maximum-raised", "an upper limit is higher, or includes itself")
    MAXIMUM_REMOVED = _widens("maximum-removed", "an upper limit is gone")
    MULTIPLE_NARROWED = _narrows("multiple-narrowed", "multipleOf is there, or a multiple of it")
    MULTIPLE_WIDENED = _widens("multiple-widened", "multipleOf is gone, or a divisor of it")
    MULTIPLE_CHANGED = _changes("multiple-changed", "another multipleOf")
    PATTERN_ADDED = _narrows("pattern-added", "a pattern where there was none")
    PATTERN_REMOVED = _widens("pattern-removed", "the pattern is gone")
    PATTERN_CHANGED = _changes("pattern-changed", "another pattern; which takes more is not told")
    FORMAT_NARROWED = _narrows("format-narrowed", "a format where there was none; int64 to int32")
    FORMAT_WIDENED = _widens("format-widened", "the format is gone; int32 to int64")
    FORMAT_CHANGED = _changes("format-changed", "another format")
    ENCODING_CHANGED = _changes("content-changed", "contentEncoding, -MediaType or -Schema")
    UNIQUE_ADDED = _narrows("unique-added", "no item may be there twice")
    UNIQUE_REMOVED = _widens("unique-removed", "items may be there twice")
    # Objects
    PROPERTY_ADDED = _harmless("property-added", "a new property of an object that is not closed")
    PROPERTY_ALLOWED = _widens("property-allowed", "a new property of a closed object")
    PROPERTY_REMOVED = _changes("property-removed", "a property is gone, whether optional or not")
    PROPERTY_REQUIRED = _narrows("property-required", "a property must be there")
    PROPERTY_OPTIONAL = _widens("property-optional", "a property need not be there any more")
    ONE_WAY = _changes("property-one-way", "a property became readOnly or writeOnly: gone this way")
    BOTH_WAYS = _harmless("property-both-ways", "a property is readOnly or writeOnly no more")
    DEFAULT_CHANGED = _changes("default-changed", "what it means to leave something out")
    CLOSED = _narrows("closed", "additionalProperties: false where any were taken")
    OPENED = _widens("opened", "additionalProperties where there were to be none")
    PATTERNS_CHANGED = _changes("pattern-properties-changed", "other patternProperties")
    NAMES_CHANGED = _changes("property-names-changed", "other propertyNames")
    DEPENDENCY_ADDED = _narrows("dependency-added", "a property requires another one")
    DEPENDENCY_REMOVED = _widens("dependency-removed", "a property requires another one no more")
    DEPENDENTS_CHANGED = _changes("dependent-schemas-changed", "other dependentSchemas")
    # Combinations
    ALTERNATIVE_REMOVED = _narrows("alternative-removed", "a schema of anyOf or oneOf is gone")
    ALTERNATIVE_ADDED = _widens("alternative-added", "another schema in anyOf or oneOf")
    ALTERNATIVES_ADDED = _narrows("alternatives-added", "anyOf or oneOf besides what was there")
    ALTERNATIVES_REMOVED = _widens("alternatives-removed", "anyOf or oneOf is gone")
    ALTERNATIVES_CHANGED = _changes("alternatives-changed", "oneOf whose schemas may overlap")
    DISCRIMINATOR_CHANGED = _changes("discriminator-changed", "another property or other values")
    NOT_CHANGED = _changes("not-changed", "another not")
    CONDITION_CHANGED = _changes("condition-changed", "other if, then or else")
    CONTAINS_CHANGED = _changes("contains-changed", "other contains, minContains or maxContains")
    UNEVALUATED_CHANGED = _changes("unevaluated-changed", "anything beside unevaluated… keywords")
    KEYWORD_CHANGED = _untold("keyword-changed", "a keyword that the comparison doesn't know")
    # Operations
    DOCUMENT_REMOVED = _asked("document-removed", "a whole document is gone")
    DOCUMENT_ADDED = _asked("document-added", "a new document", _OK)
    OPERATION_REMOVED = _asked("operation-removed", "a path or method is gone")
    OPERATION_MOVED = _asked("operation-moved", "an operationId is at another path or method")
    OPERATION_ADDED = _asked("operation-added", "a new path or method", _OK)
    OPERATION_SHADOWED = _asked("operation-shadowed", "a new path takes requests of a template's")
    OPERATION_RENAMED = _asked("operation-renamed", "another operationId", _SOURCE)
    REGROUPED = _asked("operation-regrouped", "another first tag, where a client is split", _SOURCE)
    PAGES_CHANGED = _asked("pagination-changed", "another x-pagination", _SOURCE)
    SUNSET_SET = _asked("sunset-set", "x-sunset is set, or later", _OK)
    SUNSET_EARLIER = _asked("sunset-earlier", "x-sunset is earlier, is no date, or is gone")
    DEPRECATED = _harmless("deprecated", "something is deprecated")
    UNDEPRECATED = _harmless("undeprecated", "something is deprecated no more")
    HOOK_REMOVED = _answered("webhook-removed", "a webhook or callback is gone")
    HOOK_ADDED = _answered("webhook-added", "a new webhook or callback", _OK)
    SERVER_REMOVED = _asked("server-removed", "an address is gone, or its variables differ")
    SERVER_ADDED = _asked("server-added", "another address", _OK)
    CREDENTIALS_DEMANDED = _asked("credentials-demanded", "credentials that sufficed no more do")
    SCOPES_DEMANDED = _asked("scopes-demanded", "more scopes are needed")
    CREDENTIALS_ALLOWED = _asked("credentials-allowed", "other credentials suffice, or none", _OK)
    OWNER_DEMANDED = _asked("owner-demanded", "x-owner is there, or another one")
    OWNER_RELEASED = _asked("owner-released", "x-owner is gone", _OK)
    ORIGIN_REMOVED = _asked("origin-removed", "scripts of a website may not use it, by x-cors")
    ORIGIN_ADDED = _asked("origin-added", "scripts of another website may use it, by x-cors", _OK)
    FIELD_CHANGED = _untold("field-changed", "a member of the document that is not known")
    # Parameters and request bodies
    PARAMETER_REMOVED = _asked("parameter-removed", "a parameter is gone")
    PARAMETER_MOVED = _asked("parameter-moved", "a parameter is somewhere else: query, header …")
    PARAMETER_DEMANDED = _asked("parameter-demanded", "a new parameter that is required")
    PARAMETER_ADDED = _asked("parameter-added", "a new parameter that is optional", _OK)
    PARAMETER_REQUIRED = _asked("parameter-required", "a parameter must be sent")
    PARAMETER_OPTIONAL = _asked("parameter-optional", "a parameter need not be sent", _OK)
    PARAMETER_RENAMED = _asked("path-parameter-renamed", "another name in a path template", _SOURCE)
    STYLE_CHANGED = _changes("style-changed", "style, explode, content: it is written otherwise")
    RESERVED_CHANGED = _asked("reserved-changed", "another allowReserved", Verdict.UNKNOWN)
    EMPTY_FORBIDDEN = _asked("empty-forbidden", "allowEmptyValue is gone")
    EMPTY_ALLOWED = _asked("empty-allowed", "allowEmptyValue", _OK)
    BODY_REMOVED = _asked("body-removed", "a request has no body any more")
    BODY_DEMANDED = _asked("body-demanded", "a request must have a body, and had none")
    BODY_ADDED = _asked("body-added", "a request may have a body", _OK)
    BODY_REQUIRED = _asked("body-required", "the body must be sent")
    BODY_OPTIONAL = _asked("body-optional", "the body need not be sent", _OK)
    BODY_LIMIT_LOWERED = _asked("body-limit-lowered", "x-max-body-bytes is lower, or new")
    BODY_LIMIT_RAISED = _asked("body-limit-raised", "x-max-body-bytes is higher, or gone", _OK)
    MEDIA_REMOVED = _changes("media-type-removed", "a media type is gone")
    MEDIA_ADDED = _harmless("media-type-added", "another media type")
    PARTS_CHANGED = _untold("encoding-changed", "how parts of a form are encoded")
    # Answers
    STATUS_REMOVED = _answered("status-removed", "a status is not declared any more")
    SUCCESS_ADDED = _answered("success-added", "another status of 1XX, 2XX or 3XX, or a default")
    ERROR_ADDED = _answered("error-added", "another status of 4XX or 5XX", _OK)
    HEADER_REMOVED = _answered("header-removed", "a header is gone")
    HEADER_OPTIONAL = _answered("header-optional", "a header need not be there any more")
    HEADER_REQUIRED = _answered("header-required", "a header is always there", _OK)
    HEADER_ADDED = _answered("header-added", "another header", _OK)
    LINKS_CHANGED = _untold("links-changed", "other links")

    @property
    def label(self) -> str:
        """How reports call it."""
        return self.value.name
