"""The options of the commands that deploy; imports nothing that takes time."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError


def add_environment(parser: ArgumentParser) -> None:
    """Add what every command on an environment takes."""
    parser.add_argument(
        "--env", required=True, metavar="ENV", help="one of [tool.pactwright.environments]"
    )


def add_parameters(parser: ArgumentParser) -> None:
    """Add the options of `pactwright parameters`."""
    parser.add_argument("service")
    _add_values(parser)
    parser.add_argument(
        "--upload", action="store_true", help="put the bundle into the environment's bucket, too"
    )


def add_deploy(parser: ArgumentParser) -> None:
    """Add the options of `pactwright deploy`."""
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="or platform")
    parser.add_argument("--all", action="store_true", help="the platform and every service")
    _add_values(parser)
    parser.add_argument("--runtime", help="such as python3.13; the environment's by default")
    parser.add_argument(
        "--built", action="store_true", help="what `pactwright bundle` made, as it is"
    )
    parser.add_argument("--yes", action="store_true", help="make each change without asking")
    parser.add_argument("--dry-run", action="store_true", help="show each change, make none")
    parser.add_argument(
        "--allow-data-loss",
        action="append",
        metavar="SERVICE.RESOURCE",
        help="a resource that may be replaced or removed with its data",
    )
    parser.add_argument(
        "--timeout",
        type=_minutes,
        default=180.0,
        metavar="MINUTES",
        help="how long each stack may take (%(default).0f)",
    )


def _add_values(parser: ArgumentParser) -> None:
    add_environment(parser)
    parser.add_argument(
        "--parameter",
        action="append",
        type=_parameter,
        metavar="[SERVICE.]NAME=VALUE",
        help="of templates, beside those of the environment's settings",
    )
    parser.add_argument("--platform", help="lambda-arm64, lambda-x86_64 or host")


def _parameter(text: str) -> str:
    if "=" not in text or text.startswith(("=", ".")) or ".=" in text:
        raise ArgumentTypeError(f"{text!r} is not [SERVICE.]NAME=VALUE")
    return text


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not minutes > 0:
        raise ArgumentTypeError(f"{text!r} is no number of minutes")
    return minutes
