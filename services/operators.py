"""The operators' command for service clients: create, list, rotate, drop, revoke.

    python -m services.operators --env staging create billing \
        --scope locations:read --audience location

A secret is written to standard output once, when it is made, and nowhere else; only its hash is
kept. It reaches AWS as boto3's own settings say, `AWS_ENDPOINT_URL` among them. It is no part of
authentication's bundle: it needs the kit, which deploys.
"""

from __future__ import annotations

import re
import secrets
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TextIO

from botocore.exceptions import BotoCoreError, ClientError

from pactwright.deploy import account
from pactwright.deploy.environments import Environment, environments, stack_name
from pactwright.deploy.errors import DeployError, StackError
from pactwright.deploy.stacks import Stacks
from pactwright.schema.project import Project, ProjectError
from pactwright.service.dynamodb import Table
from pactwright.service.errors import DependencyError
from services.authentication import clients
from services.authentication.clients import Clients
from services.authentication.records import FIRST_PARTY, USER_SCOPE, ServiceClient
from services.authentication.table import AuthenticationTable
from services.authentication.tokens import RandomBytes, client_secret

_LOCAL: Final = "local"
_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_SCOPE: Final = re.compile(r"[!#-\[\]-~]{1,100}")
_REFUSED: Final[Mapping[type[Exception], str]] = {
    clients.ClientExists: "there is a client {0}: rotate its secret, or revoke it first",
    clients.NoSuchClient: "there is no client {0}, or it was revoked: list shows which there are",
    clients.SecretsInUse: "two secrets of {0} are valid: once nobody uses the older one, drop it",
    clients.OnlySecret: "{0} has no older secret: rotate first, or revoke the client",
    clients.ClientChanged: "others are changing {0} in this moment; nothing was done: try again",
}


def main(
    arguments: Sequence[str] | None = None,
    *,
    connect: Callable[[Namespace], Clients] | None = None,
    random_bytes: RandomBytes = secrets.token_bytes,
    output: TextIO | None = None,
    remarks: TextIO | None = None,
) -> int:
    """Run the command; the exit status is 0 if it did what was asked.

    Args:
        arguments: of the command line; the process's own by default.
        connect: opens the place where clients are kept; an environment's table by default.
        random_bytes: unguessable bytes.
        output: for what was asked for; standard output by default.
        remarks: for what else there is to say; standard error by default.
    """
    asked = _parser().parse_args(arguments)
    say = remarks or sys.stderr
    try:
        kept = (connect or _connect)(asked)
        lines = _COMMANDS[asked.command](asked, kept, random_bytes, say)
    except tuple(_REFUSED) as refusal:
        say.write(f"{_REFUSED[type(refusal)].format(asked.client_id)}\n")
        return 1
    except DependencyError as error:
        say.write(f"{error}\nWhether it was done is not known: see what list shows.\n")
        return 1
    except (DeployError, ProjectError, ClientError, BotoCoreError) as error:
        say.write(f"{error}\n")
        return 1
    (output or sys.stdout).writelines(f"{line}\n" for line in lines)
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m services.operators",
        description="Service clients: those that authenticate themselves by an id and a secret.",
    )
    parser.add_argument("--env", required=True, help="the environment; local is that of make up")
    parser.add_argument("--project", type=Path, default=Path.cwd(), help="where pyproject.toml is")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a client, and show its secret once")
    create.add_argument("client_id", type=_client_id)
    create.add_argument("--scope", action="append", default=[], type=_scope)
    create.add_argument("--audience", action="append", default=[], type=_client_id)
    commands.add_parser("list", help="all clients, with how many secrets each has")
    for name, what in (
        ("rotate", "make a second secret, and show it once; both are valid"),
        ("drop", "end the older of two secrets"),
        ("revoke", "end a client, its secrets and its tokens at once"),
    ):
        commands.add_parser(name, help=what).add_argument("client_id")
    commands.choices["drop"].add_argument(
        "--end-tokens", action="store_true", help="end the client's tokens at once, too"
    )
    return parser


def _client_id(text: str) -> str:
    if not _ID.fullmatch(text) or text == FIRST_PARTY:
        raise ArgumentTypeError(f"{text!r} is 2 to 40 of a-z, 0-9 and -, and not {FIRST_PARTY}")
    return text


def _scope(text: str) -> str:
    if not _SCOPE.fullmatch(text) or text == USER_SCOPE:
        raise ArgumentTypeError(f"{text!r} is one scope (RFC 6749 section 3.3), and no person's")
    return text


def _connect(asked: Namespace) -> Clients:
    """The table of an environment, by its stack.

    Raises:
        DeployError, ProjectError: there is no such environment, or it can't be reached.
    """
    project = Project.load(asked.project)
    known = asked.env in environments(project) or asked.env != _LOCAL
    environment = Environment.load(project, asked.env) if known else Environment(name=_LOCAL)
    reach = account.clients(environment)
    account.identify(environment, reach)
    stack = stack_name(project, environment.name, "authentication")
    outputs = Stacks(reach("cloudformation")).outputs(stack)
    if outputs is None:
        raise StackError(stack, "the stack is not there", advice="deploy authentication first")
    return AuthenticationTable(Table(reach("dynamodb"), outputs["TableName"]))


def _create(asked: Namespace, kept: Clients, chance: RandomBytes, say: TextIO) -> list[str]:
    secret = client_secret(chance)
    wanted = ServiceClient(asked.client_id, (), frozenset(asked.scope), tuple(asked.audience))
    if wanted.scopes and not wanted.audience:
        raise DeployError("--scope needs --audience: which services the client's tokens are for")
    clients.create(kept, wanted, secret)
    say.write(f"{asked.client_id} was created. Its secret is shown this once:\n")
    return [secret]


def _list(asked: Namespace, kept: Clients, chance: RandomBytes, say: TextIO) -> list[str]:
    del asked, chance, say
    return [
        f"{client.client_id}: {_standing(client)}; "
        f"scopes {' '.join(sorted(client.scopes)) or 'none'}; "
        f"audience {' '.join(client.audience) or 'any'}"
        for client in kept.list_clients()
    ]


def _standing(client: ServiceClient) -> str:
    return ("revoked", "one secret", "two secrets")[len(client.secrets)]


def _rotate(asked: Namespace, kept: Clients, chance: RandomBytes, say: TextIO) -> list[str]:
    secret = client_secret(chance)
    clients.rotate(kept, asked.client_id, secret)
    say.write(f"{asked.client_id} has a second secret, shown this once; drop ends the older one:\n")
    return [secret]


def _drop(asked: Namespace, kept: Clients, chance: RandomBytes, say: TextIO) -> list[str]:
    del chance
    clients.drop_older(kept, asked.client_id, end_tokens=asked.end_tokens)
    tokens = ", and its tokens have ended" if asked.end_tokens else ""
    say.write(f"the older secret of {asked.client_id} was dropped{tokens}\n")
    return []


def _revoke(asked: Namespace, kept: Clients, chance: RandomBytes, say: TextIO) -> list[str]:
    del chance
    clients.revoke(kept, asked.client_id)
    say.write(f"{asked.client_id} was revoked: its secrets and its tokens have ended\n")
    return []


_COMMANDS: Final = {
    "create": _create,
    "list": _list,
    "rotate": _rotate,
    "drop": _drop,
    "revoke": _revoke,
}

if __name__ == "__main__":
    sys.exit(main())
