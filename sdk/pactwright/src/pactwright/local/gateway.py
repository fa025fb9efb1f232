"""What the emulator drops when it imports an API, put in by the gateway's own interface.

ministack 1.5.33 imports paths, methods and integrations from a definition. Of what our definitions
hold besides, it drops `x-amazon-apigateway-any-method`, without which a method that a path has not
gets 403 instead of the service's 405, and `x-amazon-apigateway-gateway-responses`, without which
the gateway's own errors are no problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pactwright.deploy.reading import Template
from pactwright.deploy.templates import api_definition

_ANY: Final = "x-amazon-apigateway-any-method"
_RESPONSES: Final = "x-amazon-apigateway-gateway-responses"


def complete(gateway: Any, api: str, stage: str, template: Template) -> None:
    """Give a deployed API what its definition says and the emulator left out.

    Args:
        gateway: a boto3 client of apigateway.
        api: the API's id.
        stage: the stage to deploy it to again.
        template: that it was deployed from.
    """
    definition = api_definition(template)
    resources = {each["path"]: each for each in _resources(gateway, api)}
    integration = next(_integrations(resources.values()))
    for path, item in definition["paths"].items():
        if _ANY in item and "ANY" not in resources[path].get("resourceMethods", {}):
            _forward_any_method(gateway, api, resources[path]["id"], integration)
    for kind, response in definition.get(_RESPONSES, {}).items():
        optional = {"statusCode": response["statusCode"]} if "statusCode" in response else {}
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters=response["responseParameters"],
            responseTemplates=response["responseTemplates"],
            **optional,
        )
    gateway.create_deployment(restApiId=api, stageName=stage)


def _resources(gateway: Any, api: str) -> Iterator[dict[str, Any]]:
    for page in gateway.get_paginator("get_resources").paginate(restApiId=api):
        yield from page["items"]


def _integrations(resources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for resource in resources:
        for method in resource.get("resourceMethods", {}).values():
            yield method["methodIntegration"]["uri"]


def _forward_any_method(gateway: Any, api: str, resource: str, integration: str) -> None:
    where = {"restApiId": api, "resourceId": resource, "httpMethod": "ANY"}
    gateway.put_method(**where, authorizationType="NONE")
    gateway.put_integration(
        **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=integration
    )
