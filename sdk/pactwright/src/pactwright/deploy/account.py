"""The AWS account that is deployed to, reached as the AWS SDK's own settings say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy.environments import Environment
from pactwright.deploy.errors import AccountError

Clients = Callable[[str], Any]
"""Takes the name of an AWS service, returns a boto3 client of it."""


def clients(environment: Environment) -> Clients:
    """Clients by boto3's own chain of credentials and settings, `AWS_ENDPOINT_URL` among them.

    Raises:
        AccountError: no region is known, or a profile is not.
    """
    try:
        session: Any = boto3.Session(region_name=environment.region)
    except BotoCoreError as error:
        raise AccountError(f"AWS can't be reached: {error}") from error
    if session.region_name is None:
        raise AccountError(
            f"no region is known: set `region` in [tool.pactwright.environments."
            f"{environment.name}], or AWS_DEFAULT_REGION, or one for the profile"
        )
    config = Config(retries={"mode": "standard", "total_max_attempts": 8})

    @functools.cache
    def client(service: str) -> Any:
        return session.client(service, config=config)

    return client


def identify(environment: Environment, client: Clients) -> str:
    """Who we are, for people: the account, the region and the identity's ARN.

    Raises:
        AccountError: AWS can't be reached, or it is another account than the environment's.
    """
    try:
        sts = client("sts")
        identity = sts.get_caller_identity()
    except (ClientError, BotoCoreError) as error:
        raise AccountError(f"AWS can't be reached: {error}") from error
    account = identity["Account"]
    if environment.account not in (None, account):
        raise AccountError(
            f"{environment.name} is in the account {environment.account}, but the credentials in "
            f"use are those of {identity['Arn']}: sign in there, or choose another AWS_PROFILE"
        )
    return f"account {account}, {sts.meta.region_name}, as {identity['Arn']}"
