"""Fragments that templates share are put in when a template is read; nothing gets lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.errors import TemplateError
from pactwright.deploy.templates import read

TEMPLATE = """
Metadata: {pactwright: {include: [../shared.yaml]}}
Parameters: {Own: {Type: String}}
Resources: {Table: {Type: T}}
"""


def written(folder: Path, **files: str) -> Path:
    """A template in a folder of its own, and files beside that folder."""
    for name, content in {"template": TEMPLATE, **files}.items():
        file = folder / ("service/template.yaml" if name == "template" else f"{name}.yaml")
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    return folder / "service" / "template.yaml"


def refusal(file: Path) -> str:
    """What is said of a template, with files named from the test's folder."""
    with pytest.raises(TemplateError) as caught:
        read(file)
    return str(caught.value).replace(f"{file.parent.parent.resolve()}/", "")


def test_a_fragment_becomes_part_of_the_template(tmp_path: Path) -> None:
    """Section by section, its short forms written out, the directive gone."""
    shared = (
        "Parameters: {Topic: {Type: String}}\n"
        "Conditions: {Loud: !Equals [!Ref Topic, x]}\n"
        "Resources: {Alarm: {Type: A, Properties: {Table: !Ref Table}}}\n"
    )

    assert read(written(tmp_path, shared=shared)) == {
        "Parameters": {"Own": {"Type": "String"}, "Topic": {"Type": "String"}},
        "Conditions": {"Loud": {"Fn::Equals": [{"Ref": "Topic"}, "x"]}},
        "Resources": {
            "Table": {"Type": "T"},
            "Alarm": {"Type": "A", "Properties": {"Table": {"Ref": "Table"}}},
        },
    }


def test_a_fragment_says_what_all_functions_have(tmp_path: Path) -> None:
    """By SAM's Globals, which a template may still have of its own for another type."""
    template = TEMPLATE + "Globals: {Api: {TracingEnabled: true}}"
    shared = "Globals: {Function: {Timeout: 10}}"

    assert read(written(tmp_path, template=template, shared=shared))["Globals"] == {
        "Api": {"TracingEnabled": True},
        "Function": {"Timeout": 10},
    }
    twice = written(tmp_path, template=template, shared="Globals: {Api: {Name: a}}")
    assert "Globals/Api is defined in" in refusal(twice)


def test_other_metadata_stays(tmp_path: Path) -> None:
    """Only what is meant for the kit is taken out."""
    template = "Metadata: {pactwright: {include: [../shared.yaml]}, Other: {a: 1}}"
    file = written(tmp_path, template=template, shared="Resources: {A: {Type: A}}")

    assert read(file) == {"Metadata": {"Other": {"a": 1}}, "Resources": {"A": {"Type": "A"}}}


def test_a_template_without_the_directive_is_left_as_it_is(tmp_path: Path) -> None:
    """Whatever else its metadata holds."""
    file = written(tmp_path, template="Metadata: {a: 1}\nResources: {A: {Type: A}}")

    assert read(file) == {"Metadata": {"a": 1}, "Resources": {"A": {"Type": "A"}}}


def test_fragments_include_others(tmp_path: Path) -> None:
    """By paths relative to their own folder; one that two lead to is put in once."""
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "base.yaml").write_text("Resources: {Base: {Type: B}}")
    include = "Metadata: {pactwright: {include: [deeper/base.yaml]}}\n"
    file = written(
        tmp_path,
        template="Metadata: {pactwright: {include: [../one.yaml, ../two.yaml]}}",
        one=include + "Resources: {One: {Type: O}}",
        two=include + "Resources: {Two: {Type: T}}",
    )

    assert list(read(file)["Resources"]) == ["Base", "One", "Two"]


@pytest.mark.parametrize(
    ("section", "place", "other"),
    [
        ("Resources: {Table: {}}", "Resources/Table", "Resources/Table"),
        ("Parameters: {Table: {}}", "Parameters/Table", "Resources/Table"),
        ("Resources: {Own: {}}", "Resources/Own", "Parameters/Own"),
        ("Parameters: {Own: {}}", "Parameters/Own", "Parameters/Own"),
    ],
)
def test_an_id_that_is_defined_twice_is_refused(
    tmp_path: Path, section: str, place: str, other: str
) -> None:
    """Both places are named; a parameter and a resource can't share a name either."""
    assert refusal(written(tmp_path, shared=section)) == (
        f"service/../shared.yaml: {place} is defined in service/template.yaml too, as {other}; "
        "rename one of them"
    )


