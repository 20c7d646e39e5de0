"""P21's services "ShipTo", "JobContractPricing" and the one that books payments: edits become rows, or a reason why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .catalogue import BY_SKU, CUSTOMERS
from .p21_entities import Entity
from .p21_orders import UNIT_SIZES, number_in
from .p21_tables import Row, ship_to_row
from .p21_transactions import Edits, NotImported, form, optional_form, required, rows

PRICING_METHODS = ("Pricing Libraries", "Source", "Price", "None")

_PHYSICAL = {
    "phys_address1": "PhysAddress1",
    "phys_address2": "PhysAddress2",
    "phys_city": "PhysCity",
    "phys_state": "PhysState",
    "phys_postal_code": "PhysPostalCode",
    "phys_country": "PhysCountry",
    "address_name": "Name",
}

Tables = dict[str, list[Row]]


def ship_to(tables: Tables, addresses: dict[str, Entity], transaction: Mapping[str, Any]) -> Edits:
    """Make an address the ship-to of a customer, or change one that is; gives its number."""
    edits = form(transaction, "TABPAGE_1.shiptomain")
    required(edits, company_id="Company ID", customer_id="Customer ID", address_name="Ship To Name")
    _customer(edits)
    number = edits.get("address_id", "")
    if number not in addresses:
        raise NotImported(f"Ship To ID {number} is not valid")
    held = [row for row in tables["ship_to"] if str(row["ship_to_id"]) == number]
    if held and str(held[0]["customer_id"]) != edits["customer_id"]:
        raise NotImported(f"Ship To ID {number} belongs to another customer")
    if not held:
        if not edits.get("default_branch"):
            raise NotImported("'Default Branch' is a required column.")
        tables["ship_to"].append(ship_to_row(int(number), int(edits["customer_id"]), edits["default_branch"]))
    phone = optional_form(transaction, "TABPAGE_5.tp_5_dw_5").get("central_phone_number")
    addresses[number] |= {field: edits[name] for name, field in _PHYSICAL.items() if name in edits}
    addresses[number] |= {"CentralPhoneNumber": phone} if phone else {}
    return {"address_id": number}


def job_contract(tables: Tables, transaction: Mapping[str, Any], now: datetime) -> Edits:
    """Make a contract, or change the one that has the job number or the contract number; gives its numbers."""
    edits = form(transaction, "FORM.d_dw_job_price_hdr")
    required(edits, company_id="Company ID", end_date="End Date")
    if datetime.fromisoformat(edits["end_date"]).date() < now.date():
        raise NotImported("End date must be greater than or equal to today")
    lines = [_contract_line(row) for row in rows(transaction, "JOBPRICELINE.jobpriceline")]
    held = [row for row in tables["job_price_hdr"] if _same_contract(row, edits)]
    if held and edits.get("corp_address_id"):
        raise NotImported("Column is disabled: corp_address_id")
    header = held[0] if held else _contract(tables, edits)
    header.update(end_date=datetime.fromisoformat(edits["end_date"]), date_last_modified=now)
    header["job_description"] = edits.get("job_description", header["job_description"])
    for line in lines:
        own = {"job_no": header["job_no"], "item_id": line["item_id"]}
        found = [row for row in tables["job_price_line"] if own.items() <= row.items()]
        if found:
            found[0].update(line)
        else:
            tables["job_price_line"].append({**own, **line})
    return {"job_no": header["job_no"], "contract_no": header["contract_no"]}


def _same_contract(row: Row, edits: Edits) -> bool:
    if edits.get("job_no"):
        return bool(row["job_no"] == edits["job_no"])
    same = (row["contract_no"], row["company_id"]) == (edits.get("contract_no"), edits["company_id"])
    return same and str(row["customer_id"]) == edits.get("customer_id")


def _contract(tables: Tables, edits: Edits) -> Row:
    required(edits, customer_id="Customer ID")
    _customer(edits)
    number = str(31 + len(tables["job_price_hdr"]))
    made = {
        "job_price_hdr_uid": int(number),
        "job_no": number,
        "contract_no": edits.get("contract_no") or number,
        "company_id": edits["company_id"],
        "customer_id": int(edits["customer_id"]),
        "job_description": "",
        "row_status_flag": 704,
    }
    tables["job_price_hdr"].append(made)
    return made


def _contract_line(edits: Edits) -> Row:
    required(edits, item_id="Item ID", uom="UOM", pricing_method="Pricing Method")
    if edits["item_id"] not in BY_SKU:
        raise NotImported(f"Item ID {edits['item_id']} is not valid")
    if edits["uom"].upper() not in UNIT_SIZES:
        raise NotImported(f"Unit of measure {edits['uom']} is not valid for item {edits['item_id']}")
    if edits["pricing_method"] not in PRICING_METHODS:
        raise NotImported(f"Invalid value for pricing_method: {edits['pricing_method']}")
    names = list(edits)
    if "price" in names and names.index("price") < names.index("pricing_method"):  # typed too early, and cleared again
        edits = {**edits, "price": "0"}
    return dict(edits)


def receipt(tables: Tables, transaction: Mapping[str, Any], now: datetime) -> Edits:
    """Book a payment for an invoice; gives its number."""
    edits = form(transaction, "TABPAGE_1.payment")
    required(edits, customer_id="Customer ID", invoice_no="Invoice", payment_date="Payment Date")
    amount = number_in(edits, "payment_amount")
    wanted = (edits["invoice_no"], edits["customer_id"])
    found = [row for row in tables["invoice_hdr"] if (row["invoice_no"], row["customer_id"]) == wanted]
    if not found:
        raise NotImported(f"Invoice {wanted[0]} is not valid for customer {wanted[1]}")
    invoice = found[0]
    if amount > invoice["total_amount"] - invoice["amount_paid"]:
        raise NotImported(f"Payment amount exceeds the balance of invoice {wanted[0]}")
    invoice["amount_paid"] += amount
    paid = invoice["amount_paid"] == invoice["total_amount"]
    invoice.update(paid_in_full_flag="Y" if paid else "N", date_last_modified=now)
    number = 88001 + len(tables["ar_payment_details"])
    kept = {"payment_type_id": edits.get("payment_type_id"), "payment_desc": edits.get("payment_desc", "")}
    tables["ar_payment_details"].append({"payment_number": number, **kept})
    return {"payment_number": str(number)}


def _customer(edits: Edits) -> None:
    if edits["customer_id"] not in {known.id for known in CUSTOMERS}:
        raise NotImported(f"Customer ID {edits['customer_id']} is not valid")
