from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.schema import DocumentError, describe, load
from pactwright.schema.description import CorsDescription, OwnerDescription
from pactwright.schema.types import Array, Reference, Scalar
from tests.kit.schema.conftest import HEAD, Describe, Write


def test_names_follow_from_operation_ids(described: Describe) -> None:
    """Whatever their case, and made unique with a warning where two are alike."""
    api = described(
        """
        paths:
          /a: {get: {operationId: listHTTPThings}, put: {operationId: list-http-things}}
          /b/{id}: {get: {parameters: [{name: id, in: path, schema: {type: string}}]}}
          /c: {get: {operationId: class}}
        """
    )

    names = [operation.name for operation in api.operations]
    assert names == ["list_http_things", "list_http_things_2", "get_b_id", "class_"]
    assert [f.message.split(":")[0] for f in api.faults] == [
        "the name list_http_things is taken, so this one is list_http_things_2",
        "has no operationId",
    ]


def test_parameters_of_the_operation_override_those_of_the_path(described: Describe) -> None:
    """By name and location; headers that OpenAPI ignores are left out."""
    api = described(
        """
        paths:
          /a/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
              - {name: limit, in: query, schema: {type: string}}
            get:
              operationId: a
              parameters:
                - {name: limit, in: query, schema: {type: integer}}
                - {name: Accept, in: header, schema: {type: string}}
                - {name: tags, in: query, schema: {$ref: '#/components/schemas/Tags'}}
        components: {schemas: {Tags: {type: array, items: {type: string}}}}
        """
    )

    parameters = {p.name: p for p in api.operations[0].parameters}
    assert list(parameters) == ["id", "limit", "tags"]
    assert parameters["limit"].type == Scalar("integer")
    assert parameters["tags"].shape == "array"
    assert parameters["id"].required


def test_a_path_parameter_that_is_not_declared_is_a_string(described: Describe) -> None:
    """The operation stays callable, with a warning; one that the path lacks is left out."""
    api = described(
        """
        paths:
          /a/{id}:
            get:
              operationId: a
              parameters: [{name: other, in: path, schema: {type: string}}]
        """
    )

    assert [(p.name, p.type) for p in api.operations[0].parameters] == [("id", Scalar("string"))]
    assert len(api.faults) == 2


def test_a_parameter_of_one_value_or_several_is_several(described: Describe) -> None:
    """A list of one is written as the value by itself, so nothing is lost."""
    api = described(
        """
        paths:
          /a:
            get:
              operationId: a
              parameters:
                - name: ids
                  in: query
                  schema: {oneOf: [{type: string}, {type: array, items: {type: string}}]}
        """
    )

    assert api.operations[0].parameters[0].type == Array(Scalar("string"))
    assert api.operations[0].parameters[0].shape == "array"


def test_a_parameter_that_may_be_left_out_has_its_schemas_default(described: Describe) -> None:
    """By reference too, and in content; one that is required is never left out."""
    api = described(
        """
        paths:
          /a:
            get:
              operationId: a
              parameters:
                - {name: a, in: query, schema: {type: integer, default: 0}}
                - {name: b, in: query, schema: {$ref: '#/components/schemas/Size'}}
                - {name: c, in: query, content: {application/json: {schema: {default: [1]}}}}
                - {name: d, in: query, required: true, schema: {type: integer, default: 1}}
                - {name: e, in: query, schema: {type: integer}}
        components: {schemas: {Size: {type: integer, default: 5}}}
        """
    )

    assert [p.default for p in api.operations[0].parameters] == [0, 5, [1], None, None]


def test_no_operation_is_lost_to_a_fault(described: Describe) -> None:
    """Broken parameters, bodies and responses are left out one by one."""
    api = described(
        """
        paths:
          /a:
            post:
              operationId: a
              parameters: [{$ref: '#/gone'}, {name: x, in: nowhere}]
              requestBody: {$ref: '#/gone'}
              responses: {'200': {$ref: '#/gone'}, '404': {description: Gone.}}
          /b: {$ref: '#/gone'}
          /c: {get: {operationId: c, security: [{unknown: []}]}}
        """
    )

    assert [operation.name for operation in api.operations] == ["a", "c"]
    assert [response.status for response in api.operations[0].responses] == ["404"]
    assert [fault.severity for fault in api.faults] == ["error"] * 6


