"""The parameters of templates: where their values come from, and whether they can be that.

What a template asks for by name is given to it: what follows from the project (`Environment`, the
bundle's place, the URL of a called service as `LocationUrl`), what the platform's stack puts out
(`OperationsTopicArn`) and what the stack of a called service does (`AccountEventsTopicArn`), and
what people give, in the environment's settings or on the command line. The last wins, but for what
follows from the project.

Values are held against a template as CloudFormation does it (AWS CloudFormation User Guide,
"Parameters"), so that a wrong one is told before anything is touched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.deploy.errors import ParameterError
from pactwright.deploy.templates import Rendered
from pactwright.deploy.versions import PARAMETER as VERSION_DIGEST
from pactwright.schema.project import Project

PLATFORM: Final = "platform"
"""The name of the stack that holds what the others share, in settings and on the command line."""

COMPUTED: Final = frozenset(
    {"Architecture", "BundleBucket", "BundleKey", "Environment", "Runtime", VERSION_DIGEST}
)
"""The parameters that follow from what is deployed and where; nobody else may give them."""

_Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody gives to a parameter.

    Attributes:
        stack: a service, or the platform; None stands for every stack that has the parameter.
        name: of the parameter.
        value: as CloudFormation takes it.
        place: where it was given, for people.
    """

    stack: str | None
    name: str
    value: str
    place: str

    @classmethod
    def from_option(cls, text: str) -> Given:
        """Read `[STACK.]Name=Value`, as the command line takes it."""
        target, _, value = text.partition("=")
        stack, _, name = target.rpartition(".")
        return cls(stack or None, name, value, f"--parameter {target}")


def url_parameter(service: str) -> str:
    """The name of the template parameter that takes a service's URL: `LocationUrl`."""
    return "".join(part.capitalize() for part in service.split("_")) + "Url"


def told_by(
    project: Project, name: str, templates: Mapping[str, Rendered]
) -> Mapping[str, frozenset[str]]:
    """What only one of the services that a service calls puts out, by that one.

    Args:
        project: who calls whom.
        name: the service.
        templates: of the services.
    """
    service = project.services.get(name)
    told = {
        called: set(templates[called].template.get("Outputs", {}))
        for called in (service.calls if service else ())
        if called in templates
    }
    return {
        called: frozenset(mine - set().union(*(told[other] for other in told if other != called)))
        for called, mine in told.items()
    }


def declared(rendered: Rendered) -> Mapping[str, Mapping[str, Any]]:
    """The parameters of a template, each with what is said of it."""
    found: Mapping[str, Mapping[str, Any]] = rendered.template.get("Parameters", {})
    return found


def given_to(stack: str, rendered: Rendered, given: Iterable[Given]) -> dict[str, str]:
    """What people give to a template: what is meant for it alone outdoes what is for all."""
    names = declared(rendered)
    fitting = [each for each in given if each.name in names and each.stack in (None, stack)]
    return {each.name: each.value for each in sorted(fitting, key=lambda each: bool(each.stack))}


def check(templates: Mapping[str, Rendered], given: Collection[Given], project: Project) -> None:
    """Hold what is known before any stack is looked at against the templates.

    Args:
        templates: of each stack, the platform's among them under that name.
        given: what people give.
        project: who calls whom.

    Raises:
        ParameterError: a parameter is unknown, computed, can't be what is given, or is missing.
    """
    faults = [fault for each in given for fault in _misgiven(each, templates)]
    for stack, rendered in templates.items():
        values = given_to(stack, rendered, given)
        shared = {} if stack == PLATFORM else templates[PLATFORM].template.get("Outputs", {})
        service = project.services.get(stack)
        called = {url_parameter(name) for name in service.calls} if service else set[str]()
        called.update(*told_by(project, stack, templates).values())
        faults += _missing(stack, rendered, {*values, *COMPUTED, *shared, *called})
    if faults:
        raise ParameterError(faults)


def checked(stack: str, rendered: Rendered, known: Mapping[str, str]) -> dict[str, str]:
    """The values of the parameters that a template declares.

    Raises:
        ParameterError: one is missing, or can't be what it is.
    """
    names = declared(rendered)
    faults = list(_missing(stack, rendered, known))
    values = {name: known[name] for name in names if name in known}
    for name, value in values.items():
        faults += [(f"{stack}.{name}", fault) for fault in _refused(names[name], value)]
    if faults:
        raise ParameterError(faults)
    return values


def _missing(stack: str, rendered: Rendered, known: Collection[str]) -> Iterator[_Fault]:
    for name, about in declared(rendered).items():
        if name not in known and "Default" not in about:
            what = about.get("Description", "no description")
            advice = f"give --parameter {stack}.{name}=… or set it for the environment ({what})"
            yield f"{stack}.{name}", f"nothing is known to give it: {advice}"


def _misgiven(each: Given, templates: Mapping[str, Rendered]) -> Iterator[_Fault]:
    """What is wrong with a value that somebody gave."""
    if each.stack is not None and each.stack not in templates:
        yield each.place, f"there is no stack {each.stack!r}; there are {', '.join(templates)}"
        return
    if each.name in COMPUTED:
        yield each.place, f"{each.name} follows from what is deployed; it can't be given"
        return
    stacks = [each.stack] if each.stack is not None else list(templates)
    taken = [about for name in stacks if (about := declared(templates[name]).get(each.name))]
    if not taken:
        known = {name for stack in stacks for name in declared(templates[stack])} - COMPUTED
        yield each.place, f"no template has it; there are {', '.join(sorted(known))}"
    for about in taken:
        yield from ((each.place, fault) for fault in _refused(about, each.value))


def _refused(about: Mapping[str, Any], value: str) -> Iterator[str]:
    """What CloudFormation would say against a value."""
    shown = "the value" if about.get("NoEcho") else repr(value)
    kind = about.get("Type", "String")
    listed = kind.startswith("List<") or kind == "CommaDelimitedList"
    each = [part.strip() for part in value.split(",")] if listed else [value]
    if allowed := [_as_text(one) for one in about.get("AllowedValues", ())]:
        if not set(each) <= set(allowed):
            yield f"{shown} is none of {', '.join(allowed)}"
        return
    pattern = about.get("AllowedPattern")
    if pattern is not None and not all(re.fullmatch(pattern, part) for part in each):
        yield about.get("ConstraintDescription") or f"{shown} is not of the pattern {pattern}"
    if kind in ("Number", "List<Number>"):
        yield from (fault for part in each for fault in _out_of_range(about, part))
    elif not about.get("MinLength", 0) <= len(value) <= about.get("MaxLength", len(value)):
        yield f"{shown} has {len(value)} characters, too few or too many"


def _out_of_range(about: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield f"{value!r} is no number"
        return
    low, high = about.get("MinValue", number), about.get("MaxValue", number)
    if not float(low) <= number <= float(high):
        yield f"{value} is not between {low} and {high}"


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
