"""Records as objects of an S3 bucket, which is strongly consistent: what is written is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pactwright.release.errors import RecordError, StoreError
from pactwright.release.stores import S3

_TAKEN: Final = "PreconditionFailed"
_RACE: Final = "ConditionalRequestConflict"
"""Another write of the same name is under way (S3 User Guide, "Conditional requests")."""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Bucket:
    """Records below a prefix of a bucket.

    Attributes:
        s3: a boto3 client.
        name: the bucket's.
        prefix: what every key begins with; "" or with a slash at the end.
        page: how many keys are asked for at a time.
    """

    s3: Any
    name: str
    prefix: str = ""
    page: int = 1000

    @classmethod
    def at(cls, url: str) -> Bucket:
        """The store at `s3://BUCKET/PREFIX`, with the credentials and region of boto3's own chain.

        Raises:
            StoreError: the URL names no bucket, or there are no settings for AWS.
        """
        name, _, prefix = url.removeprefix(S3).partition("/")
        if not name:
            raise StoreError(f"{url} names no bucket: s3://BUCKET/PREFIX does")
        config = Config(connect_timeout=10, read_timeout=30, retries={"mode": "standard"})
        try:
            client: Any = boto3.client("s3", config=config)
        except BotoCoreError as error:
            raise StoreError(f"{url} can't be reached: {error}") from error
        return cls(client, name, f"{prefix.strip('/')}/" if prefix.strip("/") else "")

    def __str__(self) -> str:
        return f"{S3}{self.name}/{self.prefix}".rstrip("/")

    def add(self, name: str, content: bytes) -> None:
        """Write an object, unless its key is taken.

        Raises:
            RecordError: another content has that key.
            StoreError: it can't be written.
        """
        with self._told(f"write {name} to"):
            for _ in range(_TRIES):
                try:
                    self.s3.put_object(
                        Bucket=self.name, Key=self.prefix + name, Body=content, IfNoneMatch="*"
                    )
                except ClientError as error:
                    code = error.response["Error"]["Code"]
                    if code == _TAKEN:
                        self._check_same(name, content)
                    elif code == _RACE:
                        continue
                    else:
                        raise
                return
        raise StoreError(f"can't write {name} to {self}: others write it at the same time")

    def names(self, folder: str) -> Sequence[str]:
        """The names of all objects below a folder.

        Raises:
            StoreError: they can't be listed.
        """
        with self._told(f"list {folder} of"):
            pages = self.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.name,
                Prefix=f"{self.prefix}{folder}/",
                PaginationConfig={"PageSize": self.page},
            )
            keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return sorted(str(key).removeprefix(self.prefix) for key in keys)

    def read(self, name: str) -> bytes:
        """An object's content.

        Raises:
            StoreError: it can't be read.
        """
        with self._told(f"read {name} of"):
            found = self.s3.get_object(Bucket=self.name, Key=self.prefix + name)
            content: bytes = found["Body"].read()
        return content

    def _check_same(self, name: str, content: bytes) -> None:
        if self.read(name) != content:
            raise RecordError(f"{self}/{name} is there already, and says something else")

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise StoreError(f"can't {what} {self}: {error}") from error
