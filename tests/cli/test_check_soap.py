"""`engine check` of SOAP services: the WSDL they show, compared with the one that is vendored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typer.testing import CliRunner

from engine.cli.app import app
from tests.fakes.certificates import authority
from tests.fakes.serving import serving

WSDL = (Path(__file__).parents[1] / "wsdl" / "sales.wsdl").read_text()
ACME = """
engine: 1
name: acme
settings: {url: {type: url}, ca: {type: text}}
connections:
  erp:
    type: soap
    url: =settings.url
    tls: {ca: =settings.ca}
    wsdl: sales.wsdl
    auth: {type: basic, username: engine, password: =settings.ca}
    endpoints: {create: {operation: CreateOrder}}
messages:
  m: {steps: [{call: erp.create, body: {order: {CustomerNo: C1, PickUp: now, Line: []}}}], reply: {}}
"""
LINE = '<xs:element name="Requested" type="xs:date" minOccurs="0"/>'
ORDER = '<xs:element name="CustomerNo" type="t:Code"/>'


def looked(folder: Path, live: dict[str, str]) -> list[tuple[str, str, str]]:
    """What is seen of the WSDL; `live` are documents of the service by their path and query."""
    (folder / "acme.yaml").write_text(ACME)
    (folder / "sales.wsdl").write_text(WSDL)

    def show(request: Request) -> Response:
        assert request.headers["authorization"].startswith("Basic ")
        found = live.get(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return Response(found or "", 200 if found else 404, media_type="text/xml")

    tls = authority(folder)
    with serving(Starlette(routes=[Route("/{rest:path}", show, methods=["GET"])]), tls) as url:
        given = ["--set", f"acme.url={url}/sales", "--set", f"acme.ca={tls.ca_file}"]
        ran = CliRunner().invoke(app, ["check", "acme", "--integrations", str(folder), "--format", "json", *given])
    assert ran.exit_code == 0, ran.stdout
    found = json.loads(ran.stdout)
    return [(one["what"], one["state"], one["told"]) for one in found if one["what"].startswith("wsdl")]


def test_one_that_is_as_vendored(tmp_path: Path) -> None:
    assert looked(tmp_path, {"/sales?wsdl": WSDL}) == [("wsdl sales.wsdl CreateOrder", "ok", "as vendored")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('operation name="CreateOrder"', 'operation name="PlaceOrder"', "the service no longer has this operation"),
        (LINE, "", "request.order.Line.Requested is gone; reply.Line.Requested is gone"),
        (
            ORDER,
            f'{ORDER}<xs:element name="Site" type="xs:string"/>',
            "request.order.Site is new, and required",
        ),
        (
            'value="20"',
            'value="10"',
            "request.order.CustomerNo was text of at most 20 characters, and is text of at most 10 characters; "
            "request.order.Line.ItemNo was text of at most 20 characters, and is text of at most 10 characters; "
            "reply.OrderNo was text of at most 20 characters, and is text of at most 10 characters; "
            "reply.Line.ItemNo was text of at most 20 characters, and is text of at most 10 characters",
        ),
        (
            'type="t:Order"/>',
            'type="t:Order" maxOccurs="5" minOccurs="0"/>',
            "request.order may now come more than once; request.order is no longer required",
        ),
        (
            "urn:example:sales/CreateOrder",
            "urn:example:sales/New",
            'its SOAPAction is "urn:example:sales/New" now',
        ),
        ('value="shipped"', 'value="sent"', "reply.Status was text: open, shipped, and is text: open, sent"),
        (
            '<xs:attribute name="number" type="xs:int"/>',
            "",
            "request.order.Line.@number is gone; reply.Line.@number is gone",
        ),
    ],
)
def test_what_is_different_is_a_warning(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in WSDL
    drifted = WSDL.replace(old, new)

    assert looked(tmp_path, {"/sales?wsdl": drifted}) == [("wsdl sales.wsdl CreateOrder", "warning", told)]


def test_one_in_several_documents_of_the_service(tmp_path: Path) -> None:
    types = WSDL[WSDL.index('<xs:schema targetNamespace="urn:example:types"') : WSDL.index("</xs:schema>") + 12]
    apart = types.replace(
        "<xs:schema ", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:example:types" '
    )
    sales = WSDL.replace(
        types,
        '<xs:schema targetNamespace="urn:x"><xs:import namespace="urn:example:types" schemaLocation="PLACE"/></xs:schema>',
    )

    assert looked(tmp_path, {"/sales?wsdl": sales.replace("PLACE", "types?xsd=1"), "/types?xsd=1": apart}) == [
        ("wsdl sales.wsdl CreateOrder", "ok", "as vendored")
    ]
    assert looked(tmp_path, {"/sales?wsdl": sales.replace("PLACE", "https://other.example/types.xsd")}) == [
        ("wsdl sales.wsdl", "warning", "it imports https://other.example/types.xsd")
    ]


def test_a_service_that_shows_none_or_something_else(tmp_path: Path) -> None:
    assert looked(tmp_path, {}) == [("wsdl sales.wsdl", "warning", "it shows no WSDL: status 404")]
    assert looked(tmp_path, {"/sales?wsdl": "<html>no</html>"}) == [
        ("wsdl sales.wsdl", "warning", "it shows no WSDL: what is there has no operations")
    ]
    ((what, state, told),) = looked(tmp_path, {"/sales?wsdl": "no"})
    assert (what, state) == ("wsdl sales.wsdl", "warning")
    assert told.startswith("what it shows cannot be read as a WSDL")
