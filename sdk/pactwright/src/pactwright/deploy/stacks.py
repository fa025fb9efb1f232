"""CloudFormation stacks: created and updated by change set, with an account of what failed."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy.changes import ChangeSet, read
from pactwright.deploy.errors import Busy, Declined, StackError
from pactwright.deploy.watching import ENDS, Progress, Watch, looks

__all__ = ["Progress", "Stacks"]

INLINE_LIMIT: Final = 51_200
"""Bytes of a template that CloudFormation takes in a request; more must come from S3."""

_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_NO_CHANGE: Final = ("didn't contain changes", "No updates are to be performed")
_NEVER_CREATED: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
_STUCK: Final = frozenset({"UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED", "DELETE_FAILED"})
_REVIEW: Final = "REVIEW_IN_PROGRESS"  # made for a change set that was never executed
_DOWN: Final = frozenset({_REVIEW, "CREATE_IN_PROGRESS", "DELETE_COMPLETE", "DELETE_IN_PROGRESS"})


@dataclass(frozen=True)
class Stacks:
    """The stacks of an account and region.

    Attributes:
        cloudformation: a boto3 client.
        upload: takes a template too long for a request, returns the URL of its copy in S3; None
            if there is no bucket yet.
        progress: called with a line for each step and each resource that is done or has failed.
        approve: asked before a change is made; False leaves all as it is. It may raise, too.
        tags: that each stack gets.
        sleep: waits a number of seconds between two looks at CloudFormation.
        interval: that number.
        patience: after how many seconds a change counts as failed.
    """

    cloudformation: Any
    upload: Callable[[str], str] | None = None
    progress: Progress = lambda _: None
    approve: Callable[[ChangeSet], bool] = lambda _: True
    tags: Mapping[str, str] = field(default_factory=dict)
    sleep: Callable[[float], object] = time.sleep
    interval: float = 2.0
    patience: float = 1800.0

    def deploy(self, name: str, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
        """Create a stack, or bring it up to date; returns its outputs.

        A stack whose creation failed before is removed first, for CloudFormation can't mend it.

        Raises:
            Busy: another deployment is at work on it.
            Declined: the change was not approved; whatever `approve` raises comes through as well.
            StackError: CloudFormation refused the change, or rolled it back.
        """
        with _told(name):
            status = self._ready(name)
            kind = "CREATE" if status in (None, _REVIEW) else "UPDATE"
            change = self._change_set(name, template, parameters, kind)
            if change is None:
                self.progress(f"{name}: no change")
            else:
                self._settle(name, change, is_new=kind == "CREATE", leftover=status is None)
            return outputs_of(self._described(name) or {})

    def outputs(self, name: str) -> dict[str, str] | None:
        """What a stack tells about itself; None if it is not there, or was never finished.

        Raises:
            StackError: CloudFormation can't be asked.
        """
        described = self.describe(name)
        if described is None or described["StackStatus"] in _DOWN | _NEVER_CREATED:
            return None
        return outputs_of(described)

    def describe(self, name: str) -> dict[str, Any] | None:
        """What DescribeStacks says of a stack; None if it is not there.

        Raises:
            StackError: CloudFormation can't be asked.
        """
        with _told(name):
            return self._described(name)

    def _status(self, name: str) -> str | None:
        described = self._described(name)
        return str(described["StackStatus"]) if described else None

    def _described(self, name: str) -> dict[str, Any] | None:
        try:
            described = self.cloudformation.describe_stacks(StackName=name)
        except ClientError as error:
            if "does not exist" in str(error):  # the code is ValidationError, as for much else
                return None
            raise
        found: dict[str, Any] = described["Stacks"][0]
        return found

    def _ready(self, name: str) -> str | None:
        """The status of a stack that can be deployed to."""
        status = self._status(name)
        self._refuse_busy(name, status)
        if status in _STUCK:
            state, advice = ENDS[status]
            summary = f"{state} ({status}), since before this deployment: nothing was changed"
            raise StackError(name, summary, status=status, advice=advice.format(stack=name))
        if status in _NEVER_CREATED:
            self.progress(f"{name}: removing what is left of a failed creation")
            self._delete(name)
            return None
        return status

    def _refuse_busy(self, name: str, status: str | None) -> None:
        if status is not None and status.endswith("_IN_PROGRESS") and status != _REVIEW:
            summary = f"another deployment is at work on it ({status}); nothing was changed"
            advice = "wait until it is done, see what it did, and deploy again"
            raise Busy(name, summary, status=status, advice=advice)

    def _delete(self, name: str) -> None:
        self.cloudformation.delete_stack(StackName=name)
        for _ in self._looks(name):
            status = self._status(name)
            if status in (None, "DELETE_COMPLETE"):
                return
            if status == "DELETE_FAILED":
                state, advice = ENDS[status]
                advice = advice.format(stack=name)
                raise StackError(name, f"{state} ({status})", status=status, advice=advice)

    def _change_set(
        self, name: str, template: str, parameters: Mapping[str, str], kind: str
    ) -> str | None:
        """The id of a change set ready to be executed; None if nothing would change."""
        change = self._create(name, template, parameters, kind)
        for _ in self._looks(name):
            described = self.cloudformation.describe_change_set(ChangeSetName=change)
            if described["Status"] == "CREATE_COMPLETE":
                return change
            if described["Status"] == "FAILED":
                reason = described.get("StatusReason", "no reason given")
                self._discard(name, change, leftover=kind == "CREATE")
                if is_no_change(reason):
                    return None
                raise StackError(name, f"the change set was refused, nothing was changed: {reason}")
        raise StackError(name, "the change set was never finished")

    def _create(self, name: str, template: str, parameters: Mapping[str, str], kind: str) -> str:
        pairs = parameters.items()
        try:
            created = self.cloudformation.create_change_set(
                StackName=name,
                ChangeSetName=f"pactwright-{uuid.uuid4().hex}",
                ChangeSetType=kind,
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in pairs],
                Tags=[{"Key": key, "Value": value} for key, value in self.tags.items()],
                Capabilities=_CAPABILITIES,
                **self._source(name, template),
            )
        except ClientError:
            self._refuse_busy(name, self._status(name))  # since we looked, it may have become so
            raise
        return str(created["Id"])

    def _source(self, name: str, template: str) -> dict[str, str]:
        if len(template.encode()) <= INLINE_LIMIT:
            return {"TemplateBody": template}
        if self.upload is None:
            raise StackError(name, f"the template is longer than {INLINE_LIMIT} bytes")
        return {"TemplateURL": self.upload(template)}

    def _settle(self, name: str, change: str, *, is_new: bool, leftover: bool) -> None:
        """Have a change approved, and make it; or leave nothing behind."""
        watch = Watch(self.cloudformation, name, self.progress)
        try:
            self._ask(name, change, is_new=is_new)
            watch.begin()
        except BaseException:  # an interruption, too
            self._discard(name, change, leftover=leftover)
            raise
        self._execute(name, change, watch)

    def _ask(self, name: str, change: str, *, is_new: bool) -> None:
        pages = self.cloudformation.get_paginator("describe_change_set").paginate(
            ChangeSetName=change, IncludePropertyValues=True
        )
        described = self._described(name) or {}
        drift = described.get("DriftInformation", {}).get("StackDriftStatus")
        change_set = ChangeSet(name, read(pages), is_new=is_new, drifted=drift == "DRIFTED")
        if not self.approve(change_set):
            raise Declined(name, "not deployed, and nothing of it was changed")

    def _discard(self, name: str, change: str, *, leftover: bool) -> None:
        """Remove a change set that is not to be; with it the empty stack that was made for it."""
        self.cloudformation.delete_change_set(ChangeSetName=change)
        if leftover and self._status(name) == _REVIEW:
            self.cloudformation.delete_stack(StackName=name)

    def _execute(self, name: str, change: str, watch: Watch) -> None:
        try:
            self.cloudformation.execute_change_set(ChangeSetName=change)
        except ClientError as error:
            self._refuse_busy(name, self._status(name))
            summary = f"the change can't be made any more, nothing was changed: {error}"
            advice = "another deployment may have come first: deploy again"
            raise StackError(name, summary, advice=advice) from error
        for _ in self._looks(name):
            status = watch.look()
            if status is not None and not status.endswith("_IN_PROGRESS"):
                watch.judge(status)
                return

    def _looks(self, name: str) -> Iterator[None]:
        return looks(name, self.sleep, self.interval, self.patience, self.progress)


def is_no_change(reason: str) -> bool:
    """Whether a change set failed, by its StatusReason, because there is nothing to change."""
    return any(text in reason for text in _NO_CHANGE)


def outputs_of(described: Mapping[str, Any]) -> dict[str, str]:
    """The outputs in what DescribeStacks says of a stack."""
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """Make what AWS or its SDK says against us a StackError."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StackError(name, str(error)) from error
