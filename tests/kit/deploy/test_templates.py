"""Templates are read, completed and linted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.errors import DialectError, TemplateError
from pactwright.deploy.templates import Rendered, api_definition, lint, read, render

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "A", "version": "1"},
    "paths": {"/a": {"get": {}}},
}
TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      {runtime}
      Handler: a.handler
      InlineCode: pass
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody: {{x-pactwright-function: {function}}}
"""


def written(folder: Path, runtime: str = "Runtime: python3.13", function: str = "Function") -> Path:
    """A template file."""
    file = folder / "template.yaml"
    file.write_text(TEMPLATE.format(runtime=runtime, function=function))
    return file


def test_short_forms_are_written_out(tmp_path: Path) -> None:
    """`!Ref` and its like become what CloudFormation's JSON has; dates stay text."""
    file = tmp_path / "template.yaml"
    file.write_text(
        "{a: !Ref A, b: !GetAtt A.B.C, c: !Sub [x, {y: !Ref Z}], "
        "d: !If [Q, 1, !Ref N], e: 2010-09-09}"
    )

    assert read(file) == {
        "a": {"Ref": "A"},
        "b": {"Fn::GetAtt": ["A", "B.C"]},
        "c": {"Fn::Sub": ["x", {"y": {"Ref": "Z"}}]},
        "d": {"Fn::If": ["Q", 1, {"Ref": "N"}]},
        "e": "2010-09-09",
    }


def test_the_definition_takes_the_placeholders_place(tmp_path: Path) -> None:
    """Each operation leads to the function that the placeholder names."""
    rendered = render(written(tmp_path), DOCUMENT, "https://p/")
    operation = api_definition(rendered.template)["paths"]["/a"]["get"]

    uri: dict[str, Any] = operation["x-amazon-apigateway-integration"]["uri"]
    assert "${Function.Arn}" in uri["Fn::Sub"]


DIGEST = "Handler: a.handler\n      AutoPublishCodeSha256: {Ref: VersionDigest}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Handler: a.handler", f"{DIGEST}\n      AutoPublishAlias: live"),
        ("Resources:", "Globals: {Function: {AutoPublishAlias: live}}\nResources:"),
    ],
)
def test_a_function_with_an_alias_is_called_by_it(tmp_path: Path, before: str, after: str) -> None:
    """By the name of the alias that SAM makes, whether the function has it or all have."""
    file = written(tmp_path)
    text = file.read_text().replace(before, after)
    file.write_text(text if DIGEST in text else text.replace("Handler: a.handler", DIGEST))

    operation = api_definition(render(file, DOCUMENT, "u").template)["paths"]["/a"]["get"]

    uri: dict[str, Any] = operation["x-amazon-apigateway-integration"]["uri"]
    assert "${FunctionAliaslive}" in uri["Fn::Sub"]


def test_an_alias_that_would_stay_behind_is_refused(tmp_path: Path) -> None:
    """SAM alone publishes no version for another setting; the error says what to write."""
    file = written(tmp_path)
    alias = "Handler: a.handler\n      AutoPublishAlias: live"
    file.write_text(file.read_text().replace("Handler: a.handler", alias))

    with pytest.raises(TemplateError, match=r"alias 'live': .*AutoPublishCodeSha256: !Ref Version"):
        render(file, DOCUMENT, "u")


def test_the_same_inputs_give_the_same_text(tmp_path: Path) -> None:
    """Otherwise each deployment would seem a change."""
    file = written(tmp_path)

    assert render(file, DOCUMENT, "u").text() == render(file, DOCUMENT, "u").text()


def test_another_document_gives_another_deployment(tmp_path: Path) -> None:
    """The definition differs, from which SAM makes the deployment's id."""
    file = written(tmp_path)
    other = DOCUMENT | {"paths": {"/b": {"get": {}}}}

    assert render(file, DOCUMENT, "u").text() != render(file, other, "u").text()


def test_a_good_template_passes_the_linter(tmp_path: Path) -> None:
    """With the definition in it."""
    lint(render(written(tmp_path), DOCUMENT, "https://p/"))


def test_a_faulty_template_is_refused_with_the_place(tmp_path: Path) -> None:
    """cfn-lint's findings name the rule and the path in the template."""
    rendered = render(written(tmp_path, runtime="Runtime: {Ref: Missing}"), DOCUMENT, "https://p/")

    with pytest.raises(TemplateError, match=r"(?s)nothing is deployed.*'Missing'.*Function"):
        lint(rendered)


def test_a_template_needs_one_placeholder(tmp_path: Path) -> None:
    """Without it the API would be empty."""
    file = tmp_path / "template.yaml"
    file.write_text("Resources: {}")

    with pytest.raises(TemplateError, match="DefinitionBody"):
        render(file, DOCUMENT, "u")


def test_the_placeholder_must_name_a_function(tmp_path: Path) -> None:
    """A misspelt one is found before anything is deployed."""
    with pytest.raises(TemplateError, match="'Funktion'"):
        render(written(tmp_path, function="Funktion"), DOCUMENT, "u")


def test_an_api_that_cannot_be_served_names_the_template(tmp_path: Path) -> None:
    """The fault tells in which service it is."""
    with pytest.raises(DialectError, match=r"template\.yaml"):
        render(written(tmp_path), DOCUMENT | {"paths": {"/ping": {}}}, "u")


@pytest.mark.parametrize(
    ("content", "said"), [("{", "not YAML"), ("[]", "no mapping"), (None, "can't be read")]
)
def test_what_is_no_template_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    """With the file's name and no traceback."""
    file = tmp_path / "template.yaml"
    if content is not None:
        file.write_text(content)

    with pytest.raises(TemplateError, match=said):
        read(file)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("A: 1\nB: 2\nA: 1\n", 3),
        ("A:\n  B: {c: 1}\n  B: {c: 2}\n", 3),
        ("A: !Sub\n  - x\n  - y: 1\n    y: 2\n", 4),
        ("A: !Transform\n  Name: a\n  Name: b\n", 3),
    ],
)
def test_a_key_given_twice_is_refused(tmp_path: Path, content: str, line: int) -> None:
    """With file and line: one of the two would be lost."""
    file = tmp_path / "template.yaml"
    file.write_text(content)

    with pytest.raises(TemplateError, match=rf"template\.yaml .*(?s:.)*twice(?s:.)*line {line}"):
        read(file)


def test_merged_keys_are_not_given_twice(tmp_path: Path) -> None:
    """What `<<` brings may be replaced."""
    file = tmp_path / "template.yaml"
    file.write_text("A: &a {x: 1, y: 1}\nB: {b: &b {<<: *a, y: 2}}\nC: {<<: *b, y: 3}\n")

    assert (read(file)["B"]["b"], read(file)["C"]) == ({"x": 1, "y": 2}, {"x": 1, "y": 3})


def test_linting_names_the_source(tmp_path: Path) -> None:
    """Not a temporary file."""
    source = tmp_path / "platform.yaml"

    with pytest.raises(TemplateError, match=r"platform\.yaml"):
        lint(Rendered(source, {"Resources": {"A": {"Type": "AWS::Nothing::Such"}}}))