def test_shared_parts_keep_the_names_they_are_shared_under(described: Describe) -> None:
    """So that what is generated can share them as well."""
    api = described(
        """
        paths:
          /a:
            get:
              operationId: a
              parameters: [{$ref: '#/components/parameters/Limit'}]
              responses:
                '200': {description: Fine., headers: {ETag: {$ref: '#/components/headers/Tag'}}}
                '404': {$ref: '#/components/responses/Gone'}
        components:
          parameters: {Limit: {name: limit, in: query, schema: {type: integer}}}
          headers: {Tag: {schema: {type: string}}}
          responses: {Gone: {description: It is gone.}}
        """
    )

    operation = api.operations[0]
    assert operation.parameters[0].component == "Limit"
    assert operation.responses[0].headers[0].component == "Tag"
    assert operation.responses[0].component == ""
    assert operation.responses[1].component == "Gone"


def test_security_is_the_documents_where_the_operation_has_none(described: Describe) -> None:
    """An empty list opens it to anyone; an empty alternative makes credentials optional."""
    api = described(
        """
        security: [{bearer: []}]
        paths:
          /a: {get: {operationId: a}}
          /b: {get: {operationId: b, security: []}}
          /c: {get: {operationId: c, security: [{oauth: [read]}, {}]}}
          /d: {get: {operationId: d, security: [{key: [], bearer: []}]}}
        components:
          securitySchemes:
            bearer: {type: http, scheme: Bearer}
            oauth: {type: oauth2, flows: {}}
            key: {type: apiKey, in: header, name: X-Key}
        """
    )

    found = {
        o.name: [[(r.scheme, r.scopes) for r in a] for a in o.security] for o in api.operations
    }
    assert found == {
        "a": [[("bearer", ())]],
        "b": [],
        "c": [[("oauth", ("read",))], []],
        "d": [[("key", ()), ("bearer", ())]],
    }
    assert api.security_schemes["bearer"].kind == "bearer"
    key = api.security_schemes["key"]
    assert (key.kind, key.parameter, key.location) == ("api_key", "X-Key", "header")


def test_pagination_is_read(described: Describe) -> None:
    """From the extension, which must be whole."""
    api = described(
        """
        paths:
          /a: {get: {operationId: a, x-pagination: {cursor: c, items: i, next: n}}}
          /b: {get: {operationId: b, x-pagination: {cursor: c}}}
        """
    )

    pagination = api.operations[0].pagination
    assert pagination is not None
    assert (pagination.cursor, pagination.items, pagination.next_cursor) == ("c", "i", "n")
    assert api.operations[1].pagination is None
    assert api.faults[0].place.pointer[-1] == "x-pagination"


def test_owner_is_read(described: Describe) -> None:
    """From the extension, which has to name a scope that is asked for and a path parameter."""
    api = described(
        """
        security: [{s: [own]}]
        components: {securitySchemes: {s: {type: http, scheme: bearer}}}
        paths:
          /a/{id}:
            parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            get: {operationId: a, x-owner: {scope: own, parameter: id}}
            put: {operationId: b, x-owner: {scope: own, parameter: other}}
            patch: {operationId: c, x-owner: {scope: all, parameter: id}}
            delete: {operationId: d, security: [], x-owner: {scope: own, parameter: id}}
        """
    )

    assert [operation.owner for operation in api.operations] == [
        OwnerDescription(scope="own", parameter="id"),
        None,
        None,
        None,
    ]
    assert [(fault.place.pointer[2:], fault.message) for fault in api.faults] == [
        ((method, "x-owner"), text)
        for method, text in (
            ("put", "its parameter must be one of the path"),
            ("patch", "its scope must be one that security asks for"),
            ("delete", "its scope must be one that security asks for"),
        )
    ]


def test_cors_is_read(described: Describe) -> None:
    """From the path or the operation, whose own word counts."""
    api = described(
        """
        paths:
          /a:
            x-cors: {allowOrigins: ["*"]}
            get: {operationId: a}
            put: {operationId: b, x-cors: {allowOrigins: ["https://a.example:8443"], maxAge: 60}}
          /b: {get: {operationId: c}}
        """
    )

    assert [operation.cors for operation in api.operations] == [
        CorsDescription(allow_origins=("*",)),
        CorsDescription(allow_origins=("https://a.example:8443",), max_age=60),
        None,
    ]
    assert api.faults == ()


