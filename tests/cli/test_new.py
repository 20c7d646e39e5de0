"""`engine new`: a first integration that is valid and works as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import engine
from tests.cli.conftest import Shell
from tests.fakes.serving import serving

TESTS = Path(__file__).parents[1]
SALES = TESTS / "wsdl" / "sales.wsdl"
OPENAPI = TESTS / "drafting" / "shop.openapi.yaml"
TYPES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x" elementFormDefault="qualified">
<xs:include schemaLocation="more.xsd"/><xs:element name="Get"><xs:complexType><xs:sequence>
<xs:element name="no" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
MORE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x" elementFormDefault="qualified">
<xs:element name="GetResponse"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence>
</xs:complexType></xs:element></xs:schema>"""
WSDL = """<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap12/"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:x" targetNamespace="urn:x">
<w:types><xs:schema><xs:import namespace="urn:x" schemaLocation="../types?v=1&amp;part=a"/></xs:schema></w:types>
<w:message name="I"><w:part name="p" element="t:Get"/></w:message>
<w:message name="O"><w:part name="p" element="t:GetResponse"/></w:message>
<w:portType name="P"><w:operation name="GetCustomer"><w:input message="t:I"/><w:output message="t:O"/></w:operation></w:portType>
<w:binding name="B" type="t:P"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/><w:operation name="GetCustomer">
<s:operation soapAction="urn:get"/><w:input><s:body use="literal"/></w:input>
<w:output><s:body use="literal"/></w:output></w:operation>
</w:binding><w:service name="S"><w:port name="P" binding="t:B"><s:address location="http://erp.example/soap"/></w:port></w:service>
</w:definitions>"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A WSDL over HTTP, whose types stand elsewhere."""

    def answer(request: Request) -> Response:
        text = {"/services/customers": WSDL, "/types": TYPES, "/more.xsd": MORE}.get(request.url.path, "")
        return Response(text, 200 if text else 404, media_type="text/xml")

    with serving(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        yield url


@pytest.mark.parametrize(("option", "source"), [("--wsdl", SALES), ("--openapi", OPENAPI)])
def test_what_is_written_is_valid_and_says_what_the_system_says(
    shell: Shell, folder: Path, option: str, source: Path
) -> None:
    done = shell("new", "acme", option, str(source))

    assert (done.returncode, done.stderr) == (0, "")
    assert engine.validate(folder / "integrations" / "acme.yaml") == []
    written = (folder / "integrations" / "acme.yaml").read_text()
    assert written == (TESTS / "drafting" / f"acme{option.lstrip('-')}.yaml").read_text()


@pytest.mark.parametrize(
    "file",
    [
        *["wsdl/encoded.wsdl", "wsdl/kinds.wsdl", "wsdl/page.wsdl", "wsdl/codeunit.wsdl"],
        *["drafting/orders.openapi.yaml", "drafting/stock.openapi.json"],  # OpenAPI 3.0 and 3.1
    ],
)
def test_every_style_of_description_gives_a_valid_file(shell: Shell, folder: Path, file: str) -> None:
    done = shell("new", "acme", "--wsdl" if file.endswith(".wsdl") else "--openapi", str(TESTS / file))

    assert (done.returncode, done.stderr) == (0, "")
    assert engine.validate(folder / "integrations" / "acme.yaml") == []


def test_headers_forms_and_open_operations_of_openapi_are_written(shell: Shell, folder: Path) -> None:
    done = shell("new", "acme", "--openapi", str(TESTS / "drafting" / "orders.openapi.yaml"))

    written = (folder / "integrations" / "acme.yaml").read_text()
    assert 'X-Tenant: =input."X-Tenant"' in written
    assert "        auth: {type: none}\n        format: form\n" in written
    assert "  look at endpoints.upload: its body is multipart/form-data, which no format writes" in done.stdout


def test_each_address_of_a_wsdl_has_its_setting(shell: Shell, folder: Path) -> None:
    shell("new", "acme", "--wsdl", str(SALES.parent / "kinds.wsdl"))

    written = (folder / "integrations" / "acme.yaml").read_text()
    assert 'url_2: {type: url, default: "https://erp.example/rpc", description: Address of PlaceRpc}' in written
    assert "place_rpc: {operation: PlaceRpc, url: =settings.url_2}" in written


def test_a_wsdl_is_fetched_with_all_that_it_imports(shell: Shell, folder: Path, site: str) -> None:
    done = shell("new", "crm", "--wsdl", f"{site}/services/customers?wsdl")

    assert done.stdout.splitlines() == [
        "integrations/crm.yaml: 1 endpoints, 1 messages, from crm.wsdl",
        "  look at settings.url: the WSDL says http://erp.example/soap: use https, or say under `insecure:` why not",
        "  look at endpoints.get_customer: effect: by its name; check it",
        "next: engine validate integrations/, then engine mock or engine call crm get_customer",
    ]
    made = folder / "integrations"
    assert sorted(file.name for file in made.glob("crm*")) == ["crm.1.xsd", "crm.2.xsd", "crm.wsdl", "crm.yaml"]
    assert engine.validate(made / "crm.yaml") == []
    assert "name: =answer.name" in (made / "crm.yaml").read_text()


def test_what_is_there_is_not_written_over(shell: Shell, folder: Path) -> None:
    shell("new", "acme", "--wsdl", str(SALES))
    (folder / "integrations" / "acme.yaml").write_text("mine")

    done = shell("new", "acme", "--openapi", str(OPENAPI))

    assert (done.returncode, done.stderr) == (2, "integrations/acme.yaml is there already; --replace writes over it\n")
    assert (folder / "integrations" / "acme.yaml").read_text() == "mine"
    assert shell("new", "acme", "--openapi", str(OPENAPI), "--replace").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Acme", "--wsdl", str(SALES)], '"Acme" is no name: small letters, digits and _, a letter first'),
        (["acme"], "say from what: --wsdl FILE|URL (SOAP), --openapi FILE|URL (REST), or --database"),
        (["acme", "--wsdl", "gone.wsdl"], "gone.wsdl: No such file or directory; give a file or an address"),
        (["acme", "--wsdl", str(OPENAPI)], f"{OPENAPI} is no WSDL: it is no XML: "),
        (["acme", "--openapi", str(SALES)], "acme.openapi.yaml:"),
        (["acme", "--wsdl", "SITE/gone"], "/gone answered 404; fetch the file by other means, and give its name"),
        (["acme", "--wsdl", "SITE/more.xsd"], "acme.wsdl has no SOAP services; "),
    ],
)
def test_what_cannot_be_used_is_said_and_leaves_nothing(
    shell: Shell, folder: Path, site: str, arguments: list[str], words: str
) -> None:
    done = shell("new", *(argument.replace("SITE", site) for argument in arguments))

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((folder / "integrations").glob("acme*.wsdl"))
