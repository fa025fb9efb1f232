"""Changes of operations, each with what it does and where it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.kit.release.comparison.schema_rows import B, C, U

S: Final = "source"

Edit = Callable[[Any], object]
"""Changes a document in place."""

THING: Final = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
}


def base() -> Any:
    """A document to be changed; nothing in it is there twice."""
    return json.loads(json.dumps(_base()))


def _base() -> Any:
    thing = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    name = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "security": [{"token": []}],
        "tags": [{"name": "Things"}],
        "paths": {
            "/things": {
                "get": {
                    "operationId": "listThings",
                    "tags": ["Things"],
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                        {"name": "seen", "in": "cookie", "schema": {"type": "string"}},
                        {
                            "name": "tag",
                            "in": "query",
                            "schema": {"type": "array", "items": {"type": "string"}},
                        },
                    ],
                    "responses": {"200": {"description": "All.", "content": thing}},
                },
                "post": {
                    "operationId": "addThing",
                    "requestBody": {"required": True, "content": thing},
                    "responses": {
                        "201": {
                            "description": "Made.",
                            "headers": {
                                "Location": {"required": True, "schema": {"type": "string"}},
                                "ETag": {"schema": {"type": "string"}},
                            },
                            "content": thing,
                        },
                        "422": {"description": "Wrong.", "content": problem},
                    },
                    "callbacks": {
                        "made": {
                            "{$request.body#/url}": {"post": {"requestBody": {"content": thing}}}
                        }
                    },
                },
            },
            "/things/{id}": {
                "parameters": [name],
                "get": {
                    "operationId": "getThing",
                    "security": [{"token": ["things:read"]}, {"key": []}],
                    "responses": {"200": {"description": "It."}, "4XX": {"description": "Not."}},
                },
                "delete": {
                    "operationId": "deleteThing",
                    "deprecated": True,
                    "x-sunset": "2027-06-01",
                    "requestBody": {"content": thing},
                    "responses": {"204": {"description": "Gone."}, "default": {"content": problem}},
                },
            },
        },
        "webhooks": {"sold": {"post": {"requestBody": {"content": thing}}}},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "oauth": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"a": "A"}}},
                },
            },
            "schemas": {
                "Thing": THING,
                "Problem": {"type": "object", "properties": {"type": {"type": "string"}}},
                "Unused": {"type": "string"},
            },
        },
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One change.

    Attributes:
        name: in words.
        edit: makes it.
        kinds: the kinds of change that are found; none is no change.
        verdict: the worst of them.
        at: the places of one of them, in the old and in the new document.
        before: makes what was before, of the base.
    """

    name: str
    edit: Edit
    kinds: tuple[str, ...]
    verdict: str = C
    at: tuple[str, str] | None = None
    before: Edit = lambda _: None


def listing(it: Any) -> Any:
    return it["paths"]["/things"]["get"]


def adding(it: Any) -> Any:
    return it["paths"]["/things"]["post"]


def getting(it: Any) -> Any:
    return it["paths"]["/things/{id}"]["get"]


def deleting(it: Any) -> Any:
    return it["paths"]["/things/{id}"]["delete"]


def limit(it: Any) -> Any:
    return listing(it)["parameters"][0]


def tag(it: Any) -> Any:
    return listing(it)["parameters"][3]


def made(it: Any) -> Any:
    return adding(it)["responses"]["201"]


def content(it: Any) -> Any:
    return adding(it)["requestBody"]["content"]


def schemes(it: Any) -> Any:
    return it["components"]["securitySchemes"]


def moved(it: Any, old: str, new: str) -> None:
    it["paths"][new] = it["paths"].pop(old)


def renamed(it: Any) -> None:
    """A path parameter is called otherwise."""
    moved(it, "/things/{id}", "/things/{thing}")
    it["paths"]["/things/{thing}"]["parameters"][0]["name"] = "thing"


def shadowing(it: Any) -> None:
    it["paths"]["/things/mine"] = {"get": {"operationId": "getMine", "responses": {}}}


