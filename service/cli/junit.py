"""Results of cases as JUnit XML, which build servers show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.cases import CaseReport


def as_junit(reports: Sequence[CaseReport]) -> str:
    """Give one document: a suite for each file, a test case for each case."""
    root = Element("testsuites", name="countermark rules test")
    for name, total in _totals(reports).items():
        root.set(name, str(total))
    for report in reports:
        _suite(root, report)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _totals(reports: Sequence[CaseReport]) -> dict[str, int]:
    return {
        "tests": sum(report.summary.cases for report in reports),
        "failures": sum(report.summary.failed for report in reports),
        "errors": 0,
    }


def _suite(root: Element, report: CaseReport) -> None:
    file = next((result.file for result in report.results), "")
    suite = SubElement(root, "testsuite", name=file, skipped="0")
    for name, total in _totals([report]).items():
        suite.set(name, str(total))
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="coverage", value=f"{report.summary.coverage:.4f}")
    for point in report.summary.uncovered:
        SubElement(properties, "property", name="uncovered", value=point)
    for result, lines in zip(report.results, report.differences, strict=True):
        case = SubElement(suite, "testcase", classname=result.file, name=result.case)
        if not result.passed:
            message = f"{len(lines)} not as expected"
            failure = SubElement(case, "failure", message=message, type="expectation")
            failure.text = "\n".join(
                f"{line.where} {line.asked.en if line.asked else ''}\n"
                f"- {line.expected}\n+ {line.got}"
                for line in lines
            )
