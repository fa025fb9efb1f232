"""An OpenAPI document -> what API Gateway's REST APIs can import: a reduced OpenAPI 3.0.

The gateway routes, and holds requests to its own limits: 10 MB, 29 seconds, and the account's rate,
since a definition can set none. **It validates nothing**, on purpose. Whatever its
validators refuse gets one status for "not JSON" and for "JSON that breaks the schema", without a
list of what is wrong, and before the service has looked at the token; documents promise 400 for
the first, 422 with pointers for the second, and 401 before both. So the models are imported and
validators declared, but none is switched on for an operation. (Should one ever be: a model never
refuses what the schema allows, see `models`.)

Every method of a known path goes to the service, which answers 405 with Allow where it has none. A
path that is not in the document never reaches it: the gateway answers 404 itself.

What has no meaning at the gateway, and what is weakened, is reported; what can't be served at all
is refused. Nothing passes in silence.

Sources: "Amazon API Gateway important notes", "OpenAPI extensions for API Gateway", API Gateway
Developer Guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.deploy.errors import DialectError
from pactwright.deploy.models import Weakener, model_names, references
from pactwright.deploy.responses import gateway_responses
from pactwright.deploy.routes import (
    METHODS,
    binary_media_types,
    follow,
    gateway_parameters,
    refusals,
)
from pactwright.schema.pointer import join
from pactwright.wire.mediatypes import parse

_TIMEOUT_MS: Final = 29_000
_VALIDATORS: Final = {
    "everything": {"validateRequestParameters": True, "validateRequestBody": True},
    "parameters": {"validateRequestParameters": True, "validateRequestBody": False},
}


@dataclass(frozen=True, slots=True)
class GatewayDefinition:
    """An API as the gateway imports it.

    Attributes:
        body: the document, plain data.
        notes: each `(JSON pointer into the document, what the gateway does not do there)`.
    """

    body: dict[str, Any]
    notes: tuple[tuple[str, str], ...]


def gateway_definition(
    document: Mapping[str, Any], integration_uri: object, problem_types: str
) -> GatewayDefinition:
    """Translate a self-contained OpenAPI 3 document.

    Args:
        document: plain data, every `$ref` inside itself.
        integration_uri: of the function behind each operation; may be an intrinsic function of
            CloudFormation.
        problem_types: the URI that the slugs of the gateway's own problems are put behind.

    Raises:
        DialectError: the gateway can't serve this API; lists every reason.
    """
    if refused := tuple(refusals(document)):
        raise DialectError(refused)
    schemas = document.get("components", {}).get("schemas", {})
    notes: dict[tuple[str, str], None] = {}  # a set that keeps its order
    weakener = Weakener(model_names(schemas), lambda place, text: notes.setdefault((place, text)))
    translation = _Translation(document, weakener, _integration(integration_uri))
    body = {
        "openapi": "3.0.1",
        "info": {key: document["info"][key] for key in ("title", "version")},
        "paths": dict(translation.paths()),
        "components": {"schemas": dict(translation.models(schemas))},
        "x-amazon-apigateway-request-validators": _VALIDATORS,
        "x-amazon-apigateway-gateway-responses": gateway_responses(problem_types),
    }
    if binary := binary_media_types(document):
        body["x-amazon-apigateway-binary-media-types"] = binary
    return GatewayDefinition(body, tuple(notes))


@dataclass(frozen=True)
class _Translation:
    document: Mapping[str, Any]
    weakener: Weakener
    integration: Mapping[str, Any]
    bodies: list[object] = field(default_factory=list)

    def paths(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, unresolved in self.document.get("paths", {}).items():
            item = follow(self.document, unresolved)
            operations = {
                method: self._operation(item, item[method], join(("paths", path, method)))
                for method in METHODS
                if method in item
            }
            yield path, operations | {"x-amazon-apigateway-any-method": self._forwarded()}

    def models(self, schemas: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The named schemas that request bodies lead to; to be asked for after the paths."""
        for name in references(self.bodies, schemas):
            place = join(("components", "schemas", name))
            yield self.weakener.names[name], self.weakener.weaken(schemas[name], place)

    def _operation(
        self, item: Mapping[str, Any], operation: Mapping[str, Any], place: str
    ) -> dict[str, Any]:
        note = self.weakener.report
        if operation.get("security", self.document.get("security")):
            note(f"{place}/security", "the service authenticates; the gateway lets through")
        if "callbacks" in operation:
            note(f"{place}/callbacks", "calls that the service makes pass no gateway")
        translated = self._forwarded() | self._request_body(operation, place)
        if "operationId" in operation:
            translated["operationId"] = operation["operationId"]
        if parameters := gateway_parameters(self.document, item, operation, place, note):
            translated["parameters"] = parameters
        return translated

    def _forwarded(self) -> dict[str, Any]:
        # A proxy integration passes on whatever the service answers; some answer must be declared.
        answers = {"default": {"description": "As the service answers."}}
        return {"responses": answers, "x-amazon-apigateway-integration": dict(self.integration)}

    def _request_body(self, operation: Mapping[str, Any], place: str) -> dict[str, Any]:
        contents = follow(self.document, operation.get("requestBody", {})).get("content", {})
        models = {}
        for media_type, content in contents.items():
            if (parsed := parse(media_type)) is not None and parsed.is_json:
                schema = content.get("schema", {})
                self.bodies.append(schema)
                at = place + join(("requestBody", "content", media_type, "schema"))
                models[media_type] = {"schema": self.weakener.weaken(schema, at)}
        return {"requestBody": {"content": models}} if models else {}


def _integration(uri: object) -> dict[str, Any]:
    return {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": uri,
        "passthroughBehavior": "when_no_match",
        "timeoutInMillis": _TIMEOUT_MS,
    }
