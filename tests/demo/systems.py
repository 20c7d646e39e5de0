"""The simulated systems, and the settings that lead the engine to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.certificates import authority
from tests.fakes.eclipse import Eclipse
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.p21 import P21
from tests.fakes.serving import serving
from tests.fakes.webconnector import CLASSIC, WebConnector

SHOP_TOKEN = "demo-shop-token"
HOOK_SECRET = "demo-hook-secret"
PASSWORDS = {
    "P21_PASSWORD": "p21-horse-staple",
    "ECLIPSE_PASSWORD": "eclipse-horse-staple",
    "OROCOMMERCE_SECRET": "oro-horse-staple",
    "WEBCONNECTOR_PASSWORD": "connector-horse-staple",
}


@dataclass(frozen=True)
class Systems:
    """Three ERPs and a shop, served over https.

    Attributes:
        environment: what an administrator would set to reach them.
        order: an order that the shop has, to be sent to an ERP.
    """

    p21: P21
    eclipse: Eclipse
    shop: OroCommerce
    connector: WebConnector
    environment: dict[str, str]
    order_id: str
    order_no: str


@contextmanager
def simulated(folder: Path) -> Iterator[Systems]:
    """Start the systems; `folder` takes the certificates."""
    ca = authority(folder)
    p21 = P21(password=PASSWORDS["P21_PASSWORD"])
    eclipse = Eclipse(password=PASSWORDS["ECLIPSE_PASSWORD"])
    shop = OroCommerce(client_secret=PASSWORDS["OROCOMMERCE_SECRET"])
    connector = WebConnector(password=PASSWORDS["WEBCONNECTOR_PASSWORD"])
    order = shop.place_order("PO-771", "100123", [("EMT-05", "10", "4.125"), ("00123", "2", "5.80")])
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(system.app, tls=ca)) for system in (p21, eclipse, shop, connector)]
        environment = {
            "P21_URL": urls[0],
            "P21_USER": "api",
            "P21_COMPANY": "ACME",
            "P21_DEFAULT_CUSTOMER": "100123",
            "ECLIPSE_URL": urls[1],
            "ECLIPSE_USER": "WEBAPI",
            "ECLIPSE_DEFAULT_CUSTOMER": "12625",
            "OROCOMMERCE_URL": urls[2],
            "OROCOMMERCE_CLIENT": "client",
            "WEBCONNECTOR_URL": urls[3] + CLASSIC,
            "WEBCONNECTOR_USER": "shop",
            "WEBCONNECTOR_PAYMENT_TOKEN": "demo-payment-token",
            **PASSWORDS,
        }
        for name in ("P21", "ECLIPSE", "OROCOMMERCE", "WEBCONNECTOR"):
            environment[f"{name}_CA"] = str(ca.ca_file)
            environment[f"{name}_LOG_PAYLOADS"] = "true"
        environment["WEBCONNECTOR_SHOP_TOKEN"] = SHOP_TOKEN
        for name in ("P21", "ECLIPSE"):
            environment[f"{name}_SHOP_TOKEN"] = SHOP_TOKEN
            environment[f"{name}_HOOK_SECRET"] = HOOK_SECRET
        yield Systems(p21, eclipse, shop, connector, environment, order.id, str(order.attributes["identifier"]))
