"""What goes into the artifact bucket before a deployment: bundles, and long templates."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy.errors import AccountError, BundleError
from pactwright.deploy.manifest import Bundle


def location(made: Bundle, bucket: str) -> dict[str, str]:
    """What a template has to know of a bundle: parameters by name."""
    return {
        "BundleBucket": bucket,
        "BundleKey": bundle_key(made.service, made.digest),
        "Runtime": made.runtime,
        "Architecture": made.architecture,
    }


def bundle_key(service: str, digest: str) -> str:
    """Where a bundle is in the artifact bucket."""
    return f"bundles/{service}/{digest}.zip"


def digest_in(key: str) -> str:
    """The digest of the bundle with a key that `bundle_key` made."""
    return key.rpartition("/")[2].removesuffix(".zip")


def place(made: Bundle, bucket: str, s3: Any) -> None:
    """Put a bundle into the artifact bucket, if it isn't there.

    Raises:
        AccountError: it can't be put there.
        BundleError: the file is not what was built any more.
    """
    key = bundle_key(made.service, made.digest)
    with _storing(bucket):
        if s3.list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount"):
            return
        content = made.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != made.digest:
            raise BundleError(f"{made.path} was changed while it was being deployed")
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def upload_template(s3: Any, bucket: str, template: str) -> str:
    """Put a template into the artifact bucket; returns its URL.

    Raises:
        AccountError: it can't be put there.
    """
    key = f"templates/{hashlib.sha256(template.encode()).hexdigest()}.json"
    with _storing(bucket):
        s3.put_object(Bucket=bucket, Key=key, Body=template.encode())
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


@contextlib.contextmanager
def _storing(bucket: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise AccountError(f"nothing can be put into the bucket {bucket}: {error}") from error