def test_ids_of_other_sections_may_be_the_same(tmp_path: Path) -> None:
    """An output has its resource's name, often."""
    file = written(tmp_path, shared="Outputs: {Table: {Value: !Ref Table}}")

    assert read(file)["Outputs"] == {"Table": {"Value": {"Ref": "Table"}}}


def test_two_fragments_that_define_one_id_are_refused(tmp_path: Path) -> None:
    """The error names the fragments, not the template."""
    file = written(
        tmp_path,
        template="Metadata: {pactwright: {include: [../one.yaml, ../two.yaml]}}",
        one="Outputs: {A: {}}",
        two="Outputs: {A: {}}",
    )

    said = refusal(file)

    assert said.startswith("service/../two.yaml: Outputs/A is defined in service/../one.yaml too")


def test_a_fragment_that_is_not_there_is_named_with_who_asked_for_it(tmp_path: Path) -> None:
    """Both files, and the reason."""
    assert refusal(written(tmp_path)) == (
        "service/template.yaml includes service/../shared.yaml: the template "
        "service/../shared.yaml can't be read: No such file or directory"
    )


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ("Transform: X", "has 'Transform', which belongs into the template"),
        ("Description: X", "has 'Description', which belongs into the template"),
        ("Metadata: {a: 1}", "has 'Metadata', which belongs into the template"),
        ("resources: {}", "has 'resources'"),
        ("Resources: [A]", "Resources is no mapping"),
        ("Resources:", "Resources is no mapping"),
        ("[]", "no mapping"),
        ("{", "not YAML"),
    ],
)
def test_a_fragment_has_sections_of_a_template_only(tmp_path: Path, shared: str, said: str) -> None:
    """What belongs into the template itself, and what means nothing, is refused."""
    refused = refusal(written(tmp_path, shared=shared))

    assert "shared.yaml" in refused
    assert said in refused


@pytest.mark.parametrize(
    "directive",
    ["x", "[../shared.yaml]", "{}", "{include: ../shared.yaml}", "{include: [1]}"],
)
def test_a_malformed_directive_is_refused(tmp_path: Path, directive: str) -> None:
    """With its proper form."""
    said = refusal(written(tmp_path, template=f"Metadata: {{pactwright: {directive}}}"))

    assert said == (
        "service/template.yaml: Metadata/pactwright must be {include: [FILE, …]}, files relative "
        "to it"
    )


def test_an_unknown_directive_is_refused(tmp_path: Path) -> None:
    """A misspelt one would do nothing."""
    template = "Metadata: {pactwright: {include: [], inclued: []}}"

    assert "has 'inclued', which means nothing" in refusal(written(tmp_path, template=template))


@pytest.mark.parametrize("target", ["shared.yaml", "service/template.yaml", "other.yaml"])
def test_a_cycle_is_refused(tmp_path: Path, target: str) -> None:
    """Directly, by the template, or by way of another fragment."""
    include = "Metadata: {{pactwright: {{include: [{}]}}}}"
    said = refusal(
        written(tmp_path, shared=include.format(target), other=include.format("shared.yaml"))
    )

    assert f"includes itself: service/template.yaml includes shared.yaml includes {target}" in said


def test_sections_of_the_wrong_shape_are_left_to_the_linter(tmp_path: Path) -> None:
    """A template's own faults are told by cfn-lint, with the rule; unless something goes there."""
    template = "Metadata: {pactwright: {include: [../shared.yaml]}}\nOutputs: [1]"
    content: dict[str, Any] = read(written(tmp_path, template=template, shared="Rules: {R: {}}"))

    assert content == {"Outputs": [1], "Rules": {"R": {}}}
    said = refusal(written(tmp_path, template=template, shared="Outputs: {A: {}}"))
    assert said.endswith("service/template.yaml: Outputs is no mapping")
