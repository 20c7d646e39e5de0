"""The Web-Connector in front of an ERP (ERP facts, section 4): RPC/encoded, and one service per message, document/literal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .envelopes import Called, SoapFault, called, document, faulted, typed, xml
from .faults import Faults
from .recording import Recorded, recorded
from .webconnector_desk import Desk

CLASSIC = "/webconnector/webconnector_opentrans.php5"
SERVICE = "/InboundCreateOrderIISWebService.svc"
NAMESPACE = "http://www.silversolutions.de"
WSDL = Path(__file__).parent / "webconnector.wsdl"


class WebConnector:
    """Serve `.app`; look at `.desk`, `.calls`, `.requests`; break it with `.faults` (the line) and `.say` (the ERP)."""

    def __init__(self, user: str = "shop", password: str = "secret") -> None:
        self.user = user
        self.password = password
        self.desk = Desk()
        self.calls: list[Called] = []
        """What was called, in order."""
        self.requests: list[Recorded] = []
        self.faults = Faults()
        self._saying: list[SoapFault | str] = []
        routes = [
            Route(CLASSIC, self._classic, methods=["POST"]),
            Route(SERVICE, self._service, methods=["POST"]),
            Route(SERVICE, lambda request: Response(WSDL.read_bytes(), media_type="text/xml"), methods=["GET"]),
        ]
        self.app: ASGIApp = recorded(self.faults.around(Starlette(routes=routes)), self.requests)

    def say(self, *answers: SoapFault | str) -> None:
        """Answer the next calls by these: a fault, or the text that stands in `return`, whatever it is."""
        self._saying.extend(answers)

    async def _classic(self, request: Request) -> Response:
        return await self._answer(request, self._of_classic)

    async def _service(self, request: Request) -> Response:
        return await self._answer(request, self._of_service)

    async def _answer(self, request: Request, answer: Any) -> Response:
        try:
            call = called(await request.body())
            self.calls.append(call)
            return Response(answer(call), media_type="text/xml")
        except SoapFault as fault:
            return Response(faulted(fault), 500, media_type="text/xml")

    def _of_classic(self, call: Called) -> bytes:
        if call.namespace != NAMESPACE:
            raise SoapFault("Server", f"Function ('{call.operation}') doesn't exist in {call.namespace}")
        self._known(call)
        return typed(call, self._said() or self.desk.answer(call.operation, call.arguments["data"]))

    def _of_service(self, call: Called) -> bytes:
        self._known(call)
        answer = self._said() or self.desk.answer(call.operation, call.arguments["xml"])
        return document(call, xml("CreateSalesOrderResult", answer))

    def _known(self, call: Called) -> None:
        if (call.arguments.get("user"), call.arguments.get("password")) != (self.user, self.password):
            raise SoapFault("Client", "Access denied")

    def _said(self) -> str:
        said = self._saying.pop(0) if self._saying else ""
        if isinstance(said, SoapFault):
            raise said
        return said