def numbered(it: Any) -> None:
    it["paths"]["/things/{id}"]["parameters"][0]["schema"] = {"type": "string", "format": "uuid"}


def scheme_renamed(it: Any) -> None:
    schemes(it)["bearer"] = schemes(it).pop("token")
    it["security"] = [{"bearer": []}]
    getting(it)["security"] = [{"bearer": ["things:read"]}, {"key": []}]


def parameters_moved_up(it: Any) -> None:
    it["paths"]["/things"]["parameters"] = listing(it).pop("parameters")
    for name in ("post",):
        it["paths"]["/things"][name]["parameters"] = []


def by_reference(it: Any) -> None:
    it["components"]["parameters"] = {"Limit": listing(it)["parameters"][0]}
    listing(it)["parameters"][0] = {"$ref": "#/components/parameters/Limit"}
    it["components"]["responses"] = {"Wrong": adding(it)["responses"]["422"]}
    adding(it)["responses"]["422"] = {"$ref": "#/components/responses/Wrong"}


def without_type(it: Any) -> None:
    limit(it).pop("schema")
    limit(it)["content"] = {"application/json": {"schema": {"type": "integer"}}}


_PATHS: Final = "/paths/~1things"
_GET: Final = f"{_PATHS}/get"
_POST: Final = f"{_PATHS}/post"
_ONE: Final = "/paths/~1things~1{id}"

