"""CloudFormation templates: read, completed with the API's definition, linted."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pactwright.deploy.dialect import gateway_definition
from pactwright.deploy.errors import DialectError, TemplateError

Template = dict[str, Any]

PLACEHOLDER: Final = "x-pactwright-function"
"""In a template, what stands for an API's definition: `DefinitionBody: {x-pactwright-function: F}`,
with the logical id of the function behind each operation."""

_INTEGRATION: Final = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${%s.Arn}/invocations"
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template ready to be deployed.

    Attributes:
        source: the file that it was made from.
        template: plain data.
        notes: what of the API's document the gateway leaves to the service.
    """

    source: Path
    template: Template
    notes: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The template as JSON, the same text for the same content."""
        return json.dumps(self.template, separators=(",", ":"))


def read(file: Path) -> Template:
    """Read a template in YAML, its short forms (`!Ref`) written out (`{"Ref": …}`).

    Raises:
        TemplateError: it can't be read, is no YAML mapping or gives a key twice.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506  # a SafeLoader
    except OSError as error:
        raise TemplateError(f"the template {file} can't be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"the template {file} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise TemplateError(f"the template {file} is no mapping")
    return content


def render(file: Path, document: Mapping[str, Any], problem_types: str) -> Rendered:
    """Read a service's template and put in the definition of its API.

    Args:
        file: the template; one API in it has the placeholder for a definition.
        document: the service's OpenAPI document, self-contained.
        problem_types: the URI that problems' slugs are put behind.

    Raises:
        TemplateError: it can't be read, has not just one placeholder, or names no function of its.
        DialectError: the gateway can't serve the API.
    """
    template = read(file)
    apis = list(_placeholders(template))
    if len(apis) != 1:
        advice = f"one API must have DefinitionBody: {{{PLACEHOLDER}: LogicalIdOfTheFunction}}"
        raise TemplateError(f"{file}: {advice}; {len(apis)} have")
    properties, function = apis[0]
    if function not in template["Resources"]:
        raise TemplateError(f"{file}: {PLACEHOLDER} names {function!r}, which is no resource here")
    uri = {"Fn::Sub": _INTEGRATION % function}
    try:
        definition = gateway_definition(document, uri, problem_types)
    except DialectError as error:
        raise DialectError(error.faults, str(file)) from error
    properties["DefinitionBody"] = definition.body
    return Rendered(file, template, definition.notes)


def api_definition(template: Template) -> Mapping[str, Any]:
    """The definition that `render` put into a template."""
    bodies = (
        resource.get("Properties", {}).get("DefinitionBody")
        for resource in template["Resources"].values()
    )
    definition: Mapping[str, Any] = next(body for body in bodies if body)
    return definition


def lint(rendered: Rendered) -> None:
    """Have cfn-lint check a template.

    Raises:
        TemplateError: it found errors; lists them.
    """
    cfnlint: Any = importlib.import_module("cfnlint.api")  # costs most of a second, so only now
    matches = cfnlint.lint(rendered.text())
    found = [f"  {match.rule.id} {match.message}{_where(match)}" for match in matches]
    if found:
        lines = "\n".join(found)
        raise TemplateError(f"cfn-lint refuses {rendered.source}, nothing is deployed:\n{lines}")


def _where(match: Any) -> str:
    path = getattr(match, "path", None)
    return f" at {'/'.join(str(part) for part in path)}" if path else ""


def _placeholders(template: Template) -> Iterator[tuple[dict[str, Any], str]]:
    for resource in template.get("Resources", {}).values():
        properties = resource.get("Properties", {})
        body = properties.get("DefinitionBody")
        if isinstance(body, dict) and PLACEHOLDER in body:
            yield properties, body[PLACEHOLDER]


class _Loader(yaml.SafeLoader):
    """SafeLoader with CloudFormation's short forms; dates stay text, no key is given twice."""

    def compose_mapping_node(self, anchor: Any) -> Any:
        """Read a mapping, before anything is merged into it."""
        node = super().compose_mapping_node(anchor)
        found: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in found:
                problem = f"key {key.value!r} is given twice"
                raise yaml.MarkedYAMLError(None, None, problem, key.start_mark)
            found.add(str(key.value))
        return node


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    value: Any
    if isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = node.value.split(".", 1) if suffix == "GetAtt" else node.value
    return {name: value}


_Loader.add_multi_constructor("!", _short_form)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
