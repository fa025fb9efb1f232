"""Whom a change breaks in fact, told from what consumers send and read."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from pactwright.contract.pacts import Pact
from pactwright.release.comparison.changes import Change
from pactwright.release.comparison.run import compare
from tests.kit.release.comparison.document_rows import adding, base, getting, limit, listing, tag
from tests.kit.release.comparison.pacts_of import interaction, pact
from tests.kit.release.comparison.schemata import document

Edit = Callable[[Any], object]

PROBLEM: Final = "application/problem+json"
FORM: Final = "application/x-www-form-urlencoded"


def changes(edit: Edit, *pacts: Pact, before: Edit = lambda _: None) -> tuple[Change, ...]:
    old = base()
    for hooks in (old, adding(old)):  # of which no pact tells
        hooks.pop("webhooks", None)
        hooks.pop("callbacks", None)
    before(old)
    new = copy.deepcopy(old)
    edit(new)
    return compare({"things": (document(old), document(new))}, pacts)


def broken(edit: Edit, *pacts: Pact, before: Edit = lambda _: None) -> set[str]:
    """Consumer, operation and place of each that is broken."""
    found = changes(edit, *pacts, before=before)
    return {str(one) for change in found for one in change.broken}


def thing(it: Any) -> Any:
    return it["components"]["schemas"]["Thing"]


def at_most(value: int) -> Edit:
    return lambda it: thing(it)["properties"]["size"].update(maximum=value)


def default(of: Any, value: Any) -> None:
    of["schema"]["default"] = value


def gone(name: str) -> Edit:
    return lambda it: thing(it)["properties"].pop(name)


ADDS: Final = interaction(
    "adds", "POST /things", 201, sent={"name": "lamp", "size": 3}, read={"name": "lamp"}
)
LISTS: Final = interaction("lists", "GET /things", query={"limit": ["10"]}, read={"size": 3})
LOOKS: Final = interaction("looks", "GET /things", read_headers={"ETag": '"1"'})
REFUSED: Final = interaction(
    "is refused", "POST /things", 422, sent={"name": 7}, read={"type": "t"}, answered=PROBLEM
)


def test_field_that_nobody_reads_or_needs_breaks_nobody() -> None:
    """An optional field may go where no pact reads it; it is breaking in principle all the same."""
    found = changes(gone("size"), pact(LOOKS))

    assert any(change.verdict.breaks for change in found)
    assert not any(change.breaks_in_fact for change in found)


def test_field_that_is_read_breaks_who_reads_it() -> None:
    """By consumer, operation, status and field; and who sends it."""
    assert broken(gone("size"), pact(LISTS, LOOKS), pact(ADDS, consumer="store")) == {
        "shop: list_things 200 body.size",
        "store: add_thing body.size",
    }


def test_required_field_breaks_whose_client_demands_it() -> None:
    """A generated client refuses success without it, though nobody reads it."""
    assert broken(gone("name"), pact(LOOKS)) == {"shop: list_things 200 body.name"}


def test_constant_is_not_missed() -> None:
    """A generated client knows constants by itself."""

    def constant(it: Any) -> None:
        thing(it)["properties"]["name"] = {"const": "lamp"}

    assert broken(gone("name"), pact(LOOKS), before=constant) == set()


def test_field_of_a_problem_breaks_who_reads_it() -> None:
    """Of a problem, clients leave out what doesn't fit, member by member."""

    def wider(it: Any) -> None:
        it["components"]["schemas"]["Problem"]["properties"]["type"] = {"type": "integer"}

    unread = interaction("is refused", "POST /things", 422, sent={"name": 7})

    assert broken(wider, pact(REFUSED)) == {"shop: add_thing 422 body.type"}
    assert broken(wider, pact(unread)) == set()


def test_value_of_an_open_enum_breaks_no_client_of_the_kit() -> None:
    """It keeps texts that it doesn't know; a number, or a constant, it refuses."""

    def listed(*values: Any, const: bool = False) -> Edit:
        rule = {"const": values[0]} if const else {"enum": list(values)}
        return lambda it: thing(it)["properties"].update(size=rule)

    found = changes(listed("a", "b"), pact(LISTS), before=listed("a"))

    assert [(c.kind.label, c.verdict.value) for c in found if c.verdict.breaks] == [
        ("value-added", "breaking")
    ]
    assert not any(change.breaks_in_fact for change in found)
    assert broken(listed(1, 2), pact(LISTS), before=listed(1))
    assert broken(listed("a", "b"), pact(LISTS), before=listed("a", const=True))


