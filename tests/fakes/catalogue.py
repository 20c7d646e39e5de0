"""The goods and the customers all fakes begin with. Immutable: a fake copies what it lets change.

Prices are US dollars for one piece, whatever unit the ERP quotes them in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

FOUR_PLACES = Decimal("0.0001")
CENT = Decimal("0.01")
GENERATED = 250


@dataclass(frozen=True)
class Item:
    """`product_id` is Eclipse's and P21's number, `oro_id` the shop's. `priced_per`: pieces in the pricing unit."""

    sku: str
    product_id: int
    oro_id: str
    description: str
    list_price: Decimal
    priced_per: int = 1
    stock: Mapping[str, int] = field(default_factory=dict)
    """Pieces on hand by branch (Eclipse) or location (P21)."""
    allocated: int = 0
    """Pieces promised in branch 10."""


@dataclass(frozen=True)
class Customer:
    id: str
    name: str
    discount: Decimal
    ship_to: str
    street: str
    city: str
    state: str
    postal_code: str
    credit_limit: Decimal


NAMED = (
    Item("EMT-05", 5, "1", "1/2 EMT CONDUIT 10FT", Decimal("5.60"), 100, {"10": 900, "12": 340}, allocated=40),
    Item("EMT-07", 77, "2", "3/4 EMT CONDUIT 10FT", Decimal("8.40"), 100, {"10": 500, "12": 0}, allocated=0),
    Item("00123", 123, "3", "WIRE NUT RED", Decimal("0.0725"), 1000, {"10": 42000, "12": 15000}, allocated=2000),
    Item("1E10", 110, "4", "RELAY 10A 24VDC", Decimal("18.90"), 1, {"10": 12, "12": 7}, allocated=3),
    Item("3.10", 310, "5", "CABLE TIE 3.10 IN", Decimal("0.11"), 100, {"10": 8000, "12": 8000}, allocated=0),
    Item("O'NEIL-2", 502, "6", "O'NEIL 2\" CLAMP <GALV> & BOLT", Decimal("2.35"), 1, {"10": 60, "12": 0}, allocated=60),
)

ITEMS = NAMED + tuple(
    Item(
        sku=f"GEN-{number:04}",
        product_id=1000 + number,
        oro_id=str(100 + number),
        description=f"GENERATED ITEM {number}",
        list_price=Decimal(100 + number * 37 % 9000) / 100,
        priced_per=100 if number % 7 == 0 else 1,
        stock={"10": number * 3 % 200, "12": number * 7 % 50},
        allocated=number * 3 % 200 // 10,
    )
    for number in range(1, GENERATED + 1)
)

BY_SKU = {item.sku: item for item in ITEMS}

CUSTOMERS = (
    Customer(
        "12625", "ACME ELECTRIC", Decimal("0.15"), "102235", "1 Main St", "Dallas", "TX", "75001", Decimal("50000.00")
    ),
    Customer(
        "100123", "BOLT SUPPLY", Decimal("0.20"), "100124", "9 Bay Rd", "Oakland", "CA", "94601", Decimal("12500.00")
    ),
)

CONTRACT_PRICES: Mapping[tuple[str, str], Decimal] = {
    ("12625", "EMT-05"): Decimal("4.125"),
    ("100123", "EMT-05"): Decimal("4.125"),
    ("12625", "EMT-07"): Decimal("6.205"),
    ("100123", "EMT-07"): Decimal("5.95"),
}

QUANTITY_BREAKS: Mapping[str, tuple[int, Decimal]] = {"EMT-05": (100, Decimal("3.982"))}
"""From so many pieces on, every customer with a number pays this for one piece."""


def piece_price(customer_id: str | None, item: Item, pieces: Decimal = Decimal(1)) -> Decimal:
    """What the customer pays for one piece when buying so many: break, then contract, then discount."""
    discounts = {customer.id: customer.discount for customer in CUSTOMERS}
    if customer_id not in discounts:
        return item.list_price
    from_pieces, broken = QUANTITY_BREAKS.get(item.sku, (0, Decimal(0)))
    if from_pieces and pieces >= from_pieces:
        return broken
    contract = CONTRACT_PRICES.get((customer_id, item.sku))
    if contract is not None:
        return contract
    return (item.list_price * (1 - discounts[customer_id])).quantize(FOUR_PLACES, ROUND_HALF_UP)
