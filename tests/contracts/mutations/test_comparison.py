"""Whom a change of a document breaks in fact is whom the same change of the provider breaks."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.contract import pacts
from pactwright.contract.settings import ContractSettings
from pactwright.release.comparison.run import compare
from pactwright.release.comparison.schemas.expanding import expanded
from pactwright.schema import ApiDescription, Document, Project, describe, load
from tests.contracts.mutations.conftest import ROOT
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Mutant
from tests.contracts.mutations.places import EACH
from tests.contracts.mutations.trial import Trial

Broken = set[tuple[str, str]]
"""Consumers, and their interactions."""

_PROJECT: Final = Project.load(ROOT)
_LIMIT: Final = re.compile(r"(?P<path>\S+) (?P<keyword>maximum|maxLength) (?P<value>\S+)")


@cache
def _text(provider: str) -> str:
    document = load(_PROJECT.services[provider].document, ROOT)
    return json.dumps(expanded(document, document.root))


def whole(provider: str) -> Any:
    """A document with all that it refers to in place, so that one operation can be changed."""
    return json.loads(_text(provider))


@cache
def described(provider: str) -> ApiDescription:
    return describe(load(_PROJECT.services[provider].document, ROOT))


def as_document(content: Any) -> Document:
    path = Path("/api.yaml")
    return Document(path, path.parent, {path: content})


def operation(content: Any, mutant: Mutant) -> Any:
    found = described(mutant.provider).operation(mutant.operation)
    assert found is not None
    return content["paths"][found.path][found.method.lower()]


def schemas(content: Any) -> Iterator[Any]:
    """A schema and those that it is made of."""
    yield content
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in content.get(keyword, ()):
            yield from schemas(part)


def inside(content: Any, path: list[str]) -> Iterator[Any]:
    """The schemas of what is at a place."""
    for part in schemas(content):
        if not path:
            yield part
            continue
        first, *rest = path
        if first == EACH and "items" in part:
            yield from inside(part["items"], rest)
        elif first in part.get("properties", {}):
            yield from inside(part["properties"][first], rest)


def body(message: Any) -> Any:
    return next(iter(message["content"].values()))["schema"]


def field_removed(it: Any, mutant: Mutant) -> None:
    status, path = mutant.what.split(" ")
    *outer, name = path[1:].split("/")
    responses = operation(it, mutant)["responses"]
    for part in inside(body(responses.get(status) or responses["default"]), outer):
        part.get("properties", {}).pop(name, None)
        part["required"] = [each for each in part.get("required", ()) if each != name]


def answer(it: Any, mutant: Mutant) -> Any:
    responses = operation(it, mutant)["responses"]
    return responses.get(mutant.what[:3]) or responses["default"]


def field_nulled(it: Any, mutant: Mutant) -> None:
    *outer, name = mutant.what.split("/")[1:]
    for part in inside(body(answer(it, mutant)), outer):
        schema = part.get("items") if name == EACH else part.get("properties", {}).get(name)
        if schema is not None and "null" not in json.dumps(schema):
            schema.update({"anyOf": [dict(schema), {"type": "null"}]})
            for keyword in set(schema) - {"anyOf"}:
                del schema[keyword]


def header_removed(it: Any, mutant: Mutant) -> None:
    del answer(it, mutant)["headers"][mutant.what.partition(" ")[2]]


def other_media_type(it: Any, mutant: Mutant) -> None:
    content = answer(it, mutant)["content"]
    content["text/plain"] = content.pop(next(iter(content)))


def status_removed(it: Any, mutant: Mutant) -> None:
    operation(it, mutant)["responses"].pop(mutant.what[:3], None)


def field_required(it: Any, mutant: Mutant) -> None:
    schema = body(operation(it, mutant)["requestBody"])
    schema["required"] = [*schema.get("required", ()), mutant.what]
    schema["properties"].setdefault(mutant.what, {"type": "string"})


def parameter_required(location: str) -> Callable[[Any, Mutant], None]:
    def edit(it: Any, mutant: Mutant) -> None:
        parameters = operation(it, mutant).setdefault("parameters", [])
        known = [each for each in parameters if each["name"] == mutant.what]
        if known:
            known[0]["required"] = True
        else:
            parameters.append({"name": mutant.what, "in": location, "required": True})

    return edit


def limited(it: Any, mutant: Mutant) -> None:
    found = _LIMIT.fullmatch(mutant.what)
    assert found is not None
    changed = operation(it, mutant)
    *_, name = path = found["path"][1:].split("/")
    named = [each for each in changed.get("parameters", ()) if each["name"] == name]
    if "requestBody" in changed:
        targets = list(inside(body(changed["requestBody"]), path))
    else:
        targets = [each["schema"].get("items", each["schema"]) for each in named]
    assert targets
    for target in targets:
        target[found["keyword"]] = json.loads(found["value"])


def relaxed(it: Any, mutant: Mutant) -> None:
    """What is just beyond a limit is taken."""
    targets = list(inside(body(operation(it, mutant)["requestBody"]), mutant.what[1:].split("/")))
    assert targets
    for target in targets:
        for keyword, little in (("maximum", 0.001), ("maxLength", 1)):
            if keyword in target:
                target[keyword] += little


def moved(it: Any, mutant: Mutant) -> None:
    changed = operation(it, mutant)
    for item in it["paths"].values():
        for method in [name for name, each in item.items() if each is changed]:
            del item[method]


EDITS: Final[dict[Kind, Callable[[Any, Mutant], None]]] = {
    Kind.FIELD_REMOVED: field_removed,
    Kind.UNREAD_REMOVED: field_removed,
    Kind.FIELD_NULLED: field_nulled,
    Kind.ETAG_DROPPED: header_removed,
    Kind.HEADER_DROPPED: header_removed,
    Kind.UNREAD_HEADER: header_removed,
    Kind.MEDIA_TYPE: other_media_type,
    Kind.STATUS_CHANGED: status_removed,
    Kind.BODY_FIELD_REQUIRED: field_required,
    Kind.HEADER_REQUIRED: parameter_required("header"),
    Kind.QUERY_REQUIRED: parameter_required("query"),
    Kind.RANGE_TIGHTENED: limited,
    Kind.LENGTH_TIGHTENED: limited,
    Kind.LIMIT_UNREACHED: limited,
    Kind.LIMIT_RELAXED: relaxed,
    Kind.PATH_MOVED: moved,
    Kind.METHOD_MOVED: moved,
}
"""The kinds of mutants that are changes of a document, and how that is changed."""


@pytest.mark.parametrize("kind", EDITS, ids=lambda kind: kind.value.replace(" ", "-"))
def test_document_breaks_whom_the_provider_breaks(kind: Kind, trials: tuple[Trial, ...]) -> None:
    """The comparison names just those interactions that fail on the mutant."""
    folder = ContractSettings.load(_PROJECT).folder
    recorded = [pacts.read(file) for file in folder.glob("*.json")]
    mutants = [each for trial in trials for each in trial.mutants if each.kind == kind]
    changed = 0
    for mutant in mutants:
        before = whole(mutant.provider)
        after = copy.deepcopy(before)
        EDITS[kind](after, mutant)
        if after == before:
            continue  # the document allows what the mutant does
        changed += 1
        found = compare({mutant.provider: (as_document(before), as_document(after))}, recorded)
        named: Broken = {
            (broken.consumer, name)
            for change in found
            for broken in change.broken
            for name in broken.interactions
        }
        tried = {(c.heard.pact.consumer, c.heard.interaction.description): c for c in mutant.cases}

        assert named & tried.keys() == {key for key, case in tried.items() if case.breaks}, mutant
    assert changed, "no mutant of this kind is a change of a document"
