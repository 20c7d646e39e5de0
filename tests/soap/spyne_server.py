"""A SOAP server that others wrote, in a process of its own: `python -m tests.soap.spyne_server` prints its address."""

from __future__ import annotations

from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from spyne import Application, Array, Boolean, ComplexModel, Decimal, ServiceBase, Unicode, rpc
from spyne.model.fault import Fault
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

NAMESPACE = "urn:example:spyne"


class Line(ComplexModel):
    __namespace__ = NAMESPACE
    sku = Unicode(min_occurs=1)
    quantity = Decimal
    gift = Boolean


class Receipt(ComplexModel):
    __namespace__ = NAMESPACE
    number = Unicode
    total = Decimal
    lines = Array(Line)


class Orders(ServiceBase):
    @rpc(Unicode, Array(Line), _returns=Receipt)
    def CreateSalesOrder(ctx: Any, customer: str, lines: list[Line]) -> Receipt:
        if customer == "GONE":
            raise Fault("Client.Customer", "there is no customer <GONE>")
        return Receipt(number=f"SO-{customer}", total=sum(line.quantity for line in lines), lines=lines)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None: ...


if __name__ == "__main__":
    app = Application([Orders], NAMESPACE, in_protocol=Soap11(validator="lxml"), out_protocol=Soap11())
    server = make_server("127.0.0.1", 0, WsgiApplication(app), handler_class=Quiet)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
