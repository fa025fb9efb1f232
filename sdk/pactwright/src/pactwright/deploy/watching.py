"""A stack while CloudFormation is at work on it: what is done, what fails first, how it ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from pactwright.deploy.errors import Failure, StackError

Progress = Callable[[str], object]

_SUCCESS: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
_FOLLOWS_FROM_ANOTHER: Final = (
    "Resource creation cancelled",
    "Resource update cancelled",
    "Resource deletion cancelled",
)
_LATER: Final = frozenset(
    {
        "InternalFailure",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)  # codes of answers that say nothing about the stack
_TELL_EVERY: Final = 60.0
_CANARY: Final = "AWS::Lambda::Alias"

ENDS: Final[Mapping[str, tuple[str, str]]] = {
    "CREATE_FAILED": (
        "it could not be made, and what was made of it is still there",
        "mend the cause and deploy again; what is left is removed first",
    ),
    "ROLLBACK_COMPLETE": (
        "it could not be made; nothing of it is there but its name",
        "mend the cause and deploy again; what is left is removed first",
    ),
    "ROLLBACK_FAILED": (
        "it could not be made, and not all of it could be removed",
        "mend the cause and deploy again; what is left is removed first",
    ),
    "UPDATE_ROLLBACK_COMPLETE": (
        "the change was rolled back; all is as it was before, and serves",
        "mend the cause and deploy again",
    ),
    "UPDATE_FAILED": (
        "the change stopped half-way, and was not rolled back",
        "`aws cloudformation rollback-stack --stack-name {stack}`, then mend the cause and deploy",
    ),
    "UPDATE_ROLLBACK_FAILED": (
        "neither the change nor its rollback could be finished: it is partly new, partly old",
        (
            "mend what kept it from rolling back, run `aws cloudformation continue-update-rollback "
            "--stack-name {stack}`, and deploy again once it is UPDATE_ROLLBACK_COMPLETE"
        ),
    ),
    "DELETE_FAILED": (
        "it was to be deleted, and could not be",
        (
            "see in its events what could not be deleted, mend that, and run `aws cloudformation "
            "delete-stack --stack-name {stack}`"
        ),
    ),
}
"""By status: what state a stack is in that did not end well, and what to do."""


@dataclass
class Watch:
    """Follows a stack from now on.

    Attributes:
        cloudformation: a boto3 client.
        stack: the stack's name.
        progress: called with a line for each resource that is done or has failed.
        failures: what failed so far, in the order in which it did.
    """

    cloudformation: Any
    stack: str
    progress: Progress
    failures: list[Failure] = field(default_factory=list)
    _newest: str = ""
    _begun: bool = False
    _rolling_back: bool = False
    _whole: list[Failure] = field(default_factory=list)

    def begin(self) -> None:
        """Leave out what happened before."""
        self._news()

    def look(self) -> str | None:
        """Tell what is new; returns the stack's status.

        None if it can't be asked just now, or if nothing has happened to the stack yet, for what
        has only been asked of CloudFormation leaves the status of before for a moment.
        """
        try:
            stacks = self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"]
            for event in self._news():
                self._hear(event)
        except (ClientError, BotoCoreError) as error:
            if is_passing(error):
                return None
            raise
        return str(stacks[0]["StackStatus"]) if self._begun else None

    def judge(self, status: str) -> None:
        """Say how it ended.

        Raises:
            StackError: not well.
        """
        if status in _SUCCESS:
            return
        failures = self.failures or self._whole
        state, advice = ENDS.get(status, ("it failed", "see its events in CloudFormation"))
        if any(each.kind == _CANARY for each in failures):
            advice = f"look at the alarms that end a canary, and at the logs, then {advice}"
        summary = f"{state} ({status})"
        advice = advice.format(stack=self.stack)
        raise StackError(self.stack, summary, failures, status=status, advice=advice)

    def _news(self) -> list[dict[str, Any]]:
        """The events since the last look, the oldest first."""
        pages = self.cloudformation.get_paginator("describe_stack_events")
        events = (
            event
            for page in pages.paginate(StackName=self.stack)
            for event in page["StackEvents"]  # the newest first
        )
        if not self._newest:  # at the beginning; all that was before is nobody's news
            first = next(iter(events), None)
            self._newest = first["EventId"] if first else "none"
            return []
        news = list(itertools.takewhile(lambda event: event["EventId"] != self._newest, events))
        if news:
            self._newest = news[0]["EventId"]
        return news[::-1]

    def _hear(self, event: Mapping[str, Any]) -> None:
        status, resource = str(event["ResourceStatus"]), str(event["LogicalResourceId"])
        reason = event.get("ResourceStatusReason", "")
        failure = Failure(
            resource, event.get("ResourceType", ""), reason or "no reason given", self._rolling_back
        )
        if resource == self.stack:
            self._begun = True
            self._rolling_back |= "ROLLBACK" in status
            if reason and ("ROLLBACK" in status or status.endswith("_FAILED")):
                self._whole.append(failure)
        elif status.endswith("_FAILED"):
            self.progress(f"{self.stack}: {resource} {status}: {failure.reason}")
            if not reason.startswith(_FOLLOWS_FROM_ANOTHER):
                self.failures.append(failure)
        elif status.endswith("_COMPLETE"):
            self.progress(f"{self.stack}: {resource} {status}")


def is_passing(error: Exception) -> bool:
    """Whether an error says nothing but that AWS should be asked again later."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "") in _LATER
    return isinstance(error, Unreachable | HTTPClientError)


def looks(
    stack: str,
    sleep: Callable[[float], object],
    interval: float,
    patience: float,
    progress: Progress = lambda _: None,
) -> Iterator[None]:
    """Moments to look at a stack: the first at once, the others after pauses that grow.

    Args:
        stack: its name.
        sleep: waits a number of seconds.
        interval: the longest pause.
        patience: after how many seconds nothing is expected any more.
        progress: called with a line each minute.

    Raises:
        StackError: the time is up.
    """
    waited, told, pause = 0.0, 0.0, interval / 16
    while waited <= patience:
        yield
        sleep(pause)
        waited += pause
        pause = min(interval, pause * 2)
        if waited - told >= _TELL_EVERY:
            told = waited
            progress(f"{stack}: still at it after {waited:.0f} s")
    advice = "CloudFormation goes on by itself: see its events, and deploy again once it is done"
    raise StackError(stack, f"still not done after {patience:.0f} s", advice=advice)