OPERATIONS: Final = (
    Row(
        "an operation is gone",
        lambda it: it["paths"]["/things"].pop("get"),
        ("operation-removed",),
        B,
        (_GET, "/paths"),
    ),
    Row("a path is gone", lambda it: it["paths"].pop("/things/{id}"), ("operation-removed",), B),
    Row(
        "a path is another one",
        lambda it: moved(it, "/things/{id}", "/stuff/{id}"),
        ("operation-moved", "operation-added"),
        B,
        (f"{_ONE}/get", "/paths/~1stuff~1{id}/get"),
    ),
    Row(
        "a method is another one",
        lambda it: it["paths"]["/things"].update(put=it["paths"]["/things"].pop("post")),
        ("operation-moved", "operation-added"),
        B,
    ),
    Row(
        "an operation is new",
        lambda it: it["paths"].update({"/new": {"get": {"responses": {}}}}),
        ("operation-added",),
        C,
        ("/paths", "/paths/~1new/get"),
    ),
    Row(
        "a new path takes requests of another one",
        shadowing,
        ("operation-added", "operation-shadowed"),
        B,
        (f"{_ONE}/get", "/paths/~1things~1mine/get"),
    ),
    Row("a new path that no parameter fits", shadowing, ("operation-added",), C, before=numbered),
    Row("a path parameter is called otherwise", renamed, ("path-parameter-renamed",), S),
    Row("the order of paths", lambda it: moved(it, "/things", "/things"), ()),
    Row(
        "another operationId",
        lambda it: listing(it).update(operationId="allThings"),
        ("operation-renamed",),
        S,
        (f"{_GET}/operationId",) * 2,
    ),
    Row(
        "an operationId spelt otherwise",
        lambda it: listing(it).update(operationId="list_things"),
        (),
    ),
    Row(
        "another first tag",
        lambda it: listing(it).update(tags=["Stuff"]),
        ("operation-regrouped",),
        S,
    ),
    Row("another second tag", lambda it: listing(it).update(tags=["Things", "New"]), ()),
    Row(
        "x-pagination",
        lambda it: listing(it).update({"x-pagination": {"cursor": "c"}}),
        ("pagination-changed",),
        S,
    ),
    Row(
        "an owner",
        lambda it: getting(it).update({"x-owner": {"scope": "things:read", "parameter": "id"}}),
        ("owner-demanded",),
        B,
    ),
    Row(
        "an owner no more",
        lambda it: getting(it).pop("x-owner"),
        ("owner-released",),
        before=lambda it: getting(it).update({"x-owner": {"scope": "a", "parameter": "id"}}),
    ),
    Row(
        "a website",
        lambda it: listing(it).update({"x-cors": {"allowOrigins": ["https://a.example"]}}),
        ("origin-added",),
    ),
    Row(
        "any website",
        lambda it: listing(it).update({"x-cors": {"allowOrigins": ["*"]}}),
        ("origin-added",),
        before=lambda it: listing(it).update({"x-cors": {"allowOrigins": ["https://a.example"]}}),
    ),
    Row(
        "some websites, of any",
        lambda it: listing(it).update({"x-cors": {"allowOrigins": ["https://a.example"]}}),
        ("origin-removed",),
        B,
        before=lambda it: it["paths"]["/things"].update({"x-cors": {"allowOrigins": ["*"]}}),
    ),
    Row(
        "another website",
        lambda it: listing(it).update({"x-cors": {"allowOrigins": ["https://b.example"]}}),
        ("origin-removed", "origin-added"),
        B,
        before=lambda it: listing(it).update({"x-cors": {"allowOrigins": ["https://a.example"]}}),
    ),
    Row(
        "a website told of at the path",
        lambda it: [
            listing(it).pop("x-cors"),
            it["paths"]["/things"].update({"x-cors": {"allowOrigins": ["https://a.example"]}}),
        ],
        (),
        before=lambda it: [
            each.update({"x-cors": {"allowOrigins": ["https://a.example"]}})
            for each in (listing(it), adding(it))
        ],
    ),
    Row(
        "an operation is deprecated",
        lambda it: listing(it).update(deprecated=True),
        ("deprecated",),
    ),
    Row(
        "an operation is deprecated no more",
        lambda it: [deleting(it).pop("deprecated"), deleting(it).pop("x-sunset")],
        ("undeprecated",),
    ),
    Row(
        "a sunset",
        lambda it: listing(it).update({"deprecated": True, "x-sunset": "2028-01-01"}),
        ("deprecated", "sunset-set"),
    ),
    Row(
        "a later sunset",
        lambda it: deleting(it).update({"x-sunset": "2027-09-01"}),
        ("sunset-set",),
    ),
    Row(
        "an earlier sunset",
        lambda it: deleting(it).update({"x-sunset": "2027-01-01"}),
        ("sunset-earlier",),
        B,
        (f"{_ONE}/delete/x-sunset",) * 2,
    ),
    Row(
        "a sunset that is no date",
        lambda it: deleting(it).update({"x-sunset": "soon"}),
        ("sunset-earlier",),
        B,
    ),
    Row(
        "no sunset any more, and deprecated",
        lambda it: deleting(it).pop("x-sunset"),
        ("sunset-earlier",),
        B,
    ),
    Row(
        "another summary and description",
        lambda it: listing(it).update(summary="All", description="All things."),
        (),
    ),
    Row(
        "an extension of an operation",
        lambda it: listing(it).update({"x-cost": 3}),
        ("field-changed",),
        U,
        (f"{_GET}/x-cost",) * 2,
    ),
    Row(
        "an extension of a document", lambda it: it.update({"x-owner": "us"}), ("field-changed",), U
    ),
    Row(
        "an extension of all paths",
        lambda it: it["paths"].update({"x-a": 1}),
        ("field-changed",),
        U,
    ),
    Row(
        "an extension of all answers",
        lambda it: listing(it)["responses"].update({"x-a": 1}),
        ("field-changed",),
        U,
    ),
    Row(
        "another jsonSchemaDialect",
        lambda it: it.update(jsonSchemaDialect="https://d.example"),
        ("field-changed",),
        U,
    ),
    Row("another version and title", lambda it: it["info"].update(version="2", title="T"), ()),
    Row("OpenAPI 3.0 for 3.1", lambda it: it.update(openapi="3.0.3"), ()),
    Row("a schema that nobody refers to", lambda it: it["components"]["schemas"].pop("Unused"), ()),
    Row("the document's tags", lambda it: it.pop("tags"), ()),
)

