"""CloudFormation stacks: created and updated by change set, with an account of what failed."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy.errors import StackError

Progress = Callable[[str], object]

_INLINE_LIMIT: Final = 51_200
"""Bytes of a template that CloudFormation takes in a request; more must come from S3."""

_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_NO_CHANGE: Final = ("didn't contain changes", "No updates are to be performed")
_NEVER_CREATED: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
_FOLLOWS_FROM_ANOTHER: Final = ("Resource creation cancelled", "Resource update cancelled")


@dataclass(frozen=True)
class Stacks:
    """The stacks of an account and region.

    Attributes:
        cloudformation: a boto3 client.
        upload: takes a template too long for a request, returns the URL of its copy in S3; None
            if there is no bucket yet.
        progress: called with a line for each step and each resource that is done or has failed.
        sleep: waits a number of seconds between two looks at CloudFormation.
        interval: that number.
        patience: after how many seconds a change counts as failed.
    """

    cloudformation: Any
    upload: Callable[[str], str] | None = None
    progress: Progress = lambda _: None
    sleep: Callable[[float], object] = time.sleep
    interval: float = 2.0
    patience: float = 1800.0

    def deploy(self, name: str, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Create a stack, or bring it up to date; returns its outputs.

        A stack whose creation failed before is removed first, for CloudFormation can't mend it.

        Raises:
            StackError: CloudFormation refused the change, or rolled it back.
        """
        try:
            status = self._status(name)
            if status in _NEVER_CREATED:
                self.progress(f"{name}: removing what is left of a failed creation")
                self._delete(name)
                status = None
            kind = "CREATE" if status in (None, "REVIEW_IN_PROGRESS") else "UPDATE"
            change = self._change_set(name, template, parameters, kind)
            if change is None:
                self.progress(f"{name}: no change")
            else:
                self._execute(name, change)
            return self.outputs(name)
        except (ClientError, BotoCoreError) as error:
            raise StackError(name, str(error)) from error

    def outputs(self, name: str) -> dict[str, str]:
        """What a stack tells about itself."""
        stack = self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}

    def _status(self, name: str) -> str | None:
        try:
            stacks = self.cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):  # the code is ValidationError, as for much else
                return None
            raise
        return str(stacks[0]["StackStatus"])

    def _delete(self, name: str) -> None:
        self.cloudformation.delete_stack(StackName=name)
        for _ in self._looks(name):
            if self._status(name) in (None, "DELETE_COMPLETE"):
                return

    def _change_set(
        self, name: str, template: str, parameters: Mapping[str, str], kind: str
    ) -> str | None:
        """The id of a change set ready to be executed; None if nothing would change."""
        created = self.cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=f"pactwright-{uuid.uuid4().hex}",
            ChangeSetType=kind,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Capabilities=_CAPABILITIES,
            **self._source(name, template),
        )
        change = str(created["Id"])
        for _ in self._looks(name):
            described = self.cloudformation.describe_change_set(ChangeSetName=change)
            if described["Status"] == "CREATE_COMPLETE":
                return change
            if described["Status"] == "FAILED":
                reason = described.get("StatusReason", "no reason given")
                self.cloudformation.delete_change_set(ChangeSetName=change)
                if any(text in reason for text in _NO_CHANGE):
                    return None
                raise StackError(name, f"the change set was refused: {reason}")
        raise StackError(name, "the change set was never finished")

    def _source(self, name: str, template: str) -> dict[str, str]:
        if len(template.encode()) <= _INLINE_LIMIT:
            return {"TemplateBody": template}
        if self.upload is None:
            raise StackError(name, f"the template is longer than {_INLINE_LIMIT} bytes")
        return {"TemplateURL": self.upload(template)}

    def _execute(self, name: str, change: str) -> None:
        seen = {event["EventId"] for event in self._events(name)}
        self.cloudformation.execute_change_set(ChangeSetName=change)
        failures: list[tuple[str, str, str]] = []
        for _ in self._looks(name):
            status = self._status(name) or "DELETE_COMPLETE"
            news = [event for event in self._events(name) if event["EventId"] not in seen]
            seen.update(event["EventId"] for event in news)
            failures += [found for event in news if (found := self._heard(name, event))]
            if not status.endswith("_IN_PROGRESS"):
                if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
                    raise StackError(name, f"failed and is now {status}", failures)
                return

    def _heard(self, name: str, event: Mapping[str, Any]) -> tuple[str, str, str] | None:
        status, resource = event["ResourceStatus"], event["LogicalResourceId"]
        reason = event.get("ResourceStatusReason", "")
        if resource != name and status.endswith(("_COMPLETE", "_FAILED")):
            self.progress(f"{name}: {resource} {status}")
        if not status.endswith("_FAILED") or reason.startswith(_FOLLOWS_FROM_ANOTHER):
            return None
        return resource, event.get("ResourceType", ""), reason or "no reason given"

    def _events(self, name: str) -> list[dict[str, Any]]:
        """Every event of a stack, the oldest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def _looks(self, name: str) -> Iterator[None]:
        for number in range(int(self.patience / self.interval) + 1):
            if number:
                self.sleep(self.interval)
            yield
        raise StackError(name, f"still not done after {self.patience:.0f} s")
