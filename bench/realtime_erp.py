"""The fake ERP of bench/realtime.py: a raw protocol, so that it takes little of the machine.

Run as `python -m bench.realtime_erp PORT`.
"""

from __future__ import annotations

import asyncio
import sys
import zlib
from decimal import Decimal
from functools import lru_cache

import msgspec
import uvloop

from bench.realtime_case import ERP_PATH, ERP_TOKEN

_FIRST = f"POST {ERP_PATH}?".encode()
_AUTH = f"authorization: bearer {ERP_TOKEN}\r\n".encode()


class Line(msgspec.Struct):
    """What is asked, as far as the price depends on it."""

    ItemId: str
    UnitQuantity: Decimal
    UOM: str | None = None


_LINES = msgspec.json.Decoder(list[Line])


@lru_cache(maxsize=65536)
def row(item: str, quantity: Decimal, unit: str) -> bytes:
    """The row of one line; prices with 8 places, as P21 writes them; null for what is not sold."""
    if item.startswith("UNKNOWN"):
        return b'{"ItemId":"%s","UnitPrice":null}' % item.encode()
    price = Decimal(zlib.crc32(f"{item}{unit}".encode()) % 1_000_000) / 1000
    text = (
        f'{{"ItemId":"{item}","UOM":"{unit}","UOMUnitSize":{100 if unit == "C" else 1},"UnitPrice":{price:.8f},'
        f'"BaseUnitPrice":{price * 2:.8f},"ExtendedPrice":{price * quantity:.8f},"PriceSource":"Contract"}}'
    )
    return text.encode()


class Erp(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        received = self._received + data
        self._received = received
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = received[: end + 2]
        low = head.lower()
        at = low.find(b"content-length: ") + 16
        length = int(low[at : low.index(b"\r", at)])
        if len(received) < end + 4 + length:
            return
        self._received = b""
        if not head.startswith(_FIRST) or _AUTH not in low:
            self._transport.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
            return
        lines = _LINES.decode(received[end + 4 :])
        body = b",".join([row(line.ItemId, line.UnitQuantity, line.UOM or "EA") for line in lines])
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nServer: fake\r\n"
            b"Cache-Control: no-cache\r\nContent-Length: %d\r\n\r\n[%s]" % (len(body) + 2, body)
        )


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Erp, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
