from __future__ import annotations

import pytest

from tests.kit.generate.conftest import Build


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("application/xml: {schema: {type: object}}", "is not applied"),
        ("multipart/form-data: {schema: {type: string}}", "is no object"),
        ("application/json: {}, text/xml: {}", "JSON says the same"),
    ],
)
def test_bodies_that_cannot_be_expressed_are_told(built: Build, content: str, message: str) -> None:
    """The operation stays, with what is left, and a warning names the place."""
    package = built(
        f"paths: {{/a: {{post: {{operationId: a, requestBody: {{content: {{{content}}}}}}}}}}}"
    )

    assert [fault.severity for fault in package.faults] == ["warning"]
    assert message in package.faults[0].message
    assert str(package.faults[0].place).startswith("shop.yaml#/paths/~1a/post/requestBody/content/")
    client = next(source for path, source in package.modules.items() if path.name == "client.py")
    assert "def a(" in client


def test_a_discriminator_that_does_not_tell_arms_apart_is_told(built: Build) -> None:
    """The union is kept, and chosen by what fits."""
    package = built(
        """
        components:
          schemas:
            A: {properties: {x: {type: integer}}}
            B: {properties: {x: {type: string}}}
            AB:
              oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
              discriminator: {propertyName: kind}
        """
    )

    assert str(package.faults[0]) == (
        "shop.yaml#/components/schemas/AB/oneOf: warning: "
        "its discriminator does not tell its arms apart"
    )


def test_pagination_of_what_is_not_there_is_an_error(built: Build) -> None:
    """No iterator can be made, and the operation stays."""
    package = built(
        """
        paths:
          /a:
            get:
              operationId: a
              x-pagination: {cursor: cursor, items: items, next: next}
              responses: {'200': {description: Fine., content: {application/json: {}}}}
        """
    )

    assert [fault.severity for fault in package.faults] == ["error"]


def test_a_pattern_that_no_engine_takes_is_left_out_and_told(built: Build) -> None:
    """The field is still a string."""
    package = built("components: {schemas: {X: {type: string, pattern: '(?<a'}}}")

    assert [(f.severity, f.place.pointer[-1]) for f in package.faults] == [("warning", "pattern")]


def test_a_required_member_that_nothing_declares_is_not_demanded(built: Build) -> None:
    """It is a slip of the pen nearly always, and would fail every answer."""
    package = built(
        """
        components:
          schemas:
            A: {required: [access], properties: {x: {type: string}}}
            B: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {access: {type: string}}}]}
        """
    )
    models = next(source for path, source in package.modules.items() if path.name == "models.py")

    assert [str(fault.place) for fault in package.faults] == ["shop.yaml#/components/schemas/A"]
    assert models.count("access: str\n") == 1


def test_a_default_that_cannot_be_written_is_told(built: Build) -> None:
    """One that is not of its type, and one that has no literal; not of what is always there."""
    package = built(
        """
        components:
          schemas:
            A:
              required: [always]
              properties:
                always: {type: integer, default: x}
                many: {type: integer, maximum: 5, default: 6}
                day: {type: string, format: date, default: "2026-11-23"}
                deep: {type: object, properties: {a: {type: string}}, default: {a: x}}
                fine: {type: integer, default: 5}
        """
    )

    assert [str(fault).partition("warning: ")[2] for fault in package.faults] == [
        "the default of 'many' is not applied",
        "the default of 'day' is not applied",
        "the default of 'deep' is not applied",
    ]
