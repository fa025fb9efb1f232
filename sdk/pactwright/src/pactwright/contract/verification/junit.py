"""A verification's report in JUnit's XML, as CI servers take it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.report import Report, Result


def as_junit(report: Report) -> bytes:
    """A report in JUnit's XML: a suite for each pact, a case for each interaction."""
    suites = ET.Element("testsuites", name="pactwright verify")
    for pact in report.pacts:
        pair = pact.consumer, pact.provider
        of = [each for each in report.results if (each.consumer, each.provider) == pair]
        suites.append(_suite(pact, of))
    if report.faults:
        suite = ET.SubElement(suites, "testsuite", name="whole", tests="1", failures="1")
        case = ET.SubElement(suite, "testcase", classname="whole", name="all is replayed")
        ET.SubElement(case, "failure", message=report.faults[0])
    ET.indent(suites)
    content: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return content


def _suite(pact: Pact, results: Sequence[Result]) -> ET.Element:
    failures = sum(not result.ok for result in results)
    seconds = sum(result.milliseconds for result in results) / 1000
    suite = ET.Element(
        "testsuite",
        name=str(pact),
        tests=str(len(results)),
        failures=str(failures),
        errors="0",
        time=f"{seconds:.3f}",
    )
    for result in results:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=pact.name,
            name=result.description,
            time=f"{result.milliseconds / 1000:.3f}",
        )
        if not result.ok:
            failure = ET.SubElement(case, "failure", message=_legible(result.reasons[0]))
            failure.text = _legible("\n".join(result.reasons))
    return suite


def _legible(text: str) -> str:
    """A text without what no XML 1.0 document may have."""
    return "".join(c if c in "\t\n" or c.isprintable() else "�" for c in text)
