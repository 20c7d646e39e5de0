"""WSDLs beside an integration: their operations and types, offline, and what cannot be used."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.openapi.schemas import NoSchema
from engine.schemas import Schemas
from engine.wsdl.drift import drift
from engine.wsdl.files import operations_of, schema_at
from engine.wsdl.read import Unusable

HERE = Path(__file__).parent
SALES = (HERE / "sales.wsdl").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(HERE / "sales.wsdl", tmp_path)
    return tmp_path


def test_the_types_of_a_request_are_json_schema() -> None:
    order = schema_at(HERE, "sales.wsdl#/types/Order")
    line = schema_at(HERE, "sales.wsdl#/types/Line")

    assert order == {  # open: xs:any
        "type": "object",
        "properties": {
            "CustomerNo": {"type": "string", "maxLength": 20},
            "PickUp": {"type": ["string", "null"]},
            "ShipTo": {"type": ["string", "null"]},
            "Line": {"type": "array", "items": {"$ref": "sales.wsdl#/types/Line"}},
        },
        "required": ["CustomerNo", "Line"],
    }
    assert line["properties"]["ItemNo"] == {"type": "string", "maxLength": 20}  # from the type it restricts
    assert line["properties"]["Gift"] == {"type": ["boolean", "null"]}  # nillable
    assert line["properties"]["Requested"] == {"type": ["string", "null"], "format": "date"}
    assert (line["required"], line["additionalProperties"]) == (["ItemNo", "Quantity"], False)


def test_a_value_is_checked_against_them() -> None:
    check = Schemas({}, HERE).check("sales.wsdl#/CreateOrder/reply")

    assert check({"OrderNo": "SO-1", "Status": "open", "Total": None}) == ()
    wrong = check({"OrderNo": "SO-1", "Status": "lost", "Line": [{"ItemNo": 1, "Quantity": 1}]})
    assert [violation.path for violation in wrong] == ["Status", "Line[0].ItemNo"]


def test_an_operation_knows_its_action_headers_and_words() -> None:
    found = operations_of(HERE, "sales.wsdl")

    assert (list(found["soap11"]), list(found["soap12"])) == (["CreateOrder"], [])
    one = found["soap11"]["CreateOrder"]
    assert (one.action, one.address) == ("urn:example:sales/CreateOrder", "https://erp.example/sales")
    assert (one.encoded, list(one.request.headers)) == (False, ["session"])
    assert operations_of(HERE, "encoded.wsdl")["soap11"]["CreateOrder"].encoded


def test_each_binding_says_for_itself_whether_values_carry_their_types(tmp_path: Path) -> None:
    text = (HERE / "encoded.wsdl").read_text()
    begin, end = text.index("<wsdl:binding"), text.index("</wsdl:binding>") + len("</wsdl:binding>")
    literal = text[begin:end].replace('name="Binding"', 'name="Literal"').replace("encoded", "literal")
    literal = literal.replace("soap:", "soap12:").replace(":literal", ":encoded")
    port = (
        '<wsdl:port name="Other" binding="tns:Literal"><soap12:address location="https://erp.example/l"/></wsdl:port>'
    )
    both = text[:end] + literal + text[end:].replace("</wsdl:service>", f"{port}</wsdl:service>")
    soap12 = 'xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:soap='
    (tmp_path / "both.wsdl").write_text(both.replace("xmlns:soap=", soap12, 1))

    found = operations_of(tmp_path, "both.wsdl")

    assert [found[version]["CreateOrder"].encoded for version in ("soap11", "soap12")] == [True, False]


def test_a_type_that_stands_in_for_another_no_more_is_drift(tmp_path: Path) -> None:
    text = (HERE / "kinds.wsdl").read_text()
    (tmp_path / "kinds.wsdl").write_text(
        text.replace('<xs:extension base="tns:Company">', '<xs:extension base="tns:Party">')
    )

    place, now = (operations_of(folder, "kinds.wsdl")["soap11"]["Place"] for folder in (HERE, tmp_path))

    assert list(drift(place, place)) == []
    assert [one for one in drift(place, now) if one.startswith("request")] == [
        "request.order.Buyer as Branch.TaxNo is gone",
        "request.order.Buyer as Company may no longer be of the type Branch",
    ]


def test_a_changed_file_is_read_again(folder: Path) -> None:
    assert "Status" in schema_at(folder, "sales.wsdl#/CreateOrder/reply")["properties"]

    (folder / "sales.wsdl").write_text(SALES.replace('name="Status" type', 'name="State" type'))

    assert "State" in schema_at(folder, "sales.wsdl#/CreateOrder/reply")["properties"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<wsdl:types>", "<wsdl:types", "sales.wsdl cannot be read as a WSDL: "),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE x>", "sales.wsdl cannot be read as a WSDL: "),
        ('element="tns:CreateOrder"', 'element="tns:Gone"', "sales.wsdl cannot be read as a WSDL: "),
        (
            "<wsdl:types>",
            '<wsdl:import namespace="urn:y" location="https://erp.example/y.wsdl"/><wsdl:types>',
            "it imports https://erp.example/y.wsdl, which is not beside the integration",
        ),
        (
            "<wsdl:types>",
            '<wsdl:import namespace="urn:y" location="../../etc/y.wsdl"/><wsdl:types>',
            "there is no file y.wsdl beside the WSDL",
        ),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, old: str, new: str, words: str) -> None:
    assert old in SALES
    (folder / "sales.wsdl").write_text(SALES.replace(old, new, 1))

    with pytest.raises(Unusable) as error:
        operations_of(folder, "sales.wsdl")

    assert error.value.message.startswith(words)


@pytest.mark.parametrize(
    ("reference", "words", "hint"),
    [
        ("sales.wsdl#/CreateOrdr/request", "there is no schema at #/CreateOrdr/request of sales.wsdl", "CreateOrder"),
        ("sales.wsdl#/CreateOrder/answer", "there is no schema at #/CreateOrder/answer of sales.wsdl", "…/reply"),
        ("gone.wsdl#/A/request", "there is no file gone.wsdl beside the integration", "sales.wsdl"),
        ("../sales.wsdl#/A/request", "../sales.wsdl is not beside the integration", "put it beside"),
    ],
)
def test_a_place_that_is_none_is_said(folder: Path, reference: str, words: str, hint: str) -> None:
    with pytest.raises(NoSchema) as error:
        Schemas({}, folder).find(reference)

    assert error.value.message == words
    assert hint in error.value.hint


def test_what_has_no_wsdl_costs_no_zeep() -> None:
    shipped = HERE.parents[1] / "integrations"
    code = f"import engine, sys; engine.validate({str(shipped)!r}); print('zeep' in sys.modules, 'requests' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False False\n"