@pytest.mark.parametrize(
    ("extension", "said"),
    [
        ("true", "needs allowOrigins, a list"),
        ("{allowOrigins: []}", "needs allowOrigins, a list"),
        ('{allowOrigins: ["*", "https://a.example"]}', 'allowOrigins is either ["*"] or origins'),
        ('{allowOrigins: ["https://a.example/"]}', 'allowOrigins is either ["*"] or origins'),
        ('{allowOrigins: ["null"]}', 'allowOrigins is either ["*"] or origins'),
        ('{allowOrigins: ["https://*.example"]}', 'allowOrigins is either ["*"] or origins'),
        ('{allowOrigins: ["*"], maxAge: 86401}', "maxAge is seconds, up to 86400"),
        ('{allowOrigins: ["*"], maxAge: true}', "maxAge is seconds, up to 86400"),
        (
            '{allowOrigins: ["*"], allowCredentials: true}',
            "knows no allowCredentials: only allowOrigins and maxAge",
        ),
    ],
)
def test_cors_that_cant_be_meant_is_a_fault(described: Describe, extension: str, said: str) -> None:
    """And is given to nobody."""
    api = described(f"paths: {{/a: {{get: {{operationId: a, x-cors: {extension}}}}}}}")

    assert api.operations[0].cors is None
    assert [fault.message.startswith(said) for fault in api.faults] == [True]


def test_operations_of_version_3_2_are_read(described: Describe) -> None:
    """QUERY and methods with names of their own."""
    api = described(
        """
        paths:
          /a:
            query: {operationId: find}
            additionalOperations: {COPY: {operationId: copy}}
        """,
        head=HEAD.replace("3.1.0", "3.2.0"),
    )

    assert [(o.name, o.method) for o in api.operations] == [("find", "QUERY"), ("copy", "COPY")]


def test_bodies_may_be_shared_over_files(described: Describe) -> None:
    """A whole path item in another file, with references relative to that."""
    api = described(
        "paths: {/a: {$ref: parts/a.yaml}}",
        parts__a_yaml="""
        post:
          operationId: a
          requestBody:
            required: true
            content: {application/json: {schema: {$ref: schemas.yaml#/Thing}}}
        """,
        parts__schemas_yaml="Thing: {type: object, properties: {x: {type: string}}}",
    )

    body = api.operations[0].body
    assert body is not None
    assert body.required
    assert body.contents[0].type == Reference("parts/schemas.yaml#/Thing")
    assert api.faults == ()


def test_body_has_a_limit(described: Describe) -> None:
    """A number of bytes, which the document declares of each body by itself."""
    api = described(
        """
        paths:
          /a: {post: {requestBody: {x-max-body-bytes: 4096, content: {}}}}
          /b: {post: {requestBody: {content: {}}}}
        """
    )

    assert [o.body.max_bytes for o in api.operations if o.body] == [4096, None]


@pytest.mark.parametrize("limit", ["0", "-1", "true", "1.5", '"4096"'])
def test_limit_of_a_body_is_a_number_of_bytes(described: Describe, limit: str) -> None:
    """What is none is told with its place."""
    api = described(
        f"paths: {{/a: {{post: {{operationId: a, requestBody: "
        f"{{x-max-body-bytes: {limit}, content: {{}}}}}}}}}}"
    )

    assert [o.body.max_bytes for o in api.operations if o.body] == [None]
    assert [fault.place.pointer[-1] for fault in api.faults] == ["x-max-body-bytes"]
    assert "bytes" in api.faults[0].message


def test_paths_must_be_an_object(write: Write) -> None:
    """A document that is wrong as a whole is refused, with its place."""
    document = load(write(api_yaml=HEAD + "paths: []\n"))

    with pytest.raises(DocumentError, match=r"api\.yaml#/paths: must be an object"):
        describe(document)


def test_places_are_named_from_a_base(write: Write, tmp_path: Path) -> None:
    """A project names places from its root."""
    path = write(contracts__api_yaml=HEAD + "paths: {/a: {get: {}}}\n")

    api = describe(load(path, tmp_path))

    assert str(api.faults[0].place) == "contracts/api.yaml#/paths/~1a/get"


def test_webhooks_are_described_by_their_keys(described: Describe) -> None:
    """Beside the operations, not among them; one that leads to nothing is a fault."""
    api = described(
        """
        webhooks:
          thingSold:
            post:
              summary: A thing was sold.
              requestBody: {content: {application/json: {schema: {type: string}}}}
          thing-sold: {post: {deprecated: true}}
          gone: {$ref: '#/components/pathItems/Gone'}
        """
    )

    assert api.operations == ()
    assert [(w.name, w.key, w.method) for w in api.webhooks] == [
        ("thing_sold", "thingSold", "POST"),
        ("thing_sold_2", "thing-sold", "POST"),
    ]
    sold, deprecated = api.webhooks
    assert sold.summary == "A thing was sold."
    assert sold.body is not None
    assert sold.body.contents[0].type == Scalar("string")
    assert deprecated.deprecated
    assert deprecated.body is None
    assert [fault.place.pointer for fault in api.faults] == [("webhooks", "gone")]
