"""A verification's report in JUnit's XML, as CI servers take it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from pactwright.contract.verification.report import Report, Result

_COUNTED: Final = ("tests", "failures", "errors")


def as_junit(report: Report) -> bytes:
    """A report in JUnit's XML.

    There is a suite for each pact, with a case for each interaction that was replayed or refused;
    and one for the run as a whole, where that has a fault or an error.
    """
    pairs = [(pact.consumer, pact.provider) for pact in report.pacts]
    pairs += [(each.consumer, each.provider) for each in report.results]
    suites = ET.Element("testsuites", name="pactwright verify")
    for pair in dict.fromkeys(pairs):
        of = [each for each in report.results if (each.consumer, each.provider) == pair]
        suites.append(_suite(pair, of))
    if report.faults or report.errors:
        suites.append(_whole(report))
    for name in _COUNTED:
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    suites.set("time", _seconds(report.results))
    ET.indent(suites)
    content: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return content


def _suite(pair: tuple[str, str], results: Sequence[Result]) -> ET.Element:
    suite = _counted(" → ".join(pair), len(results), sum(not result.ok for result in results))
    suite.set("time", _seconds(results))
    for result in results:
        case = _case(suite, "-".join(pair), result.description)
        case.set("time", _seconds([result]))
        if not result.ok:
            failure = ET.SubElement(case, "failure", message=_legible(result.reasons[0]))
            failure.text = _legible("\n".join(result.reasons))
    return suite


def _whole(report: Report) -> ET.Element:
    count = len(report.faults) + len(report.errors)
    suite = _counted("whole", count, len(report.faults), len(report.errors))
    for fault in report.faults:
        case = _case(suite, "whole", fault)
        ET.SubElement(case, "failure", message=_legible(fault)).text = _legible(fault)
    for error in report.errors:
        case = _case(suite, "whole", "it can be verified")
        ET.SubElement(case, "error", message=_legible(error)).text = _legible(error)
    return suite


def _counted(name: str, tests: int, failures: int, errors: int = 0) -> ET.Element:
    numbers = map(str, (tests, failures, errors))
    return ET.Element(
        "testsuite", {"name": _legible(name), **dict(zip(_COUNTED, numbers, strict=True))}
    )


def _case(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_legible(group), name=_legible(name))


def _seconds(results: Iterable[Result]) -> str:
    return f"{sum(result.milliseconds for result in results) / 1000:.3f}"


def _legible(text: str) -> str:
    """A text without what no XML 1.0 document may have."""
    return "".join(c if c in "\t\n" or c.isprintable() else "�" for c in text)