def test_member_of_a_closed_object_breaks_no_client_of_the_kit() -> None:
    """Members that it doesn't know are left out."""

    def closed(it: Any) -> None:
        thing(it)["additionalProperties"] = False

    def grown(it: Any) -> None:
        thing(it)["properties"]["colour"] = {"type": "string"}

    assert broken(grown, pact(LISTS), before=closed) == set()


def test_limit_breaks_who_sends_what_is_beyond_it() -> None:
    """Recorded requests are held against the new schema."""
    assert broken(at_most(2), pact(ADDS)) == {"shop: add_thing body.size"}
    assert broken(at_most(3), pact(ADDS)) == set()


def test_who_is_refused_anyway_is_not_broken() -> None:
    """More that is wrong with a request makes no difference to who is refused for it."""

    def demanding(it: Any) -> None:
        thing(it)["required"].append("size")

    assert broken(demanding, pact(REFUSED)) == set()
    assert broken(demanding, pact(ADDS)) == set()
    lacking = interaction("adds", "POST /things", 201, sent={"name": "lamp"})
    assert broken(demanding, pact(lacking)) == {"shop: add_thing body.size"}


def test_who_relies_on_being_refused_is_broken_where_that_is_taken() -> None:
    """A change that is compatible in principle breaks whose test shows the refusal."""

    def lax(it: Any) -> None:
        thing(it)["properties"]["name"] = {"type": ["string", "integer"]}

    found = [c for c in changes(lax, pact(REFUSED)) if c.direction == "request"]

    assert [(c.verdict.value, list(map(str, c.broken))) for c in found] == [
        ("compatible", ["shop: add_thing body.name"])
    ]
    assert broken(lambda it: thing(it).update(required=[]), pact(REFUSED)) == set()


def test_form_is_read_as_its_texts_may_be() -> None:
    """A number in a form is a number for a schema of numbers."""

    def form(it: Any) -> None:
        content = adding(it)["requestBody"]["content"]
        content[FORM] = content.pop("application/json")

    sent = interaction("adds", "POST /things", 201, sent="name=7&size=12", media_type=FORM)

    assert broken(at_most(11), pact(sent), before=form) == {"shop: add_thing body.size"}
    assert broken(at_most(12), pact(sent), before=form) == set()


TAGS: Final = {"tag": ["a", "b"]}
PARAMETERS: Final[dict[str, tuple[Edit, dict[str, Any], bool]]] = {
    "a limit that is passed": (lambda it: limit(it)["schema"].update(maximum=9), {}, True),
    "a limit that is kept": (lambda it: limit(it)["schema"].update(maximum=10), {}, False),
    "text for a number": (lambda it: limit(it).update(schema={"type": "string"}), {}, False),
    "gone, and sent": (lambda it: listing(it)["parameters"].pop(0), {}, True),
    "gone, and not sent": (lambda it: listing(it)["parameters"].pop(2), {}, False),
    "must be sent, and is": (lambda it: limit(it).update(required=True), {}, False),
    "must be sent, and is not": (lambda it: tag(it).update(required=True), {}, True),
    "another default of what is sent": (
        lambda it: default(limit(it), 3),
        {},
        False,
    ),
    "a default of what is not": (lambda it: default(tag(it), ["a"]), {}, True),
    "too many items": (lambda it: tag(it)["schema"].update(maxItems=1), TAGS, True),
    "not too many items": (
        lambda it: tag(it)["schema"].update(maxItems=2),
        TAGS,
        False,
    ),
    "an item that doesn't fit": (
        lambda it: tag(it)["schema"].update(items={"type": "string", "maxLength": 1}),
        {"tag": ["a", "bc"]},
        True,
    ),
    "a member of an object": (
        lambda it: listing(it)["parameters"][4]["schema"]["properties"].pop("wide"),
        {"wide": ["1"]},
        True,
    ),
    "an object that is not sent": (
        lambda it: listing(it)["parameters"].pop(4),
        {"deep": ["1"]},
        False,
    ),
    "an item between pipes that doesn't fit": (
        lambda it: listing(it)["parameters"][5]["schema"]["items"].update(maxLength=1),
        {"piped": ["a|bc"]},
        True,
    ),
    "items between pipes that fit": (
        lambda it: listing(it)["parameters"][5]["schema"]["items"].update(maxLength=2),
        {"piped": ["a|bc"]},
        False,
    ),
    "written otherwise": (lambda it: tag(it).update(explode=False), {"tag": ["a"]}, True),
}