SERVERS: Final = (
    Row(
        "an address is gone",
        lambda it: it.update(servers=[{"url": "https://b.example"}]),
        ("server-removed", "server-added"),
        B,
        ("/servers/0", "/servers"),
    ),
    Row(
        "another address",
        lambda it: it["servers"].append({"url": "https://b.example"}),
        ("server-added",),
    ),
    Row(
        "an address of an operation's own",
        lambda it: listing(it).update(servers=[{"url": "https://b.example"}]),
        ("server-removed", "server-added"),
        B,
    ),
    Row(
        "another default in an address",
        lambda it: it["servers"][0]["variables"]["v"].update(default="2"),
        ("server-removed", "server-added"),
        B,
        before=lambda it: it.update(
            servers=[{"url": "https://{v}.example", "variables": {"v": {"default": "1"}}}]
        ),
    ),
    Row("an address described", lambda it: it["servers"][0].update(description="Here."), ()),
)

SECURITY: Final = (
    Row(
        "credentials are needed",
        lambda it: it.update(security=[{"token": []}]),
        ("credentials-demanded",),
        B,
        before=lambda it: it.pop("security"),
    ),
    Row("no credentials are needed", lambda it: it.update(security=[]), ("credentials-allowed",)),
    Row("credentials are optional", lambda it: it["security"].append({}), ("credentials-allowed",)),
    Row(
        "credentials are optional no more",
        lambda it: it["security"].pop(),
        ("credentials-demanded",),
        B,
        before=lambda it: it["security"].append({}),
    ),
    Row(
        "another alternative",
        lambda it: it["security"].append({"key": []}),
        ("credentials-allowed",),
    ),
    Row(
        "an alternative is gone",
        lambda it: getting(it)["security"].pop(),
        ("credentials-demanded",),
        B,
        (f"{_ONE}/get/security",) * 2,
    ),
    Row(
        "a second scheme besides",
        lambda it: it["security"][0].update(key=[]),
        ("credentials-demanded",),
        B,
    ),
    Row(
        "a second scheme no more",
        lambda it: it["security"][0].pop("key"),
        ("credentials-allowed",),
        before=lambda it: it["security"][0].update(key=[]),
    ),
    Row(
        "another scope",
        lambda it: getting(it)["security"][0]["token"].append("admin"),
        ("scopes-demanded",),
        B,
    ),
    Row(
        "a scope less",
        lambda it: getting(it)["security"][0].update(token=[]),
        ("credentials-allowed",),
    ),
    Row(
        "another scheme",
        lambda it: schemes(it)["token"].update(scheme="basic"),
        ("credentials-demanded", "credentials-allowed"),
        B,
    ),
    Row("a scheme in small letters", lambda it: schemes(it)["token"].update(scheme="Bearer"), ()),
    Row("a scheme of another name", scheme_renamed, ()),
    Row(
        "a key in the query",
        lambda it: schemes(it)["key"].update({"in": "query"}),
        ("credentials-demanded", "credentials-allowed"),
        B,
    ),
    Row(
        "a key of another name",
        lambda it: schemes(it)["key"].update(name="X-Api-Key"),
        ("credentials-demanded", "credentials-allowed"),
        B,
    ),
    Row(
        "another token endpoint",
        lambda it: schemes(it)["oauth"]["flows"]["clientCredentials"].update(tokenUrl="/new"),
        ("credentials-demanded", "credentials-allowed"),
        B,
        before=lambda it: it.update(security=[{"oauth": ["a"]}]),
    ),
    Row(
        "a scope that there is",
        lambda it: schemes(it)["oauth"]["flows"]["clientCredentials"]["scopes"].update(b="B"),
        (),
        before=lambda it: it.update(security=[{"oauth": ["a"]}]),
    ),
    Row("a scheme that nobody uses", lambda it: schemes(it).pop("oauth"), ()),
    Row("a scheme described", lambda it: schemes(it)["token"].update(description="A token."), ()),
)

