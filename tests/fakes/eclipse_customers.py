"""Eclipse's customers: those who are billed, and the ship-tos they have, which are customers too."""

from collections.abc import Mapping
from typing import Any

from .catalogue import CUSTOMERS, Customer
from .eclipse_orders import Refused

Row = dict[str, Any]


def seeded() -> dict[str, Row]:
    """By id: each customer of the catalogue, and its warehouse."""
    rows = [row for known in CUSTOMERS for row in (_billed(known), _warehouse(known))]
    return {row["id"]: row for row in rows}


def _billed(known: Customer) -> Row:
    ship_tos = [{"shipToId": known.ship_to}]
    row = {"id": known.id, "name": known.name, "isBillTo": True, "isShipTo": False, "shipToLists": ship_tos}
    return {**row, **_place(known), **_terms()}


def _warehouse(known: Customer) -> Row:
    row = {"id": known.ship_to, "name": f"{known.name} WAREHOUSE", "isBillTo": False, "isShipTo": True}
    return {**row, "billToId": known.id, **_place(known), **_terms()}


def _place(known: Customer) -> Row:
    lines = {"addressLine1": known.street, "addressLine2": None}
    place = {"city": known.city, "state": known.state, "postalCode": known.postal_code}
    return {**lines, **place, "countryCode": "USA"}


def _terms() -> Row:
    """What no shop says, and has to stay."""
    return {"defaultTerms": "NET30", "defaultShipVia": "UPS GROUND", "homeBranch": "10", "deleted": False}


def replaced(row: Row, document: Mapping[str, Any]) -> Row:
    """The customer after a PUT, which says all of it: what is not in `document` is gone. Or Refused."""
    if str(document.get("id")) != row["id"]:
        raise Refused("The id must match that of the path")
    if not document.get("name"):
        raise Refused("name is required")
    return {**document, "id": row["id"]}
