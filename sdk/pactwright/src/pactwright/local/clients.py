"""AWS clients for addresses on this machine, deaf to the developer's own AWS settings."""

from __future__ import annotations

import os
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials

_UNSET: Final = (None, None, None, None)
_NO_FILE: Final = (None, None, os.devnull, None)
_SETTINGS: Final = {"profile": _UNSET, "config_file": _NO_FILE, "credentials_file": _NO_FILE}


def client(service: str, url: str, region: str, credentials: Credentials) -> Any:
    """A boto3 client.

    Args:
        service: AWS's short name of the service: `dynamodb`.
        url: where it is.
        region: that requests are signed for.
        credentials: that they are signed with.
    """
    frozen = credentials.get_frozen_credentials()
    session: Any = boto3.Session(
        frozen.access_key,
        frozen.secret_key,
        frozen.token,
        region_name=region,
        botocore_session=botocore.session.Session(_SETTINGS),
    )
    config = Config(
        s3={"addressing_style": "path"}, connect_timeout=5, retries={"total_max_attempts": 2}
    )
    return session.client(service, endpoint_url=url, config=config)