PARAMETERS: Final = (
    Row(
        "a parameter is gone",
        lambda it: listing(it)["parameters"].pop(0),
        ("parameter-removed",),
        B,
        (f"{_GET}/parameters/0", f"{_GET}/parameters"),
    ),
    Row(
        "a header is sent no more",
        lambda it: listing(it)["parameters"].pop(1),
        ("parameter-removed",),
        B,
    ),
    Row("a cookie is gone", lambda it: listing(it)["parameters"].pop(2), ("parameter-removed",), B),
    Row(
        "an optional parameter is new",
        lambda it: listing(it)["parameters"].append({"name": "q", "in": "query"}),
        ("parameter-added",),
    ),
    Row(
        "a required parameter is new",
        lambda it: listing(it)["parameters"].append({"name": "q", "in": "query", "required": True}),
        ("parameter-demanded",),
        B,
        (f"{_GET}/parameters", f"{_GET}/parameters/4"),
    ),
    Row(
        "a required header is new",
        lambda it: listing(it)["parameters"].append(
            {"name": "X", "in": "header", "required": True}
        ),
        ("parameter-demanded",),
        B,
    ),
    Row(
        "a parameter must be sent",
        lambda it: limit(it).update(required=True),
        ("parameter-required",),
        B,
        (f"{_GET}/parameters/0/required",) * 2,
    ),
    Row(
        "a parameter need not be sent",
        lambda it: limit(it).update(required=False),
        ("parameter-optional",),
        before=lambda it: limit(it).update(required=True),
    ),
    Row(
        "a parameter is somewhere else",
        lambda it: limit(it).update({"in": "header"}),
        ("parameter-moved", "parameter-added"),
        B,
    ),
    Row(
        "a parameter is called otherwise",
        lambda it: limit(it).update(name="size"),
        ("parameter-removed", "parameter-added"),
        B,
    ),
    Row(
        "a header in small letters",
        lambda it: listing(it)["parameters"][1].update(name="x-trace"),
        (),
    ),
    Row(
        "a parameter of another type",
        lambda it: limit(it).update(schema={"type": "boolean"}),
        ("type-changed",),
        B,
        (f"{_GET}/parameters/0/schema/type",) * 2,
    ),
    Row(
        "a parameter is limited",
        lambda it: limit(it)["schema"].update(maximum=9),
        ("maximum-added",),
        B,
    ),
    Row(
        "a parameter is an enum",
        lambda it: limit(it)["schema"].update(enum=[1, 2]),
        ("enum-added",),
        B,
    ),
    Row(
        "a parameter takes more",
        lambda it: limit(it)["schema"].update(type="number"),
        ("type-added",),
    ),
    Row(
        "a parameter's default",
        lambda it: limit(it)["schema"].update(default=5),
        ("default-changed",),
        B,
        (f"{_GET}/parameters/0/schema", f"{_GET}/parameters/0/schema/default"),
    ),
    Row(
        "a parameter's other default",
        lambda it: limit(it)["schema"].update(default=6),
        ("default-changed",),
        B,
        before=lambda it: limit(it)["schema"].update(default=5),
    ),
    Row(
        "an array in one parameter", lambda it: tag(it).update(explode=False), ("style-changed",), B
    ),
    Row(
        "an array between pipes",
        lambda it: tag(it).update(style="pipeDelimited"),
        ("style-changed",),
        B,
    ),
    Row("the default style in words", lambda it: tag(it).update(style="form", explode=True), ()),
    Row("explode of one value", lambda it: limit(it).update(explode=False), ()),
    Row("a parameter as JSON", without_type, ("style-changed",), B),
    Row("allowReserved", lambda it: limit(it).update(allowReserved=True), ("reserved-changed",), U),
    Row("allowEmptyValue", lambda it: limit(it).update(allowEmptyValue=True), ("empty-allowed",)),
    Row(
        "allowEmptyValue no more",
        lambda it: limit(it).pop("allowEmptyValue"),
        ("empty-forbidden",),
        B,
        before=lambda it: limit(it).update(allowEmptyValue=True),
    ),
    Row("a parameter is deprecated", lambda it: limit(it).update(deprecated=True), ("deprecated",)),
    Row("a parameter is described", lambda it: limit(it).update(description="D", example=3), ()),
    Row(
        "an extension of a parameter",
        lambda it: limit(it).update({"x-a": 1}),
        ("field-changed",),
        U,
    ),
    Row("the order of parameters", lambda it: listing(it)["parameters"].reverse(), ()),
    Row("parameters by reference", by_reference, ()),
)

