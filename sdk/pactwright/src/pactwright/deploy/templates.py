"""CloudFormation templates: read, completed with fragments and the API's definition, linted."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactwright.deploy.dialect import gateway_definition
from pactwright.deploy.errors import DialectError, TemplateError
from pactwright.deploy.fragments import complete
from pactwright.deploy.metrics import never_emitted
from pactwright.deploy.reading import Template, parse
from pactwright.deploy.versions import PARAMETER as VERSION_DIGEST

PLACEHOLDER: Final = "x-pactwright-function"
"""In a template, what stands for an API's definition: `DefinitionBody: {x-pactwright-function: F}`,
with the logical id of the function behind each operation: of its alias, if it publishes one."""

_INTEGRATION: Final = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${%s}/invocations"
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
    """Read a template in YAML, its short forms written out, the fragments it includes put in.

    Raises:
        TemplateError: it or a fragment can't be read, is no template, or clashes with another.
    """
    return complete(file, parse(file))


def render(file: Path, document: Mapping[str, Any], problem_types: str) -> Rendered:
    """Read a service's template and put in the definition of its API.

    Args:
        file: the template; one API in it has the placeholder for a definition.
        document: the service's OpenAPI document, self-contained.
        problem_types: the URI that problems' slugs are put behind.

    Raises:
        TemplateError: it can't be read, has not just one placeholder, names no function of its, or
            one whose alias would not follow its settings.
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
    uri = {"Fn::Sub": _INTEGRATION % _invoked(file, template, function)}
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
    """Have cfn-lint check a template; then whether its alarms are on metrics that there are.

    Raises:
        TemplateError: there are errors; lists them.
    """
    cfnlint: Any = importlib.import_module("cfnlint.api")  # costs most of a second, so only now
    matches = cfnlint.lint(rendered.text())
    found = [f"  {match.rule.id} {match.message}{_where(match)}" for match in matches]
    if found:
        lines = "\n".join(found)
        raise TemplateError(f"cfn-lint refuses {rendered.source}, nothing is deployed:\n{lines}")
    if faults := [f"  {fault}" for fault in never_emitted(rendered.template)]:
        lines = "\n".join(faults)
        raise TemplateError(f"{rendered.source}: alarms that could never fire:\n{lines}")


def _invoked(file: Path, template: Template, function: str) -> str:
    """What leads to a function: the alias that SAM makes if the function has one, or its ARN.

    (AWS SAM Developer Guide, "CloudFormation resources generated when you specify
    AWS::Serverless::Function".)
    """
    of_all = template.get("Globals", {}).get("Function", {})
    properties = of_all | template["Resources"][function].get("Properties", {})
    alias = properties.get("AutoPublishAlias")
    if alias is None:
        return f"{function}.Arn"
    if "AutoPublishCodeSha256" not in properties:
        raise TemplateError(
            f"{file}: another setting of {function} would not reach its alias {alias!r}: give it "
            f"AutoPublishCodeSha256: !Ref {VERSION_DIGEST}, and declare that parameter"
        )
    return f"{function}Alias{alias}"


def _where(match: Any) -> str:
    path = getattr(match, "path", None)
    return f" at {'/'.join(str(part) for part in path)}" if path else ""


def _placeholders(template: Template) -> Iterator[tuple[dict[str, Any], str]]:
    for resource in template.get("Resources", {}).values():
        properties = resource.get("Properties", {})
        body = properties.get("DefinitionBody")
        if isinstance(body, dict) and PLACEHOLDER in body:
            yield properties, body[PLACEHOLDER]
