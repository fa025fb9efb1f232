"""A report reads well for people, for machines and for CI servers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pactwright.contract.verification.junit import as_junit
from pactwright.contract.verification.report import Report, Result, as_json, lines, summary
from tests.kit.contract.verification.provided import A_KEY, NO_KEY, write_pact

REASONS = ("status: expected 404 but was 200", "it answered\n  two \x00 lines")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    pact = write_pact(tmp_path, "reader-keys", [A_KEY, NO_KEY])
    good, bad = pact.interactions
    results = (Result.of(pact, good, (), 12.4), Result.of(pact, bad, REASONS, 30))
    return Report(results=results, pacts=(pact,), notes=("on trust",))


def parsed(report: Report) -> ET.Element:
    return ET.fromstring(as_junit(report))  # noqa: S314 - it is our own


def test_an_interaction_that_holds_is_one_line(report: Report) -> None:
    """Who relies on whom, on what, and how long it took."""
    assert [*lines(report.results[0])] == ["reader → keys  a key  ok (12 ms)"]


def test_an_interaction_that_fails_has_its_reasons_below(report: Report) -> None:
    """Indented, with the test that records it."""
    assert [*lines(report.results[1])] == [
        "reader → keys  no key  FAILED (30 ms)",
        "    status: expected 404 but was 200",
        "    it answered",
        "      two \x00 lines",
        "    recorded by tests_of_shelves/test_all.py::test_one",
    ]


def test_the_summary_names_what_failed(report: Report) -> None:
    """After the notes, before the numbers."""
    assert [*summary(report)] == [
        "note: on trust",
        "failed: reader → keys  no key",
        "1 of 2 interactions of 1 pacts hold (0.0 s)",
    ]


def test_what_was_refused_is_told_apart_from_what_failed(report: Report) -> None:
    """It is nobody's test that is to be mended: the summary counts it, and names what failed."""
    refused = replace(report.results[0], reasons=("not replayed: its stub is unsound",))
    found = replace(report, results=(refused, report.results[1]))

    assert [*lines(refused)] == [
        "reader → keys  a key  REFUSED (12 ms)",
        "    not replayed: its stub is unsound",
    ]
    assert [*summary(found)][1:] == [
        "failed: reader → keys  no key",
        "refused: 1 interactions, not replayed",
        "0 of 2 interactions of 1 pacts hold (0.0 s)",
    ]
    assert not found.ok


def test_json_has_all_of_it(report: Report) -> None:
    """Also the digests of what was verified."""
    content = json.loads(as_json(report))

    assert content["ok"] is False
    assert content["pacts"] == {"reader-keys": report.pacts[0].digest}
    assert [result["ok"] for result in content["results"]] == [True, False]
    assert content["results"][1]["reasons"] == [*REASONS]
    assert content["notes"] == ["on trust"]


def test_junit_has_a_suite_for_each_pact(report: Report) -> None:
    """And a case for each interaction, without what XML can't hold."""
    (suite,) = parsed(report)

    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (
        "reader → keys",
        "2",
        "1",
    )
    assert [(c.get("classname"), c.get("name")) for c in suite] == [
        ("reader-keys", "a key"),
        ("reader-keys", "no key"),
    ]
    (failure,) = suite[1]
    assert failure.get("message") == REASONS[0]
    assert (failure.text or "").splitlines()[-1] == "  two � lines"


def test_junit_fails_where_something_was_left_out(report: Report) -> None:
    """Though every case holds."""
    part = Report(results=report.results[:1], pacts=report.pacts)
    suites = parsed(part)

    assert [suite.get("failures") for suite in suites] == ["0", "1"]
    assert suites[1][0][0].get("message") == "reader-keys.json: 'no key' was not replayed"


def test_junit_tells_every_fault(report: Report) -> None:
    """And counts all of it at the top."""
    suites = parsed(replace(report, results=report.results[1:], pacts=2 * report.pacts))

    assert [case.get("name") for case in suites[-1]] == 2 * [
        "reader-keys.json: 'a key' was not replayed"
    ]
    totals = {"tests": "3", "failures": "3", "errors": "0", "time": "0.030"}
    assert {name: suites.get(name) for name in totals} == totals


def test_a_run_that_ended_early_tells_why(report: Report) -> None:
    """With what was verified until then."""
    ended = Report(results=report.results[:1], pacts=(), errors=("no\x00 power",))
    suites = parsed(ended)

    assert (ended.ok, ended.faults) == (False, ())
    assert json.loads(as_json(ended))["errors"] == ["no\x00 power"]
    assert [suite.get("name") for suite in suites] == ["reader → keys", "whole"]
    assert [suites.get(name) for name in ("tests", "failures", "errors")] == ["2", "0", "1"]
    assert suites[1][0][0].get("message") == "no� power"


def test_names_in_junit_are_legible(report: Report) -> None:
    """Whatever an interaction is called."""
    results = (replace(report.results[0], description="a\x00 key"),)
    suites = parsed(replace(report, results=results))

    assert suites[0][0].get("name") == "a� key"