def with_more_parameters(it: Any) -> None:
    """An object whose members are sent by themselves, and an array in one text."""
    box = {"type": "object", "properties": {"wide": {"type": "integer"}}}
    texts = {"type": "array", "items": {"type": "string"}}
    listing(it)["parameters"] += [
        {"name": "box", "in": "query", "schema": box},
        {
            "name": "piped",
            "in": "query",
            "style": "pipeDelimited",
            "explode": False,
            "schema": texts,
        },
    ]


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_breaks_who_sends_or_lacks_it(name: str) -> None:
    """By the texts that are sent."""
    edit, more, breaks = PARAMETERS[name]
    asks = interaction("lists", "GET /things", query={"limit": ["10"], **more})

    assert bool(broken(edit, pact(asks), before=with_more_parameters)) is breaks


def test_parameters_in_path_header_and_cookie_are_found() -> None:
    """Each where it is, whatever the case of a header."""
    longer: list[Edit] = [
        lambda it: it["paths"]["/things/{id}"]["parameters"][0]["schema"].update(minLength=4),
        lambda it: listing(it)["parameters"][1]["schema"].update(minLength=4),
        lambda it: listing(it)["parameters"][2]["schema"].update(minLength=4),
    ]
    headers = {"x-trace": "abc", "Cookie": "seen=abc"}
    made = pact(
        interaction("gets", "GET /things/a%20b"),
        interaction("lists", "GET /things", headers=headers),
    )

    assert [broken(edit, made) for edit in longer] == [
        {"shop: get_thing path.id"},
        {"shop: list_things header.X-Trace"},
        {"shop: list_things cookie.seen"},
    ]


def test_answer_that_is_gone_breaks_who_relies_on_it() -> None:
    """By its status, be it of a class or the default; a new success breaks who gets one."""
    lost = interaction("looks in vain", "GET /things/a", 404)
    found = interaction("gets", "GET /things/a")

    assert broken(lambda it: getting(it)["responses"].pop("4XX"), pact(lost, found)) == {
        "shop: get_thing 4XX"
    }
    assert broken(lambda it: getting(it)["responses"].pop("200"), pact(lost)) == set()
    assert broken(lambda it: getting(it)["responses"].update({"202": {}}), pact(lost)) == set()
    assert broken(lambda it: getting(it)["responses"].update({"202": {}}), pact(found)) == {
        "shop: get_thing 202"
    }


def test_header_breaks_who_reads_it() -> None:
    """Nobody else notices."""
    reads = interaction("adds", "POST /things", 201, sent={"name": "a"}, read_headers={"etag": "1"})

    def headless(it: Any) -> None:
        adding(it)["responses"]["201"]["headers"].pop("ETag")

    assert broken(headless, pact(reads)) == {"shop: add_thing 201 header.ETag"}
    assert broken(headless, pact(ADDS)) == set()


def test_media_type_breaks_who_sends_or_reads_it() -> None:
    """Whoever gets a success has a client that reads it."""
    asked: Edit = lambda it: adding(it)["requestBody"].update(content={"text/plain": {}})  # noqa: E731
    answered: Edit = lambda it: adding(it)["responses"]["422"].update(content={})  # noqa: E731

    assert broken(asked, pact(ADDS)) == {"shop: add_thing body"}
    assert broken(answered, pact(ADDS)) == set()
    assert broken(answered, pact(REFUSED)) == {"shop: add_thing 422 body"}


