"""SOAP services of tests, with and without a WSDL, and what goes over the wire to them."""

from __future__ import annotations

from typing import Any

import httpx
from lxml import etree

from engine.calls import Call
from engine.exchange import Trace
from tests.protocols.conftest import Open

CLASSIC = """
    settings:
      password: {type: secret}
    connections:
      erp:
        type: soap
        url: https://erp.test/connector.php
        namespace: urn:example:connector
        style: rpc
        use: encoded
        parameters: {user: text, password: text, options: map, data: xml}
        returns: xml
        format: {type: xml, lists: [Line]}
        body: {user: shop, password: =settings.password, options: {timeout: 5000}}
        error: {text: =reply.fault.detail.Words}
        endpoints:
          price: {operation: CALCULATE_PRICE, effect: read}
          order: {operation: CREATE_ORDER}
          moved: {operation: CREATE_ORDER, url: "https://other.test/orders", action: "urn:moved"}
          raw:
            operation: RAW
            parameters: {user: text, password: text, options: map, data: map, count: integer, exact: decimal, yes: boolean}
    """


def envelope(inner: str, namespace: str = "http://schemas.xmlsoap.org/soap/envelope/") -> str:
    return f'<s:Envelope xmlns:s="{namespace}"><s:Body>{inner}</s:Body></s:Envelope>'


class Wire:
    """Answers one text to every request, and keeps the last one."""

    def __init__(self, reply: str, status: int = 200, kind: str = "text/xml; charset=utf-8") -> None:
        self.reply, self.status, self.kind = reply, status, kind
        self.request: httpx.Request

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        return httpx.Response(self.status, text=self.reply, headers={"content-type": self.kind})

    @property
    def body(self) -> str:
        """What stands in the body of the request, as canonical XML."""
        body = etree.fromstring(self.request.content).find("{*}Body")
        assert body is not None
        return etree.tostring(body[0], method="c14n", exclusive=True).decode()


async def sent(opened: Open, text: str, wire: Wire, endpoint: str, body: Any) -> Any:
    sessions = opened(text, httpx.MockTransport(wire), **({"password": "pw<1>"} if "secret" in text else {}))
    return (await sessions["erp"].send(Call(endpoint, body=body, retries=False), Trace(payloads=False))).body
