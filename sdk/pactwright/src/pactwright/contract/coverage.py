"""What consumers rely on, laid beside what the documents declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pactwright.contract.errors import PactError
from pactwright.contract.pacts import Interaction, Pact, Response
from pactwright.contract.recognition import routed
from pactwright.contract.waivers import MESSAGE, Answer
from pactwright.schema import ApiDescription, OperationDescription, Project, describe, load
from pactwright.service.routing import Routes
from pactwright.wire.problems import pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What consumers rely on of one answer or message.

    Attributes:
        answer: which; of a message, with `MESSAGE` for a status.
        fields: for each consumer that relies on it, what it reads, as `relied_on` has it.
        waiver: why nobody needs to rely on it, where that is so.
        declared: whether the document names the status.
    """

    answer: Answer
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    waiver: str | None = None
    declared: bool = True

    @property
    def is_gap(self) -> bool:
        """Whether nobody relies on it, and nobody has said why."""
        return not self.fields and self.waiver is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The whole table.

    Attributes:
        rows: in the order of the documents.
        faults: waivers that waive nothing.
    """

    rows: tuple[Row, ...]
    faults: tuple[str, ...] = ()

    @property
    def gaps(self) -> tuple[Answer, ...]:
        """The answers that no contract covers and no waiver excuses."""
        return tuple(row.answer for row in self.rows if row.is_gap)

    @property
    def ok(self) -> bool:
        """Whether there is no gap without a stated reason, and no reason without a gap."""
        return not self.gaps and not self.faults


def coverage(project: Project, pacts: Iterable[Pact], waivers: Mapping[Answer, str]) -> Coverage:
    """Lay pacts beside the documents of all services.

    Args:
        project: whose services.
        pacts: all that are committed.
        waivers: the reason for each gap that is accepted.

    Raises:
        PactError: an interaction asks for no operation of its provider's document.
        DocumentError: a document can't be read.
    """
    described = {name: _described(project, name) for name in project.services}
    relied: dict[Answer, list[tuple[str, Interaction]]] = {}
    for pact in pacts:
        if pact.provider not in described:
            raise PactError(f"{pact.name}: {pact.provider!r} is no service of this project")
        routes = _routes(described[pact.provider])
        for interaction in pact.interactions:
            answer = _message(pact, interaction) or _answer(pact, interaction, routes)
            relied.setdefault(answer, []).append((pact.consumer, interaction))
    declared = [answer for name, api in described.items() for answer in _declared(name, api)]
    stray = sorted(answer for answer in relied if answer not in declared)
    rows = [_row(answer, relied.get(answer, ()), waivers) for answer in declared]
    rows += [_row(answer, relied[answer], {}, declared=False) for answer in stray]
    order = list(described)
    rows.sort(key=lambda row: order.index(row.answer.provider))
    return Coverage(rows=tuple(rows), faults=tuple(_idle(waivers, declared, relied)))


def _described(project: Project, name: str) -> ApiDescription:
    return describe(load(project.services[name].document, project.root))


def _routes(api: ApiDescription) -> Routes[OperationDescription]:
    return Routes((each.method, each.path, each) for each in api.operations)


def _message(pact: Pact, interaction: Interaction) -> Answer | None:
    return Answer(pact.provider, interaction.message, MESSAGE) if interaction.message else None


def _answer(pact: Pact, interaction: Interaction, routes: Routes[OperationDescription]) -> Answer:
    operation = routed(routes, interaction.request)
    if operation is None:
        raise PactError(
            f"{pact.name}: {interaction.description!r} asks for {interaction.request}, which is "
            f"no operation of {pact.provider}"
        )
    declared = {response.status for response in operation.responses}
    status = str(interaction.response.status)
    by_class = f"{status[0]}XX"
    named = by_class if status not in declared and by_class in declared else status
    return Answer(pact.provider, operation.name, named)


def _declared(provider: str, api: ApiDescription) -> Iterator[Answer]:
    for operation in api.operations:
        for response in operation.responses:
            if response.status != "default":
                yield Answer(provider, operation.name, response.status)
    yield from (Answer(provider, webhook.name, MESSAGE) for webhook in api.webhooks)


def _row(
    answer: Answer,
    relied: Sequence[tuple[str, Interaction]],
    waivers: Mapping[Answer, str],
    *,
    declared: bool = True,
) -> Row:
    fields: dict[str, set[str]] = {}
    for consumer, interaction in relied:
        fields.setdefault(consumer, set()).update(relied_on(interaction.response))
    return Row(
        answer=answer,
        fields={consumer: tuple(sorted(fields[consumer])) for consumer in sorted(fields)},
        waiver=waivers.get(answer),
        declared=declared,
    )


def relied_on(response: Response) -> tuple[str, ...]:
    """What a consumer reads of an answer: JSON pointers into the body, and names of headers.

    ``*`` stands for each item of an array, "/" for a body that is read whole.
    """
    leaves = {pointer(*path) or "/" for path in _leaves(response.body)} if response.has_body else ()
    headers = (name for name in response.headers if name.lower() != "content-type")
    return (*sorted(leaves), *sorted(headers))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for item in value:
            yield from _leaves(item, (*path, "*"))
    else:
        yield path


def _idle(
    waivers: Mapping[Answer, str], declared: Sequence[Answer], relied: Mapping[Answer, object]
) -> Iterator[str]:
    for answer in waivers:
        if answer not in declared:
            yield f"the waiver for {answer} is for nothing that a document declares: remove it"
        elif answer in relied:
            yield f"the waiver for {answer} waives nothing, for a contract covers it: remove it"


def table(found: Coverage) -> Iterator[str]:
    """The coverage as lines of text: operation, status, consumer and what that relies on."""
    width = max(len(row.answer.operation) for row in found.rows)
    wide = len(MESSAGE) if any(map(_is_message, found.rows)) else len("(404)")
    for row, before in zip(found.rows, (None, *found.rows), strict=False):
        if before is None or row.answer.provider != before.answer.provider:
            yield from [row.answer.provider] if before is None else ["", row.answer.provider]
        status = row.answer.status if row.declared else f"({row.answer.status})"
        for who, what in _relying(row):
            yield f"  {row.answer.operation:<{width}}  {status:<{wide}}  {who:<14}  {what}".rstrip()
    yield from ("", _summary(found))
    for gap in found.gaps:
        yield f"gap: no contract covers {gap}"
    yield from found.faults


def _relying(row: Row) -> Iterator[tuple[str, str]]:
    """Who relies on an answer, and on what of it."""
    nothing = "that it comes" if _is_message(row) else "status only"
    for consumer, fields in row.fields.items():
        yield consumer, ", ".join(fields) or nothing
    if not row.fields:
        yield ("waived", row.waiver) if row.waiver else ("NOBODY", "")


def _is_message(row: Row) -> bool:
    return row.answer.status == MESSAGE


def _summary(found: Coverage) -> str:
    declared = [row for row in found.rows if row.declared]
    covered = sum(bool(row.fields) for row in declared)
    waived = sum(row.waiver is not None for row in declared)
    kinds = "answers and messages" if any(map(_is_message, declared)) else "answers"
    return (
        f"{covered} of {len(declared)} declared {kinds} are relied on, {waived} are waived, "
        f"{len(found.gaps)} are gaps"
    )