def test_credentials_break_who_does_not_show_them() -> None:
    """Told from the header or parameter that has them; what scopes a token has is not told."""
    token = interaction("by token", "GET /things/a", headers={"Authorization": "Bearer t"})
    key = interaction("by key", "GET /things/a", headers={"X-Key": "k"})
    nothing = interaction("by nothing", "GET /things/a", 401)
    both = pact(token, consumer="shop"), pact(key, consumer="store"), pact(nothing, consumer="spy")

    def by(*alternatives: Any) -> Edit:
        return lambda it: getting(it).update(security=list(alternatives))

    assert broken(by({"token": ["things:read"]}), *both) == {"store: get_thing security"}
    assert broken(by({"key": []}), *both) == {"shop: get_thing security"}
    assert broken(by({"token": ["things:read", "more"]}, {"key": []}), *both) == {
        "shop: get_thing security"
    }
    assert broken(by({}), *both) == {"spy: get_thing security"}


def test_operation_that_is_gone_breaks_who_asks_for_it() -> None:
    """And no other."""
    gets = interaction("gets", "GET /things/a")

    def without(it: Any) -> None:
        it["paths"]["/things"].pop("get")

    assert broken(without, pact(LISTS, gets)) == {"shop: list_things"}


def test_path_that_takes_requests_of_another_breaks_who_asks_there() -> None:
    """Only who sent just that value."""

    def mine(it: Any) -> None:
        it["paths"]["/things/mine"] = {"get": {"responses": {}}}

    assert broken(mine, pact(interaction("gets", "GET /things/a"))) == set()
    assert broken(mine, pact(interaction("gets", "GET /things/mine"))) == {"shop: get_thing"}


def test_place_inside_of_lists_and_of_itself_is_found() -> None:
    """However deep it was read."""

    def tree(it: Any) -> None:
        branches = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
        thing(it)["properties"]["branches"] = branches
        thing(it)["required"] = []

    deep = interaction("lists", "GET /things", read={"branches": [{"branches": [{"size": 1}]}]})
    shallow = interaction("lists", "GET /things", read={"branches": [{"branches": []}]})

    assert broken(gone("size"), pact(deep), before=tree) == {"shop: list_things 200 body.**.size"}
    assert broken(gone("size"), pact(shallow), before=tree) == set()


def test_whole_document_breaks_all_of_its_consumers() -> None:
    """Each operation that is asked for."""
    found = compare({"things": (document(base()), None)}, [pact(LISTS, ADDS)])

    assert {one.operation for change in found for one in change.broken} == {
        "list_things",
        "add_thing",
    }


def with_webhook(it: Any) -> None:
    it["webhooks"] = base()["webhooks"]


UNTOLD: Final[dict[str, Edit]] = {
    "an address": lambda it: it.update(servers=[{"url": "https://b.example"}]),
    "a webhook": lambda it: it["webhooks"].pop("sold"),
    "what is not known": lambda it: listing(it).update({"x-cost": 3}),
}


@pytest.mark.parametrize("name", UNTOLD)
def test_what_no_pact_tells_counts_as_breaking(name: str) -> None:
    """It can't be told whom it breaks, so it is not said to break nobody."""
    found = [c for c in changes(UNTOLD[name], pact(LISTS), before=with_webhook) if c.verdict.breaks]

    assert [(change.untold, change.breaks_in_fact) for change in found] == [(True, True)]


def test_without_pacts_all_that_may_break_does() -> None:
    """No pacts are not the pacts of nobody."""
    found = [change for change in changes(gone("size")) if change.verdict.breaks]

    assert found
    assert all(change.untold and change.breaks_in_fact for change in found)


def test_pact_with_another_provider_leaves_open_whom_it_breaks() -> None:
    """Nobody has said what it relies on, which is not to rely on nothing."""
    found = [c for c in changes(gone("size"), pact(LISTS, provider="others")) if c.verdict.breaks]

    assert found
    assert all(change.untold and not change.broken for change in found)


def test_pact_with_another_provider_says_nothing_of_this_one() -> None:
    """A consumer of others is not broken."""
    assert broken(gone("name"), pact(LISTS, provider="others"), pact(LOOKS, consumer="store")) == {
        "store: list_things 200 body.name"
    }