BODIES: Final = (
    Row(
        "a body must be sent",
        lambda it: deleting(it)["requestBody"].update(required=True),
        ("body-required",),
        B,
        (f"{_ONE}/delete/requestBody/required",) * 2,
    ),
    Row(
        "a body may have fewer bytes",
        lambda it: deleting(it)["requestBody"].update({"x-max-body-bytes": 100}),
        ("body-limit-lowered",),
        B,
        (f"{_ONE}/delete/requestBody/x-max-body-bytes",) * 2,
    ),
    Row(
        "a body may have more bytes",
        lambda it: deleting(it)["requestBody"].update({"x-max-body-bytes": 200}),
        ("body-limit-raised",),
        before=lambda it: deleting(it)["requestBody"].update({"x-max-body-bytes": 100}),
    ),
    Row(
        "a body need not be sent",
        lambda it: adding(it)["requestBody"].pop("required"),
        ("body-optional",),
    ),
    Row("a body is gone", lambda it: adding(it).pop("requestBody"), ("body-removed",), B),
    Row(
        "a body is new, and required",
        lambda it: listing(it).update(requestBody={"required": True, "content": {}}),
        ("body-demanded",),
        B,
    ),
    Row(
        "a body is new", lambda it: listing(it).update(requestBody={"content": {}}), ("body-added",)
    ),
    Row(
        "a media type is taken no more",
        lambda it: content(it).pop("application/json"),
        ("media-type-removed",),
        B,
        (f"{_POST}/requestBody/content/application~1json", f"{_POST}/requestBody/content"),
    ),
    Row(
        "another media type is taken",
        lambda it: content(it).update({"text/plain": {}}),
        ("media-type-added",),
    ),
    Row(
        "a media type as a range",
        lambda it: content(it).update({"application/*": content(it).pop("application/json")}),
        (),
    ),
    Row(
        "how parts are encoded",
        lambda it: content(it)["application/json"].update(encoding={"a": {"explode": True}}),
        ("encoding-changed",),
        U,
    ),
    Row("an example", lambda it: content(it)["application/json"].update(example={"name": "n"}), ()),
)

