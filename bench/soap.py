"""SOAP calls at 16 in flight: the engine's session against a hand-written zeep client, in the same run.

    python -m bench.soap [--calls N]

Both call one server in a process of its own, with the same WSDL: an order of 5 lines, an answer of 5 lines.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.served import served
from engine.calls import Call
from engine.document import parse
from engine.exchange import Trace
from engine.redaction import Redactor
from engine.runtime.connections.sessions import Sessions
from engine.settings import Sources, resolve
from engine.spec.load import read

AIM = 1.5
IN_FLIGHT = 16
WSDL = Path(__file__).parents[1] / "tests" / "wsdl" / "sales.wsdl"
LINES = 5
FILE = """
engine: 1
name: bench
connections:
  erp:
    type: soap
    url: {url}
    insecure: a benchmark
    wsdl: sales.wsdl
    limits: {{concurrency: 16}}
    endpoints: {{create: {{operation: CreateOrder}}}}
"""
REPLY = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><CreateOrderResponse xmlns="urn:example:sales"
xmlns:t="urn:example:types"><OrderNo>SO-1</OrderNo><Status>open</Status><Total>49.50</Total>{lines}</CreateOrderResponse></s:Body>
</s:Envelope>""".format(
    lines="".join(
        f'<Line number="{n}"><t:ItemNo>{n:05d}</t:ItemNo><t:Quantity>5</t:Quantity><t:UnitPrice currency="EUR">9.90</t:UnitPrice>'
        "<t:Gift>false</t:Gift></Line>"
        for n in range(LINES)
    )
)


def line(number: int, text: str, attribute: str) -> dict[str, Any]:
    price = {text: Decimal("9.90"), f"{attribute}currency": "EUR"}
    return {f"{attribute}number": number, "ItemNo": f"{number:05d}", "Quantity": 5, "UnitPrice": price, "Gift": False}


def order(text: str, attribute: str) -> dict[str, Any]:
    return {"CustomerNo": "10000", "PickUp": "x", "Line": [line(number, text, attribute) for number in range(LINES)]}


async def serve() -> None:
    """The server: reads a request, answers the same."""
    body = REPLY.encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def ours(url: str, calls: int) -> float:
    """Calls a second of the engine's session."""
    integration, _ = read(parse(FILE.format(url=url), str(WSDL.parent / "bench.yaml")))
    sessions = Sessions(integration, resolve("bench", {}, Sources({}, {})), Redactor())
    body = {"order": order("_", "_")}
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            reply = await sessions["erp"].send(Call("create", body=body), Trace(payloads=False))
            assert reply.body["Line"][4]["ItemNo"] == "00004"

    await sessions["erp"].send(Call("create", body=body), Trace(payloads=False))
    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    took = time.perf_counter() - began
    await sessions.aclose()
    return calls / took


def theirs(url: str, calls: int) -> float:
    """Calls a second of zeep's client, 16 threads on one pool of connections."""
    import requests
    import zeep
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=IN_FLIGHT))
    client = zeep.Client(str(WSDL), transport=zeep.Transport(session=session))
    service = client.create_service("{urn:example:sales}SalesBinding", url)
    body = order("_value_1", "")
    service.CreateOrder(order=body)
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        began = time.perf_counter()
        for reply in pool.map(lambda _: service.CreateOrder(order=body), range(calls)):
            assert reply.Line[4].ItemNo == "00004"
        return calls / (time.perf_counter() - began)


def main() -> int:
    options = argparse.ArgumentParser(prog="bench.soap", description=__doc__)
    options.add_argument("--calls", type=int, default=2000)
    options.add_argument("--serve", action="store_true")
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve())
        return 0
    with served("bench.soap") as port:
        url = f"http://127.0.0.1:{port}"
        hand = theirs(url, given.calls)
        own = asyncio.run(ours(url, given.calls))
    print(
        f"SOAP, {IN_FLIGHT} in flight: engine {own:,.0f}/s, zeep client {hand:,.0f}/s; ratio {own / hand:.1f}, aim {AIM}"
    )
    return 0 if own / hand >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
