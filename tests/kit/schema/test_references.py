from __future__ import annotations

import pytest

from pactwright.schema import DocumentError, load
from pactwright.schema.pointer import join, split
from pactwright.schema.types import Anything, Array, Object, Reference, Scalar
from tests.kit.schema.conftest import HEAD, Describe, ReadSchemas, Write


def test_pointers_are_escaped_both_ways() -> None:
    """Slashes and tildes in names survive (RFC 6901 section 3)."""
    tokens = ("paths", "/a~b/{c}", "")

    assert split(join(tokens)) == tokens
    assert split("/paths/~1a~0b~1%7Bc%7D/") == tokens


def test_a_reference_within_the_document_is_followed(write: Write) -> None:
    """A pointer may lead through escaped names and into lists."""
    path = write(api_yaml=HEAD + "x: {'a/b': [{$ref: '#/y'}]}\ny: 5\n")
    document = load(path)

    found = document.target(document.root, "#/x/a~1b/0")

    assert document.follow(found).value == 5


def test_references_into_other_files_are_relative_to_the_file_they_stand_in(write: Write) -> None:
    """A file in a folder refers to its neighbour, and back to where it was referred to from."""
    path = write(
        api_yaml=HEAD + "start: {$ref: 'parts/a.yaml#/first'}\nend: 7\n",
        parts__a_yaml="first: {$ref: b.yaml}\n",
        parts__b_yaml="$ref: '../api.yaml#/end'\n",
    )
    document = load(path)

    assert document.follow(document.root.child("start")).value == 7


def test_a_pointer_may_lead_through_a_reference(write: Write) -> None:
    """What a pointer goes through may itself be somewhere else."""
    path = write(api_yaml=HEAD + "a: {$ref: '#/b'}\nb: {c: 3}\n")
    document = load(path)

    assert document.target(document.root, "#/a/c").value == 3


def test_anchors_are_found(write: Write) -> None:
    """A fragment without slash is the name of an anchor."""
    path = write(api_yaml=HEAD + "deep: {er: {$anchor: here, v: 1}}\n")
    document = load(path)

    assert document.target(document.root, "#here").get("v") == 1


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("#/nowhere", "api.yaml#/nowhere is not there"),
        ("other.yaml#/x", "other.yaml#: cannot be read"),
        ("#nobody", "there is no such anchor"),
        ("https://example.org/x.yaml", "is not read"),
    ],
)
def test_a_reference_to_nothing_tells_where_it_stands(
    write: Write, reference: str, message: str
) -> None:
    """The error names the place of the reference and what it looks for."""
    document = load(write(api_yaml=f"{HEAD}start: {{$ref: '{reference}'}}\n"))

    with pytest.raises(DocumentError, match=message) as caught:
        document.follow(document.root.child("start"))

    assert str(caught.value.place) == "api.yaml#/start"


def test_references_in_a_circle_are_told(write: Write) -> None:
    """References that only lead to each other mean nothing."""
    document = load(write(api_yaml=HEAD + "a: {$ref: '#/b'}\nb: {$ref: '#/a'}\n"))

    with pytest.raises(DocumentError, match="leads back to itself"):
        document.follow(document.root.child("a"))


def test_a_reference_through_itself_is_told(write: Write) -> None:
    """What it leads to would be behind it; what stands beside it is not."""
    document = load(write(api_yaml=HEAD + "a: {$ref: '#/a/b'}\nc: {$ref: '#/c/d', d: {e: 1}}\n"))

    with pytest.raises(DocumentError, match="#/a/b leads back to itself"):
        document.follow(document.root.child("a"))
    assert document.follow(document.root.child("c")).value == {"e": 1}


def test_a_schema_that_cannot_be_found_is_anything_and_an_error(described: Describe) -> None:
    """One fault does not reject the document: the rest is kept, and the place is told."""
    api = described(
        """
        components:
          schemas:
            Good: {type: string}
            Bad: {type: object, properties: {x: {$ref: '#/components/schemas/Gone'}}}
        """
    )

    bad = api.schemas["api.yaml#/components/schemas/Bad"].type
    assert isinstance(bad, Object)
    assert bad.properties[0].type == Anything()
    assert [(f.severity, f.place.pointer[-1]) for f in api.faults] == [("error", "x")]


def test_a_remote_schema_is_anything_and_a_warning(described: Describe) -> None:
    """The kit reads nothing from the network, but goes on."""
    api = described("components: {schemas: {Far: {$ref: 'https://example.org/far.yaml'}}}")

    assert [fault.severity for fault in api.faults] == ["warning"]


def test_schemas_may_be_recursive(read_schemas: ReadSchemas) -> None:
    """A schema that mentions itself does so by reference."""
    found = read_schemas("Node: {properties: {next: {$ref: '#/components/schemas/Node'}}}")

    node = found["Node"]
    assert isinstance(node, Object)
    assert node.properties[0].type == Reference("api.yaml#/components/schemas/Node")


def test_schemas_of_other_files_have_names(read_schemas: ReadSchemas) -> None:
    """By the component that stands for them, by their key, or by their file."""
    found = read_schemas(
        """
        Mine: {$ref: 'other.yaml#/components/schemas/Theirs'}
        Use:
          type: array
          items: {$ref: 'other.yaml#/components/schemas/Second'}
        Whole: {type: object, properties: {w: {$ref: 'whole.thing.yaml'}}}
        """,
        other_yaml="components: {schemas: {Theirs: {type: string}, Second: {type: integer}}}",
        **{"whole.thing_yaml": "type: boolean"},
    )

    assert found["Mine"] == Scalar("string")
    assert found["Second"] == Scalar("integer")
    assert found["whole"] == Scalar("boolean")
    assert isinstance(found["Use"], Array)


def test_an_alias_of_another_component_keeps_both_names(read_schemas: ReadSchemas) -> None:
    """A component that only refers to another is an alias."""
    found = read_schemas("A: {$ref: '#/components/schemas/B'}\nB: {type: string}")

    assert found["A"] == Reference("api.yaml#/components/schemas/B")
    assert found["B"] == Scalar("string")


@pytest.mark.parametrize("version", ["2.0", "'3.1'", "4.0.0"])
def test_only_openapi_3_is_taken(write: Write, version: str) -> None:
    """Another format is refused by name; a version is a string that begins with 3."""
    path = write(api_yaml=f"openapi: {version}\n")
    if version == "'3.1'":
        assert load(path).root.get("openapi") == "3.1"
        return

    with pytest.raises(DocumentError, match="is no OpenAPI 3 document"):
        load(path)


def test_a_swagger_document_is_refused(write: Write) -> None:
    """OpenAPI 2 has no `openapi` member."""
    with pytest.raises(DocumentError, match="there is no 'openapi' member"):
        load(write(api_json='{"swagger": "2.0"}'))
