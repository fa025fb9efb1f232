from __future__ import annotations

import json

import pytest
from openapi_spec_validator import validate

from pactwright.schema import DocumentError, bundle, describe, load
from tests.kit.schema.conftest import HEAD, Write

_API = (
    HEAD
    + """
paths:
  /things:
    get:
      operationId: list_things
      parameters: [{$ref: 'common.yaml#/components/parameters/Limit'}]
      responses:
        '200':
          description: Fine.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}
              example: {$ref: 'this is data'}
        '404': {$ref: 'common.yaml#/components/responses/NotFound'}
  /parts: {$ref: 'parts.yaml'}
components:
  schemas:
    Alias: {$ref: 'common.yaml#/components/schemas/Node'}
    Problem: {type: string}
    Thing: {type: object, properties: {node: {$ref: 'common.yaml#/components/schemas/Node'}}}
"""
)
_COMMON = """
components:
  parameters: {Limit: {name: limit, in: query, schema: {$ref: '#/components/schemas/Size'}}}
  responses:
    NotFound:
      description: None.
      content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
  schemas:
    Size: {type: integer}
    Problem: {type: object, properties: {thing: {$ref: 'api.yaml#/components/schemas/Thing'}}}
    Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}
"""
_PARTS = "get: {operationId: parts, responses: {'204': {description: None.}}}"


@pytest.fixture
def bundled(write: Write) -> dict[str, object]:
    """Three files as one document."""
    return bundle(write(api_yaml=_API, common_yaml=_COMMON, parts_yaml=_PARTS))


def test_a_bundle_stands_alone(bundled: dict[str, object]) -> None:
    """It refers to nothing outside itself, and is valid."""
    validate(bundled)

    assert "common.yaml" not in json.dumps(bundled)


def test_a_bundle_keeps_names_that_are_free(bundled: dict[str, object]) -> None:
    """Names that are taken get a number; an alias is the home of what it stands for."""
    components = bundled["components"]
    assert isinstance(components, dict)

    assert set(components["schemas"]) == {"Alias", "Problem", "Problem_2", "Thing", "Size"}
    assert components["schemas"]["Problem"] == {"type": "string"}
    assert components["schemas"]["Alias"]["properties"]["next"] == {
        "$ref": "#/components/schemas/Alias"
    }
    assert components["schemas"]["Problem_2"]["properties"]["thing"] == {
        "$ref": "#/components/schemas/Thing"
    }


def test_data_is_left_alone(bundled: dict[str, object]) -> None:
    """An example may look like a reference and is none."""
    assert "this is data" in json.dumps(bundled)


def test_a_bundle_means_the_same(write: Write, bundled: dict[str, object]) -> None:
    """It has the operations of the document that it is made of."""
    before = describe(load(write(api_yaml=_API, common_yaml=_COMMON, parts_yaml=_PARTS)))
    after = describe(load(write(bundle_json=json.dumps(bundled))))

    assert [o.name for o in after.operations] == [o.name for o in before.operations]
    assert not before.faults
    assert not after.faults


def test_mappings_of_discriminators_are_moved(write: Write) -> None:
    """A mapping refers to schemas too."""
    path = write(
        api_yaml=HEAD
        + """
paths: {}
components:
  schemas:
    Pet:
      oneOf: [{$ref: 'pets.yaml#/Cat'}]
      discriminator: {propertyName: kind, mapping: {cat: 'pets.yaml#/Cat'}}
""",
        pets_yaml="Cat: {type: object, properties: {kind: {const: cat}}}",
    )

    pet = bundle(path)["components"]["schemas"]["Pet"]

    assert pet["discriminator"]["mapping"] == {"cat": "#/components/schemas/Cat"}


def test_what_cannot_be_found_stops_the_bundle(write: Write) -> None:
    """A bundle with a hole would be of no use."""
    path = write(api_yaml=HEAD + "paths: {/a: {get: {parameters: [{$ref: 'gone.yaml'}]}}}\n")

    with pytest.raises(DocumentError, match=r"gone\.yaml"):
        bundle(path)
