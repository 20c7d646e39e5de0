"""P21's customers as its Entity API shows them."""

from decimal import Decimal
from typing import Any

from .catalogue import CUSTOMERS, Customer
from .p21_tables import COMPANY


def seeded() -> dict[str, dict[str, Any]]:
    return {f"{COMPANY}_{customer.id}": _entity(customer) for customer in CUSTOMERS}


def _entity(customer: Customer) -> dict[str, Any]:
    used = customer.credit_limit / 10
    return {
        "CompanyId": COMPANY,
        "CustomerId": int(customer.id),
        "CustomerName": customer.name,
        "TermsId": "N30",
        "CreditStatus": "GOOD",
        "CreditLimit": customer.credit_limit,
        "CreditLimitPerOrder": Decimal("5000.00"),
        "CreditLimitUsed": used,
        "CreditLimitAvailable": customer.credit_limit - used,
        "Taxable": "Y" if customer.state == "TX" else "N",
        "CurrencyId": 1,
        "LegacyId": "",
        "Delete": "N",
        "CustomerAddress": {
            "CorpAddressId": int(customer.id),
            "MailAddress1": customer.street,
            "MailCity": customer.city,
            "MailState": customer.state,
            "MailPostalCode": customer.postal_code,
            "MailCountry": "USA",
        },
    }
