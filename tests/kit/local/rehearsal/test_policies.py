"""Policies allow and deny as IAM's documentation says."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.policies import Need, Role

ARN = "arn:aws:iam::123456789012:role/r"


def role(*statements: dict[str, Any], **more: Any) -> Role:
    trust = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}}
    properties = {
        "AssumeRolePolicyDocument": {"Statement": [trust]},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}],
        **more,
    }
    return Role.read("Role", ARN, properties)


def allow(action: Any, resource: Any, **condition: Any) -> dict[str, Any]:
    made = {"Effect": "Allow", "Action": action, "Resource": resource}
    return made | ({"Condition": condition} if condition else {})


BUCKET = "arn:aws:s3:::b"


@pytest.mark.parametrize(
    ("statement", "need", "allowed"),
    [
        (allow("s3:GetObject", f"{BUCKET}/*"), Need("s3:GetObject", f"{BUCKET}/a/b"), True),
        (allow("s3:getobject", f"{BUCKET}/*"), Need("s3:GetObject", f"{BUCKET}/a"), True),
        (allow("s3:GetObject", f"{BUCKET}/*"), Need("s3:GetObject", f"{BUCKET}c/a"), False),
        (allow("s3:GetObject", f"{BUCKET}/*"), Need("s3:GetObjectAcl", f"{BUCKET}/a"), False),
        (allow(["s3:Put*", "s3:Get*"], ["x", f"{BUCKET}/?"]), Need("s3:GetA", f"{BUCKET}/a"), True),
        (allow("s3:Get*", f"{BUCKET}/?"), Need("s3:GetObject", f"{BUCKET}/ab"), False),
        (allow("s3:GetObject", f"{BUCKET}/*"), Need("s3:GetObject"), True),
        (allow("s3:GetObject", f"{BUCKET}/*"), Need("s3:PutObject"), False),
    ],
)
def test_actions_and_resources(statement: Any, need: Need, *, allowed: bool) -> None:
    """Patterns, letter case of actions only, and resources that can't be known."""
    assert role(statement).allows(need) is allowed


@pytest.mark.parametrize(
    ("condition", "context", "allowed"),
    [
        ({"StringEquals": {"k": "v"}}, {"k": ["v"]}, True),
        ({"StringEquals": {"k": ["u", "v"]}}, {"k": ["v"]}, True),
        ({"StringEquals": {"k": "v"}}, {"k": ["w"]}, False),
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringEqualsIfExists": {"k": "v"}}, {}, True),
        ({"StringEqualsIfExists": {"k": "v"}}, {"k": ["w"]}, False),
        ({"StringNotEquals": {"k": "v"}}, {"k": ["w"]}, True),
        ({"StringLike": {"k": "records/*"}}, {"k": ["records/a"]}, True),
        ({"StringNotLike": {"k": "records/*"}}, {"k": ["records/a"]}, False),
        ({"ForAllValues:StringLike": {"k": "C#*"}}, {"k": ["C#1", "C#2"]}, True),
        ({"ForAllValues:StringLike": {"k": "C#*"}}, {"k": ["C#1", "U#2"]}, False),
        ({"ForAllValues:StringLike": {"k": "C#*"}}, {}, True),
        ({"ForAnyValue:StringLike": {"k": "C#*"}}, {"k": ["C#1", "U#2"]}, True),
        ({"ForAnyValue:StringLike": {"k": "C#*"}}, {}, False),
        ({"Null": {"k": "false"}}, {}, False),
        ({"Null": {"k": "false"}}, {"k": ["v"]}, True),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Bool": {"k": "true"}}, {"k": ["false"]}, False),
        ({"ArnEquals": {"k": "arn:*:role/a"}}, {"k": ["arn:aws:role/a"]}, True),
    ],
)
def test_conditions(condition: Any, context: Any, *, allowed: bool) -> None:
    """Operators, quantifiers, and keys that a request hasn't."""
    made = role(allow("s3:GetObject", "*", **condition))

    assert made.allows(Need("s3:GetObject", f"{BUCKET}/a", context)) is allowed


def test_a_denial_outdoes_what_is_allowed() -> None:
    """Whatever else allows it."""
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": f"{BUCKET}/secret/*"}
    made = role(allow("s3:GetObject", "*"), deny)

    assert made.allows(Need("s3:GetObject", f"{BUCKET}/a"))
    assert not made.allows(Need("s3:GetObject", f"{BUCKET}/secret/a"))


def test_what_is_not_known_is_refused() -> None:
    """An operator or a managed policy could mean anything."""
    with pytest.raises(RehearsalError, match="NumericLessThan isn't known"):
        role(allow("a:B", "*", NumericLessThan={"k": "1"})).allows(Need("a:B"))
    with pytest.raises(RehearsalError, match="managed policies"):
        role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"])


def test_a_role_says_who_may_take_it_on() -> None:
    """The services that its trust names."""
    assert role().trusted == {"codebuild.amazonaws.com"}
