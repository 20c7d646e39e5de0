"""Clients of a fake without a port in between, most of them logged in already."""

import asyncio

import httpx
from starlette.types import ASGIApp

from tests.fakes.eclipse import Eclipse
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.p21 import P21


class InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI app directly."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            reply = await self._app.handle_async_request(request)
            return httpx.Response(reply.status_code, headers=reply.headers, content=await reply.aread())

        return asyncio.run(ask())


def client_of(app: ASGIApp, headers: dict[str, str] | None = None) -> httpx.Client:
    return httpx.Client(transport=InProcess(app), base_url="http://testserver", headers=headers)


def eclipse_client(eclipse: Eclipse) -> httpx.Client:
    client = client_of(eclipse.app)
    session = client.post("/Sessions", json={"username": eclipse.user, "password": eclipse.password}).json()
    client.headers["sessionToken"] = session["sessionToken"]
    return client


def p21_client(p21: P21) -> httpx.Client:
    client = client_of(p21.app, {"Accept": "application/json"})
    token = client.post("/api/security/token/v2", json={"username": p21.user, "password": p21.password}).json()
    client.headers["Authorization"] = f"Bearer {token['AccessToken']}"
    return client


def oro_client(oro: OroCommerce) -> httpx.Client:
    client = client_of(oro.app)
    asked = {"grant_type": "client_credentials", "client_id": oro.client_id, "client_secret": oro.client_secret}
    client.headers["Authorization"] = f"Bearer {client.post('/oauth2-token', json=asked).json()['access_token']}"
    client.headers["Content-Type"] = "application/vnd.api+json"
    return client
