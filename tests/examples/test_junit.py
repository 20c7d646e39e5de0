"""Results as CI systems read them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

from engine.examples.junit import junit
from tests.examples.stage import PRICE, acme, report


def test_each_example_is_a_case_and_a_failed_one_holds_all_that_is_told(tmp_path: Path) -> None:
    examples = """
      - {title: right, input: {sku: A}, calls: [{call: erp.price, reply: {body: {price: 1}}}]}
      - {title: "wrong <&>", input: {sku: A}, calls: [{call: erp.price, reply: {body: {price: 1}}}], reply: {sku: A}}
"""
    root = Xml.fromstring(junit(report(tmp_path, acme(PRICE + examples)).results))

    (suite,) = root
    assert (suite.tag, suite.attrib) == ("testsuite", {"name": "acme", "tests": "2", "failures": "1"})
    assert [(case.get("classname"), case.get("name"), case.get("line")) for case in suite] == [
        ("acme.price", "right", "29"),
        ("acme.price", "wrong <&>", "30"),
    ]
    assert len(suite[0]) == 0
    (failure,) = suite[1]
    assert failure.get("message") == "the reply differs"
    assert failure.text is not None
    assert "unit_price\n        expected  nothing\n        got       1.0000" in failure.text
