"""P21's prices, with the stock it tells beside them."""

from decimal import Decimal
from typing import Any

from .catalogue import BY_SKU, Item
from .p21_orders import UNIT_SIZES, Price
from .p21_tables import Row

_EIGHT_PLACES = Decimal("0.00000001")


def priced(customer: str, line: dict[str, Any], sales_location: str, stock: list[Row], price: Price) -> Row:
    """The answer to one line: the price of its quantity in its unit."""
    item = BY_SKU[line["ItemId"]]
    unit = str(line.get("UOM", "EA")).upper()
    size = UNIT_SIZES[unit]
    quantity = Decimal(str(line.get("UnitQuantity", 1)))
    unit_price = price(customer, item, quantity * size) * size
    location = int(line.get("SourceLocId") or sales_location)
    held = stocked(stock, item, location)
    return {
        "ItemId": item.sku,
        "UnitPrice": unit_price.quantize(_EIGHT_PLACES) if size > 1 else _plain(unit_price),
        "BaseUnitPrice": _plain(item.list_price * size),
        "UOM": unit,
        "UOMUnitSize": size,
        "PriceUOM": {1: "EA", 100: "C", 1000: "M"}[item.priced_per],
        "PricePageUid": 991,
        "ExtendedPrice": _plain(unit_price * quantity),
        "LocationId": location,
        "QuantityAvailable": _plain(held["qty_on_hand"] - held["qty_allocated"]),
        "QuantityOnHand": _plain(held["qty_on_hand"]),
        "QuantityAllocated": _plain(held["qty_allocated"]),
    }


def stocked(stock: list[Row], item: Item, location: int) -> Row:
    """The row of an item at a location; one with nothing where there is none."""
    for row in stock:
        if (row["item_id"], row["location_id"]) == (item.sku, location):
            return row
    return {"qty_on_hand": Decimal(0), "qty_allocated": Decimal(0)}


def _plain(amount: Decimal) -> Decimal:
    return amount.normalize()
