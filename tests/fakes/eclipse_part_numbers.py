"""Eclipse's customer part numbers: what a customer calls a product."""

from collections.abc import Mapping
from typing import Any

from .catalogue import CUSTOMERS, ITEMS
from .eclipse_orders import Refused


def seeded() -> dict[str, dict[str, Any]]:
    known = (("12625", "ACME-EMT05", 5), ("12625", "ACME-EMT07", 77), ("100123", "B-00123", 123))
    rows = [part_number({"customerId": customer, "partNumber": own, "productId": id}) for customer, own, id in known]
    return {row["id"]: row for row in rows}


def part_number(document: Mapping[str, Any]) -> dict[str, Any]:
    """The row `document` asks for, with its composite id, or Refused."""
    customer, product = str(document.get("customerId")), str(document.get("productId"))
    if customer not in {known.id for known in CUSTOMERS}:
        raise Refused(f"Customer {customer} does not exist")
    if product not in {str(item.product_id) for item in ITEMS}:
        raise Refused(f"Product {product} does not exist")
    if not document.get("partNumber"):
        raise Refused("partNumber is required")
    return {
        "id": f"{customer}~{document['partNumber']}~{product}",
        "customerId": int(customer),
        "partNumber": str(document["partNumber"]),
        "productId": int(product),
        "location": document.get("location", "SHELF"),
        "minQty": document.get("minQty", 100),
        "maxQty": document.get("maxQty", 200),
    }
