"""Asks counter."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Mapping
from typing import Any


def handler(event: Mapping[str, Any], _: object) -> dict[str, Any]:
    """Answer a request with what counter answers."""
    print(json.dumps({"path": event["path"]}))  # noqa: T201
    if event["httpMethod"] != "GET":
        return {"statusCode": 405, "headers": {"Allow": "GET"}, "body": ""}
    with urllib.request.urlopen(os.environ["COUNTER_URL"] + "/counter") as answer:  # noqa: S310
        counted = json.load(answer)
    body = {"counter": counted, "url": os.environ["PUBLIC_URL"]}
    return {"statusCode": 200, "body": json.dumps(body)}
