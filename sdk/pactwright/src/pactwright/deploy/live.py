"""What a function answers with: the versions that its alias leads to, and their bundle.

A stack tells which bundle it was given last. Whoever points the alias at another version, as one
does in an emergency, changes what runs and not what the stack tells.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy.errors import AccountError

ALIAS: Final = "live"
"""The alias of a function that its API calls."""


def live_versions(function: str, client: Any) -> dict[str, float]:
    """The versions that a function's alias leads to, with the share of each; a canary has two.

    Args:
        function: its name.
        client: of Lambda.

    Raises:
        AccountError: the alias can't be asked for.
    """
    try:
        alias = client.get_alias(FunctionName=function, Name=ALIAS)
    except client.exceptions.ResourceNotFoundException:
        return {}
    except (ClientError, BotoCoreError) as error:
        raise AccountError(f"the alias {ALIAS} of {function} can't be read: {error}") from error
    others = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {alias["FunctionVersion"]: 1 - sum(others.values()), **others}


def live_digest(function: str, client: Any) -> str:
    """The digest of the bundle that the alias leads to, of a canary the one before; "" if none.

    It is Lambda's own word: CodeSha256 of the version ("FunctionConfiguration", Lambda API
    Reference), the same SHA-256 that names a bundle.

    Args:
        function: its name.
        client: of Lambda.

    Raises:
        AccountError: it can't be asked for.
    """
    try:
        about = client.get_function_configuration(FunctionName=function, Qualifier=ALIAS)
    except client.exceptions.ResourceNotFoundException:
        return ""
    except (ClientError, BotoCoreError) as error:
        raise AccountError(f"the code of {function} can't be asked for: {error}") from error
    return base64.b64decode(about["CodeSha256"]).hex()