ANSWERS: Final = (
    Row(
        "a success is gone",
        lambda it: adding(it)["responses"].pop("201"),
        ("status-removed",),
        B,
        (f"{_POST}/responses/201", f"{_POST}/responses"),
    ),
    Row("an error is gone", lambda it: adding(it)["responses"].pop("422"), ("status-removed",), B),
    Row(
        "the default is gone",
        lambda it: deleting(it)["responses"].pop("default"),
        ("status-removed",),
        B,
    ),
    Row(
        "a class of errors is gone",
        lambda it: getting(it)["responses"].pop("4XX"),
        ("status-removed",),
        B,
    ),
    Row(
        "a success is new",
        lambda it: adding(it)["responses"].update({"202": {}}),
        ("success-added",),
        B,
        (f"{_POST}/responses", f"{_POST}/responses/202"),
    ),
    Row(
        "a redirect is new",
        lambda it: adding(it)["responses"].update({"303": {}}),
        ("success-added",),
        B,
    ),
    Row(
        "an error is new", lambda it: adding(it)["responses"].update({"409": {}}), ("error-added",)
    ),
    Row(
        "a default is new", lambda it: adding(it)["responses"].update(default={}), ("error-added",)
    ),
    Row(
        "an error of a class by itself",
        lambda it: getting(it)["responses"].update({"404": {}}),
        ("error-added",),
    ),
    Row(
        "an error that is not like the default",
        lambda it: deleting(it)["responses"].update({"404": {}}),
        ("error-added", "media-type-removed"),
        B,
    ),
    Row(
        "4xx in small letters",
        lambda it: getting(it)["responses"].update({"4xx": getting(it)["responses"].pop("4XX")}),
        (),
    ),
    Row(
        "a media type is answered no more",
        lambda it: made(it)["content"].pop("application/json"),
        ("media-type-removed",),
        B,
    ),
    Row(
        "another media type is answered",
        lambda it: made(it)["content"].update({"text/html": {}}),
        ("media-type-added",),
    ),
    Row(
        "any media type is answered",
        lambda it: made(it)["content"].update({"*/*": made(it)["content"].pop("application/json")}),
        ("media-type-removed", "media-type-added"),
        B,
    ),
    Row(
        "a body is answered",
        lambda it: getting(it)["responses"]["200"].update(content={"application/json": {}}),
        ("media-type-added",),
    ),
    Row(
        "a header is gone",
        lambda it: made(it)["headers"].pop("ETag"),
        ("header-removed",),
        B,
        (f"{_POST}/responses/201/headers/ETag", f"{_POST}/responses/201/headers"),
    ),
    Row(
        "a header need not be there",
        lambda it: made(it)["headers"]["Location"].pop("required"),
        ("header-optional",),
        B,
    ),
    Row(
        "a header is always there",
        lambda it: made(it)["headers"]["ETag"].update(required=True),
        ("header-required",),
    ),
    Row("a header is new", lambda it: made(it)["headers"].update({"X-New": {}}), ("header-added",)),
    Row(
        "a header's name in small letters",
        lambda it: made(it)["headers"].update(etag=made(it)["headers"].pop("ETag")),
        (),
    ),
    Row(
        "a header of another type",
        lambda it: made(it)["headers"]["ETag"].update(schema={"type": "integer"}),
        ("type-changed",),
        B,
    ),
    Row(
        "a header's list",
        lambda it: made(it)["headers"]["ETag"].update(explode=True),
        ("style-changed",),
        B,
    ),
    Row(
        "a header is deprecated",
        lambda it: made(it)["headers"]["ETag"].update(deprecated=True),
        ("deprecated",),
    ),
    Row(
        "Content-Type as a header, which means nothing",
        lambda it: made(it)["headers"].update({"Content-Type": {"required": True}}),
        (),
    ),
    Row(
        "links",
        lambda it: made(it).update(links={"it": {"operationId": "getThing"}}),
        ("links-changed",),
        U,
    ),
    Row("another description of an answer", lambda it: made(it).update(description="It is."), ()),
    Row("an extension of an answer", lambda it: made(it).update({"x-a": 1}), ("field-changed",), U),
)


def callback(it: Any) -> Any:
    return adding(it)["callbacks"]["made"]["{$request.body#/url}"]["post"]


def sold(it: Any) -> Any:
    return it["webhooks"]["sold"]["post"]


def told(it: Any, **schema: Any) -> None:
    sold(it)["requestBody"]["content"]["application/json"]["schema"] = {**THING, **schema}


HOOKS: Final = (
    Row("a callback is gone", lambda it: adding(it).pop("callbacks"), ("webhook-removed",), B),
    Row(
        "a callback is new",
        lambda it: listing(it).update(callbacks={"new": {"{$url}": {"post": {}}}}),
        ("webhook-added",),
    ),
    Row("a webhook is gone", lambda it: it.pop("webhooks"), ("webhook-removed",), B),
    Row("a webhook is new", lambda it: it["webhooks"].update(new={"post": {}}), ("webhook-added",)),
    Row("a webhook tells less", lambda it: told(it, required=[]), ("property-optional",), B),
    Row(
        "a webhook always tells",
        lambda it: told(it, required=["name", "size"]),
        ("property-required",),
    ),
    Row(
        "a callback's body is gone",
        lambda it: callback(it).pop("requestBody"),
        ("body-removed",),
        U,
    ),
)

ROWS: Final = (*OPERATIONS, *SERVERS, *SECURITY, *PARAMETERS, *BODIES, *ANSWERS, *HOOKS)
