"""Against PHP's SOAP server: without a WSDL, as classic connectors are, and with one, in every style."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from engine.calls import Call
from engine.errors import Refused
from engine.exchange import Trace
from tests.protocols.conftest import Open
from tests.soap.php import WSDLS, running_php

CLASSIC = """
    connections:
      erp:
        type: soap
        url: {url}/classic{path}
        insecure: a test
        namespace: http://www.silversolutions.de
        style: rpc
        use: encoded
        version: {version}
        parameters: {{user: text, password: text, erp_parameters: map, data: xml}}
        endpoints:
          echo: {{operation: ECHO_BACK, effect: read}}
          kinds: {{operation: KINDS, effect: read}}
          as_xml: {{operation: AS_XML, effect: read, returns: xml, format: {{type: xml, lists: [No]}}}}
          refuse: {{operation: REFUSE, effect: read, error: {{text: =reply.fault.text, code: =reply.fault.code}}}}
    """
OF_WSDL = """
    connections:
      erp:
        type: soap
        url: {url}
        insecure: a test
        wsdl: {wsdl}
        version: {version}
        endpoints:
          call: {{operation: {operation}}}
    """
ORDER: dict[str, Any] = {
    "_id": "7",
    "Buyer": {"_type": "Branch", "_no": 3, "Name": "Acme & <Söhne>", "TaxNo": "DE1", "City": "Wien"},
    "Texts": [{"Text": " 00123 ", "Exact": Decimal("4.1250"), "Whole": 7, "Yes": False, "Day": "2025-01-31"}],
    "ShipTo": {"_type": "Branch", "Name": "Lager", "City": "Graz"},
    "Comment": [{"_": "hi", "_lang": "en"}],
    "Pack": [{"unit": "BOX", "price": Decimal("9.90")}],
}
PATHS = {"soap11": "", "soap12": "12"}
both = pytest.mark.parametrize("version", ["soap11", "soap12"])


@pytest.fixture(scope="module")
def php() -> Iterator[str]:
    with running_php() as url:
        yield url


@pytest.fixture(autouse=True)
def beside_the_wsdls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(WSDLS)


async def sent(opened: Open, text: str, endpoint: str, body: Any) -> Any:
    return (await opened(text)["erp"].send(Call(endpoint, body=body, retries=False), Trace(payloads=False))).body


async def classic(opened: Open, php: str, version: str, endpoint: str, body: Any) -> Any:
    return await sent(opened, CLASSIC.format(url=php, version=version, path=PATHS[version]), endpoint, body)


@both
async def test_arguments_of_a_classic_connector_are_understood(opened: Open, php: str, version: str) -> None:
    options = {"timeout": 5000, "deep": {"a": [1, "b"], "yes": True}, "price": Decimal("1.50"), "none": None}

    data = {"Order": {"No": "ü <1>"}}
    told = await classic(opened, php, version, "echo", {"user": "shop", "erp_parameters": options, "data": data})

    assert told == {
        "return": {
            "user": "shop",
            "map": {**options, "price": "1.50"},  # PHP keeps decimals as text
            "data": "<Order><No>ü &lt;1&gt;</No></Order>",
            "count": 4,
        }
    }


@both
async def test_a_result_is_read_in_the_types_that_it_carries(opened: Open, php: str, version: str) -> None:
    told = await classic(opened, php, version, "kinds", {"user": "x"})

    assert told == {
        "return": {
            **{"whole": 7, "exact": Decimal("1.5"), "yes": True, "none": None, "text": "00123", "list": [1, "b"]},
            **{"map": {"k": {"deep": False}}, "empty": []},
        }
    }


@both
async def test_a_text_that_holds_xml_is_read_as_that(opened: Open, php: str, version: str) -> None:
    told = await classic(opened, php, version, "as_xml", {"data": {"Order": {"No": "A & B"}}})

    assert told == {"Answer": {"No": ["A & B"]}}


@both
async def test_faults_are_refusals_in_its_words(opened: Open, php: str, version: str) -> None:
    with pytest.raises(Refused) as error:
        await classic(opened, php, version, "refuse", {"user": "JO"})

    refused = error.value
    assert (refused.text, refused.code in ("Server", "Receiver"), refused.temporary) == (
        "Table is locked by <JO>",
        True,
        True,
    )


async def test_encoded_arrays_go_and_what_is_told_twice_comes_once_and_is_referred_to(
    opened: Open,
    php: str,
) -> None:
    text = OF_WSDL.format(url=f"{php}/encoded", wsdl="encoded.wsdl", operation="CreateOrder", version="soap11")
    lines = [{"sku": "00123", "quantity": 2}, {"sku": "B", "quantity": 1}]

    reply = await sent(opened, text, "call", {"customer": "1", "lines": lines})

    assert reply == {"number": "SO-1", "lines": [lines[0], lines[0], lines[1]]}


@both
async def test_a_wrapped_document_comes_back_as_it_went(opened: Open, php: str, version: str) -> None:
    reply = await kinds(opened, php, version, "Place", {"order": ORDER})

    assert reply == {"order": ORDER}


@both
async def test_a_bare_document(opened: Open, php: str, version: str) -> None:
    assert await kinds(opened, php, version, "PlaceBare", ORDER) == Decimal("1.5")


async def test_literal_arguments(opened: Open, php: str) -> None:
    reply = await kinds(opened, php, "soap11", "PlaceRpc", {"order": ORDER, "copies": 2})

    assert reply == {"order": {**ORDER, "Note": "Branch x 2"}}


async def test_what_is_only_told_is_not_answered(opened: Open, php: str) -> None:
    assert await kinds(opened, php, "soap11", "Tell", {"Text": "x"}) is None


async def kinds(opened: Open, php: str, version: str, operation: str, body: Any) -> Any:
    url = f"{php}/kinds{PATHS[version]}"
    text = OF_WSDL.format(url=url, wsdl="kinds.wsdl", operation=operation, version=version)
    return await sent(opened, text, "call", body)
