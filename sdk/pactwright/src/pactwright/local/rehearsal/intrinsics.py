"""A template with its parameters put in and its intrinsic functions evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.deploy.reading import Template
from pactwright.local.rehearsal import resources
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.resources import Place

_NOTHING: Final = object()  # what AWS::NoValue stands for
_VARIABLE: Final = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass
class Evaluation:
    """Evaluates what is in a template.

    Attributes:
        template: as it is written.
        stack: the name that its stack is to have.
        parameters: each parameter's value.
        place: where the stack is to be.
    """

    template: Template
    stack: str
    parameters: Mapping[str, str]
    place: Place
    _pseudo: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        stack_id = self.place.arn("cloudformation", f"stack/{self.stack}/0")
        self._pseudo = {
            "AWS::AccountId": self.place.account,
            "AWS::NoValue": _NOTHING,
            "AWS::Partition": self.place.partition,
            "AWS::Region": self.place.region,
            "AWS::StackId": stack_id,
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def resources(self) -> dict[str, Any]:
        """Every resource whose condition holds, evaluated.

        Raises:
            RehearsalError: something in the template can't be evaluated.
        """
        return {
            logical: self.value(resource, logical)
            for logical, resource in self.template["Resources"].items()
            if "Condition" not in resource or self._condition(resource["Condition"])
        }

    def arn(self, logical: str) -> str:
        """The ARN that a resource of the template has, or one such as it will have.

        Raises:
            RehearsalError: there is no such resource, or its type has no ARN.
        """
        return resources.arn(self.stack, logical, self._resource(logical, logical), self.place)

    def value(self, node: Any, where: str = "the template") -> Any:
        """A part of the template, evaluated."""
        if isinstance(node, list):
            members = [self.value(each, where) for each in node]
            return [each for each in members if each is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument, where)
        members_by_key = {key: self.value(each, where) for key, each in node.items()}
        return {key: each for key, each in members_by_key.items() if each is not _NOTHING}

    def _call(self, name: str, argument: Any, where: str) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise RehearsalError(f"{where}: {name} can't be evaluated before the stack exists")
        return function(self, argument, where)

    def _ref(self, name: str, where: str) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        return resources.reference(self.stack, name, self._resource(name, where), self.place)

    def _attribute(self, argument: Sequence[str] | str, where: str) -> str:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if attribute not in ("Arn", "Id"):
            raise RehearsalError(f"{where}: {name}.{attribute} is known once the stack exists only")
        resource = self._resource(name, where)
        if attribute == "Id":
            return resources.reference(self.stack, name, resource, self.place)
        return resources.arn(self.stack, name, resource, self.place)

    def _resource(self, name: str, where: str) -> Mapping[str, Any]:
        resource = self.template["Resources"].get(name)
        if resource is None:
            raise RehearsalError(f"{where}: there is no resource or parameter {name!r}")
        properties = resource.get("Properties", {})
        named = {"Name", *(kind.name for kind in resources.KINDS.values())} & set(properties)
        own = {key: self.value(properties[key], name) for key in named}
        return {"Type": resource["Type"], "Properties": own}

    def _sub(self, argument: Any, where: str) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def put(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in own:
                return str(self.value(own[name], where))
            if "." in name:
                return self._attribute(name, where)
            return str(self._ref(name, where))

        return _VARIABLE.sub(put, text)

    def _if(self, argument: Sequence[Any], where: str) -> Any:
        name, then, otherwise = argument
        return self.value(then if self._condition(name) else otherwise, where)

    def _condition(self, name: str) -> bool:
        conditions = self.template.get("Conditions", {})
        if name not in conditions:
            raise RehearsalError(f"there is no condition {name!r}")
        return self._truth(conditions[name])

    def _truth(self, node: Mapping[str, Any]) -> bool:
        ((name, argument),) = node.items()
        if name == "Condition":
            return self._condition(argument)
        if name == "Fn::Equals":
            left, right = (self.value(each) for each in argument)
            return bool(left == right)
        if name in ("Fn::Not", "Fn::And", "Fn::Or"):
            truths = [self._truth(each) for each in argument]
            return {"Fn::Not": not truths[0], "Fn::And": all(truths), "Fn::Or": any(truths)}[name]
        raise RehearsalError(f"{name} is no function of conditions")

    def _join(self, argument: Sequence[Any], where: str) -> str:
        return str(argument[0]).join(map(str, self.value(argument[1], where)))

    def _select(self, argument: Sequence[Any], where: str) -> Any:
        return self.value(argument[1], where)[int(argument[0])]

    def _split(self, argument: Sequence[Any], where: str) -> list[str]:
        return str(self.value(argument[1], where)).split(argument[0])

    def _find(self, argument: Sequence[Any], where: str) -> Any:
        mapping, first, second = (self.value(each, where) for each in argument)
        try:
            return self.template["Mappings"][mapping][first][second]
        except KeyError as error:
            raise RehearsalError(f"{where}: the mappings have no {error}") from None


_FUNCTIONS: Final[Mapping[str, Callable[[Evaluation, Any, str], Any]]] = {
    "Ref": Evaluation._ref,  # noqa: SLF001  # the class's own
    "Fn::FindInMap": Evaluation._find,  # noqa: SLF001
    "Fn::GetAtt": Evaluation._attribute,  # noqa: SLF001
    "Fn::If": Evaluation._if,  # noqa: SLF001
    "Fn::Join": Evaluation._join,  # noqa: SLF001
    "Fn::Select": Evaluation._select,  # noqa: SLF001
    "Fn::Split": Evaluation._split,  # noqa: SLF001
    "Fn::Sub": Evaluation._sub,  # noqa: SLF001
}


def arguments(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """The value of each of a template's parameters: what is given, or its default.

    Raises:
        RehearsalError: one is unknown, missing, or none of those that are allowed.
    """
    declared = template.get("Parameters", {})
    if unknown := sorted(set(given) - set(declared)):
        names = ", ".join(declared)
        raise RehearsalError(f"the template has no parameter {unknown[0]!r}; it has {names}")
    values = {}
    for name, about in declared.items():
        value = given.get(name, about.get("Default"))
        if value is None:
            raise RehearsalError(f"the parameter {name} must be given: {about.get('Description')}")
        value = str(value)
        if value not in map(str, about.get("AllowedValues", [value])):
            raise RehearsalError(f"the parameter {name} can't be {value!r}")
        if not re.fullmatch(about.get("AllowedPattern", ".*"), value):
            raise RehearsalError(
                f"the parameter {name} can't be {value!r}: {about['AllowedPattern']}"
            )
        values[name] = value
    return values
