"""A CloudFormation action: a change set made from artifacts, or executed, against the emulator."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from pactwright.deploy.errors import StackError
from pactwright.deploy.stacks import INLINE_LIMIT, Stacks, is_no_change, outputs_of
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.structure import Action

_CONFIGURATION: Final = {"Parameters", "Tags", "StackPolicy"}


@dataclass(frozen=True, slots=True)
class Changes:
    """Carries out CloudFormation actions.

    Attributes:
        client: makes a boto3 client: `client("cloudformation")`.
        store: the name of the bucket for artifacts, from which long templates are read.
        sleep: waits a number of seconds between two looks.
        interval: that number.
        patience: so many looks at most.
    """

    client: Callable[[str], Any]
    store: str
    sleep: Callable[[float], object] = time.sleep
    interval: float = 0.05
    patience: int = 1200
    _empty: set[tuple[str, str]] = field(default_factory=set)

    def carry_out(self, action: Action, artifacts: Mapping[str, Path]) -> dict[str, str]:
        """Do an action; returns the stack's outputs, which are the action's variables.

        Raises:
            RehearsalError: CloudFormation refuses it, or the stack fails.
        """
        stack, change = (action.configuration[each] for each in ("StackName", "ChangeSetName"))
        try:
            if action.mode == "CHANGE_SET_EXECUTE":
                return self._execute(stack, change)
            self._replace(action, stack, change, artifacts)
        except (ClientError, StackError) as error:
            raise RehearsalError(f"CloudFormation refuses it: {error}") from error
        return {}

    def _replace(
        self, action: Action, stack: str, change: str, artifacts: Mapping[str, Path]
    ) -> None:
        text = _file(action, "TemplatePath", artifacts)
        configuration = _configuration(action, artifacts)
        parameters = configuration.get("Parameters", {}) | _overrides(action, artifacts)
        _check(text, parameters)
        cloudformation, described = self.client("cloudformation"), self._described(stack)
        if described is not None:
            cloudformation.delete_change_set(StackName=stack, ChangeSetName=change)
        cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=change,
            ChangeSetType=_kind(described),
            RoleARN=action.configuration["RoleArn"],
            Capabilities=[each for each in _capabilities(action) if each],
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Tags=[{"Key": k, "Value": v} for k, v in configuration.get("Tags", {}).items()],
            **self._template(text),
        )
        self._finish(stack, change)

    def _finish(self, stack: str, change: str) -> None:
        """Wait until a change set is made; one without changes is no failure to CodePipeline."""
        self._empty.discard((stack, change))
        cloudformation = self.client("cloudformation")
        for _ in self._looks(stack):
            described = cloudformation.describe_change_set(StackName=stack, ChangeSetName=change)
            if described["Status"] == "CREATE_COMPLETE":
                return
            if described["Status"] == "FAILED":
                reason = described.get("StatusReason", "no reason given")
                if not is_no_change(reason):
                    raise RehearsalError(f"the change set of {stack} failed: {reason}")
                self._empty.add((stack, change))
                return

    def _execute(self, stack: str, change: str) -> dict[str, str]:
        cloudformation = self.client("cloudformation")
        if (stack, change) not in self._empty:
            cloudformation.execute_change_set(StackName=stack, ChangeSetName=change)
        for _ in self._looks(stack):
            described = self._described(stack) or {"StackStatus": "DELETE_COMPLETE"}
            status = described["StackStatus"]
            if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
                return outputs_of(described)
            if not status.endswith("_IN_PROGRESS"):
                raise RehearsalError(f"{stack} failed and is now {status}")
        raise AssertionError("unreachable")

    def _template(self, text: str) -> dict[str, str]:
        if len(text.encode()) <= INLINE_LIMIT:
            return {"TemplateBody": text}
        s3 = self.client("s3")
        s3.put_object(Bucket=self.store, Key="template", Body=text.encode())
        return {"TemplateURL": f"{s3.meta.endpoint_url}/{self.store}/template"}

    def _described(self, stack: str) -> Mapping[str, Any] | None:
        return Stacks(self.client("cloudformation")).describe(stack)

    def _looks(self, stack: str) -> Iterator[None]:
        for _ in range(self.patience):
            yield
            self.sleep(self.interval)
        raise RehearsalError(f"{stack} is still not done")


def _kind(described: Mapping[str, Any] | None) -> str:
    is_new = described is None or described["StackStatus"] == "REVIEW_IN_PROGRESS"
    return "CREATE" if is_new else "UPDATE"


def _file(action: Action, setting: str, artifacts: Mapping[str, Path]) -> str:
    artifact, _, name = action.configuration[setting].partition("::")
    try:
        return (artifacts[artifact] / name).read_text(encoding="utf-8")
    except OSError as error:
        there = sorted(p.name for p in artifacts[artifact].rglob("*") if p.is_file())
        raise RehearsalError(
            f"{setting}: the artifact {artifact} has no {name}; it has {', '.join(there)}"
        ) from error


def _configuration(action: Action, artifacts: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """The template configuration: `{"Parameters": {…}, "Tags": {…}}`, all of them texts."""
    if "TemplateConfiguration" not in action.configuration:
        return {}
    content = _json(_file(action, "TemplateConfiguration", artifacts), "TemplateConfiguration")
    if unknown := sorted(set(content) - _CONFIGURATION):
        raise RehearsalError(f"TemplateConfiguration: there is no {unknown[0]!r} in one")
    for part in ("Parameters", "Tags"):
        for name, value in content.get(part, {}).items():
            if not isinstance(value, str):
                raise RehearsalError(f"TemplateConfiguration: {part}.{name} must be a text")
    return content


def _overrides(action: Action, artifacts: Mapping[str, Path]) -> dict[str, str]:
    given = _json(action.configuration.get("ParameterOverrides", "{}"), "ParameterOverrides")
    return {name: _override(name, value, artifacts) for name, value in given.items()}


def _override(name: str, value: object, artifacts: Mapping[str, Path]) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and list(value) == ["Fn::GetParam"]:
        artifact, file, key = value["Fn::GetParam"]
        if artifact in artifacts and (artifacts[artifact] / file).is_file():
            text = (artifacts[artifact] / file).read_text(encoding="utf-8")
            return str(_json(text, file)[key])
        raise RehearsalError(f"ParameterOverrides: {name}: {artifact} has no file {file}")
    raise RehearsalError(f"ParameterOverrides: {name} is neither a text nor Fn::GetParam")


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise RehearsalError(f"{where} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise RehearsalError(f"{where} is no JSON object")
    return content


def _check(text: str, parameters: Mapping[str, str]) -> None:
    """Hold the parameters against the template, which the emulator does not."""
    declared = _json(text, "TemplatePath").get("Parameters", {})
    if unknown := sorted(set(parameters) - set(declared)):
        raise RehearsalError(f"the template has no parameters {', '.join(unknown)}")
    missing = [k for k, v in declared.items() if k not in parameters and "Default" not in v]
    if missing:
        raise RehearsalError(f"nothing gives the template's parameters {', '.join(missing)}")


def _capabilities(action: Action) -> list[str]:
    return action.configuration.get("Capabilities", "").split(",")
