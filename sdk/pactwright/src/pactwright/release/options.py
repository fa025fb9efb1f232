"""The options of the commands that record releases and ask the gate; imports nothing slow."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PLATFORM: Final = "lambda-arm64"


def add_verify(parser: ArgumentParser) -> None:
    """Add what `pactwright verify` can verify beside the sources, and where it is recorded."""
    parser.add_argument(
        "--bundle",
        type=_given_bundle,
        action="append",
        default=[],
        metavar="PROVIDER=FILE|DIGEST",
        help="run that one, such as one that is still deployed, instead of building it",
    )
    parser.add_argument(
        "--pact",
        action="append",
        default=[],
        metavar="FILE|DIGEST",
        help="hold its provider to that one only, such as one of a consumer still deployed",
    )
    parser.add_argument(
        "--deployed",
        action="append",
        default=[],
        metavar="ENV",
        help="also for the pacts of the consumers that are deployed, or in use, there",
    )
    _add_records(parser)


def add_can_deploy(parser: ArgumentParser) -> None:
    """Add the options of `pactwright can-deploy`."""
    parser.add_argument("service", type=_name)
    parser.add_argument("--to", type=_name, required=True, metavar="ENV")
    parser.add_argument(
        "--digest", type=_digest, help="of the bundle; by default, of the one that was built here"
    )
    parser.add_argument(
        "--platform", type=_name, default=_PLATFORM, help="of the bundle, or host (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document as the output")
    _add_records(parser)


def add_deploy(parser: ArgumentParser) -> None:
    """Add whether `pactwright deploy` asks the gate, and where it records what runs."""
    parser.add_argument(
        "--gate", action="store_true", help="ask can-deploy first, and stop where it says no"
    )
    _add_records(parser)


def add_record_deployment(parser: ArgumentParser) -> None:
    """Add the options of `pactwright record-deployment`."""
    parser.add_argument("service", type=_name)
    parser.add_argument("--env", type=_name, required=True, metavar="ENV")
    told = parser.add_mutually_exclusive_group()
    told.add_argument("--digest", type=_digest, help="this runs there: do not ask its stack")
    told.add_argument("--removed", action="store_true", help="its stack was removed")
    parser.add_argument(
        "--platform", type=_name, default=_PLATFORM, help="of the digest (%(default)s)"
    )
    _add_records(parser)


def add_record_release(parser: ArgumentParser) -> None:
    """Add the options of `pactwright record-release`."""
    parser.add_argument("consumer", type=_name)
    parser.add_argument("--version", type=_name, required=True, help="as its users know it")
    parser.add_argument("--env", type=_name, required=True, metavar="ENV")
    parser.add_argument("--ended", action="store_true", help="it is not in use any more")
    _add_records(parser)


def _add_records(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--records",
        metavar="WHERE",
        help="a folder or s3://BUCKET/PREFIX ($PACTWRIGHT_RECORDS, else build/records)",
    )


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is no name, which has letters, digits, '.', '_', '-'")
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is no digest, which has 64 of 0-9 and a-f")
    return text


def _given_bundle(text: str) -> tuple[str, str]:
    provider, _, given = text.partition("=")
    if not (provider and given):
        raise ArgumentTypeError(f"{text!r} is neither PROVIDER=FILE nor PROVIDER=DIGEST")
    return provider, given
