"""Parameters are given to those who have them, and held against what their templates allow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.errors import ParameterError
from pactwright.deploy.parameters import Given, check, checked, given_to, told_by
from pactwright.deploy.templates import Rendered
from pactwright.schema.project import Project
from tests.kit.deploy.projects import shop

Declared = Mapping[str, Mapping[str, Any]]


def rendered(parameters: Declared, **sections: Any) -> Rendered:
    """A template with these parameters."""
    return Rendered(Path("template.yaml"), {"Parameters": dict(parameters), **sections})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two services, one of which calls the other."""
    return shop(tmp_path, inner=(), outer=("inner",))


TEMPLATES = {
    "platform": rendered({"Environment": {}}, Outputs={"TopicArn": {}}),
    "inner": rendered({"Level": {"AllowedValues": ["INFO", "WARNING"], "Default": "INFO"}}),
    "outer": rendered(
        {
            "Environment": {"Type": "String"},
            "BundleKey": {"Type": "String"},
            "InnerUrl": {"Type": "String"},
            "TopicArn": {"Type": "String"},
            "Level": {"AllowedValues": ["INFO"], "Default": "INFO"},
            "Colour": {"Type": "String", "Description": "Of the page."},
        }
    ),
}


def given(*options: str) -> list[Given]:
    """What the command line gives."""
    return [Given.from_option(text) for text in options]


def faults(project: Project, *options: str) -> dict[str, str]:
    """What is wrong with that, by its place."""
    with pytest.raises(ParameterError) as caught:
        check(TEMPLATES, given(*options), project)
    return dict(caught.value.faults)


@pytest.mark.parametrize(
    ("text", "stack", "name", "value"),
    [
        ("Level=INFO", None, "Level", "INFO"),
        ("outer.Level=INFO", "outer", "Level", "INFO"),
        ("Url=https://a.b/?c=d", None, "Url", "https://a.b/?c=d"),
        ("Level=", None, "Level", ""),
    ],
)
def test_an_option_names_stack_parameter_and_value(
    text: str, stack: str | None, name: str, value: str
) -> None:
    """The stack may be left out; the value may hold anything."""
    found = Given.from_option(text)

    assert (found.stack, found.name, found.value) == (stack, name, value)


def test_what_is_meant_for_one_stack_outdoes_what_is_for_all() -> None:
    """In whatever order they are given; of two alike, the later."""
    values = given("outer.Level=1", "Level=2", "Colour=3", "Colour=4", "inner.Colour=5")

    assert given_to("outer", TEMPLATES["outer"], values) == {"Level": "1", "Colour": "4"}


def test_a_parameter_that_nothing_gives_is_missing(project: Project) -> None:
    """What follows from the project, comes from the platform or has a default is not."""
    assert faults(project) == {
        "outer.Colour": "nothing is known to give it: give --parameter outer.Colour=… or set it "
        "for the environment (Of the page.)"
    }


def test_all_parameters_fit(project: Project) -> None:
    """Nothing is raised."""
    check(TEMPLATES, given("Colour=red", "inner.Level=WARNING"), project)


@pytest.mark.parametrize(
    ("option", "place", "fault"),
    [
        ("Color=red", "--parameter Color", "no template has it; there are Colour, InnerUrl"),
        ("inner.Colour=1", "--parameter inner.Colour", "no template has it; there are Level"),
        ("outr.Colour=1", "--parameter outr.Colour", "there is no stack 'outr'; there are"),
        ("BundleKey=1", "--parameter BundleKey", "it can't be given"),
        ("Level=WARNING", "--parameter Level", "'WARNING' is none of INFO"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    project: Project, option: str, place: str, fault: str
) -> None:
    """One that is for all stacks must fit each that has it."""
    assert fault in faults(project, "Colour=red", option)[place]


@pytest.mark.parametrize(
    ("about", "value", "fault"),
    [
        ({"AllowedValues": [1, 3]}, "3", None),
        ({"AllowedValues": [1, 3]}, "2", "'2' is none of 1, 3"),
        ({"AllowedValues": [True, False]}, "true", None),
        ({"AllowedPattern": "[a-z]+"}, "abc", None),
        ({"AllowedPattern": "[a-z]+"}, "abc1", "'abc1' is not of the pattern [a-z]+"),
        ({"AllowedPattern": "[a-z]+", "ConstraintDescription": "a word"}, "1", "a word"),
        ({"AllowedPattern": "[a-z]+", "NoEcho": True}, "1", "the value is not of the pattern"),
        ({"Type": "Number", "MinValue": -1}, "-1", None),
        ({"Type": "Number", "MinValue": -1}, "-2", "-2 is not between -1 and"),
        ({"Type": "Number", "MaxValue": 10}, "11", "11 is not between"),
        ({"Type": "Number"}, "ten", "'ten' is no number"),
        ({"Type": "List<Number>"}, "1, 2", None),
        ({"Type": "List<Number>"}, "1,b", "'b' is no number"),
        ({"Type": "CommaDelimitedList", "AllowedPattern": r"\d"}, "1, 2", None),
        ({"Type": "CommaDelimitedList", "AllowedPattern": r"\d"}, "1,all", "is not of"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a,b", None),
        ({"MinLength": 2, "MaxLength": 3}, "ab", None),
        ({"MinLength": 2}, "a", "has 1 characters"),
        ({"MaxLength": 3}, "abcd", "has 4 characters"),
    ],
)  # fmt: skip
def test_a_value_is_held_against_what_the_template_allows(
    about: Mapping[str, Any], value: str, fault: str | None
) -> None:
    """As CloudFormation would, once it has got it."""
    template = rendered({"P": about})
    if fault is None:
        assert checked("s", template, {"P": value, "Other": "1"}) == {"P": value}
        return

    with pytest.raises(ParameterError) as caught:
        checked("s", template, {"P": value})
    ((place, told),) = caught.value.faults
    assert place == "s.P"
    assert fault in told


def test_a_secret_value_is_not_told() -> None:
    """Terminals and CI keep what they are told."""
    with pytest.raises(ParameterError) as caught:
        checked("s", rendered({"P": {"NoEcho": True, "AllowedPattern": "x"}}), {"P": "hunter2"})

    assert "hunter2" not in str(caught.value)


def test_what_a_called_service_puts_out_is_known(tmp_path: Path) -> None:
    """By those who call it and by no others; what two of them put out is not."""
    project = shop(tmp_path, inner=(), other=(), outer=("inner", "other"))
    asked: Declared = {name: {"Type": "String"} for name in ("EventsArn", "TableName")}
    templates = {
        "platform": rendered({}),
        "inner": rendered({}, Outputs={"EventsArn": {}, "TableName": {}}),
        "other": rendered(asked, Outputs={"TableName": {}}),
        "outer": rendered(asked),
    }

    assert told_by(project, "outer", templates) == {"inner": {"EventsArn"}, "other": set()}
    with pytest.raises(ParameterError) as caught:
        check(templates, (), project)
    assert sorted(place for place, _ in caught.value.faults) == [
        "other.EventsArn",
        "other.TableName",
        "outer.TableName",
    ]
