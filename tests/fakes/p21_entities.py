"""P21's Entity API: customers, contacts and addresses, with all the fields it has for them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from . import odata
from .catalogue import CUSTOMERS, Customer
from .p21_tables import COMPANY

Entity = dict[str, Any]

CUSTOMER_PARTS = (
    "CustomerAddress",
    "CustomerEDITransactions",
    "CustomerSalesreps",
    "CustomerTerms",
    "CustomerContacts",
    "CustomerShipTos",
)
"""Null unless asked for by `extendedproperties`."""
_CONTACT_TEXTS = [
    "Salutation",
    "Mi",
    "Title",
    "Mailstop",
    "Comments",
    "PhoneExt",
    "DirectFax",
    "FaxExt",
    "Beeper",
    "Cellular",
    "CellularExt",
    "Class1id",
    "Class2id",
    "Class3id",
    "Class4id",
    "Class5id",
    "HomeAddress1",
    "HomeAddress2",
    "HomePhone",
    "HomeFax",
    "HomeEmailAddress",
    "Url",
    "FirstName",
    "LastName",
    "DirectPhone",
    "EmailAddress",
    "LoginId",
]
_MAIL = ["Address1", "Address2", "Address3", "City", "State", "PostalCode", "Country"]
_ADDRESS_TEXTS = [f"{kind}{part}" for kind in ("Mail", "Phys") for part in _MAIL] + [
    "CentralPhoneNumber",
    "CentralFaxNumber",
    "Alternative1099Name",
    "NameControl",
    "Incorporated",
    "EmailAddress",
    "Url",
    "PhysCounty",
]


class EntityError(Exception):
    """Why a request came to nothing; `status` is HTTP's."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class Entities:
    """The records by the key that stands in their address: `ACME_12625` for a customer, a number for the others."""

    def __init__(self) -> None:
        self.customers = {f"{COMPANY}_{customer.id}": _customer(customer) for customer in CUSTOMERS}
        self.contacts: dict[str, Entity] = {}
        self.addresses: dict[str, Entity] = {}
        for customer in CUSTOMERS:
            for number in (customer.id, customer.ship_to):
                self.addresses[number] = _address(customer, int(number))

    def listed(self, kind: str, query: Mapping[str, str]) -> list[Entity]:
        found = [self._shown(kind, entity, query) for entity in self._of(kind).values()]
        if "$query" not in query:
            return found
        try:
            test = odata.filtered(query["$query"], set(found[0]) if found else None)
            return [entity for entity in found if test(entity)]
        except odata.ODataError as error:
            raise EntityError(str(error), 400) from None

    def one(self, kind: str, key: str, query: Mapping[str, str]) -> Entity:
        if key not in self._of(kind):
            text = f'Your query did not yield any results. No resources found for query string "GetById {key}".'
            raise EntityError(text, 404)
        return self._shown(kind, self._of(kind)[key], query)

    def created(self, kind: str, sent: Entity) -> Entity:
        if kind == "customers":
            raise EntityError("SalesrepId is required.", 400)
        entity = (_contact() if kind == "contacts" else _blank_address()) | _known(kind, sent)
        if kind == "contacts":
            if not entity["LastName"]:
                raise EntityError("LastName is required.", 400)
            if str(entity["AddressId"]) not in self.addresses:
                raise EntityError(f"Address ID {entity['AddressId']} is not valid.", 400)
            key = entity["Id"] = str(7001 + len(self.contacts))
        else:
            if not entity["Name"]:
                raise EntityError("Name is required.", 400)
            entity["AddressId"] = 900001 + len(self.addresses)
            key = str(entity["AddressId"])
        self._of(kind)[key] = entity
        return entity

    def changed(self, kind: str, key: str, sent: Entity) -> Entity:
        if kind == "addresses":
            raise EntityError("The requested resource does not support http method 'PUT'.", 405)
        held = self.one(kind, key, {"extendedproperties": "*"})
        for name, value in _known(kind, sent).items():
            if isinstance(value, dict):
                held[name] = {**(held[name] or {}), **value}
            elif name not in CUSTOMER_PARTS:
                held[name] = value
        self._of(kind)[key] = held
        return held

    def _of(self, kind: str) -> dict[str, Entity]:
        found: dict[str, Entity] = getattr(self, kind)
        return found

    def _shown(self, kind: str, entity: Entity, query: Mapping[str, str]) -> Entity:
        wanted = query.get("extendedproperties", "")
        if kind != "customers" or wanted == "*":
            return dict(entity)
        hidden = set(CUSTOMER_PARTS) - set(wanted.split(","))
        return {name: None if name in hidden else value for name, value in entity.items()}


def _known(kind: str, sent: Entity) -> Entity:
    """What was sent, if all of it has a name that P21 knows."""
    if kind != "customers":
        fields = _contact() if kind == "contacts" else _blank_address()
        for name in sent:
            if name not in fields:
                raise EntityError(f"Could not find member '{name}' on object of type '{kind}'.", 400)
    return sent


def _contact() -> Entity:
    texts = dict.fromkeys(_CONTACT_TEXTS, "")
    return {**texts, "Id": "", "AddressId": None, "DeleteFlag": "N", "UserDefinedFields": {}, "ObjectName": "contacts"}


def _blank_address() -> Entity:
    texts = dict.fromkeys(_ADDRESS_TEXTS, "")
    numbers = {"AddressId": None, "CorpAddressId": None}
    return {**texts, **numbers, "Name": "", "UserDefinedFields": {}, "ObjectName": "address"}


def _address(customer: Customer, number: int) -> Entity:
    lines = {
        "Address1": customer.street,
        "City": customer.city,
        "State": customer.state,
        "PostalCode": customer.postal_code,
        "Country": "USA",
    }
    both = {f"{kind}{part}": text for kind in ("Mail", "Phys") for part, text in lines.items()}
    own = {"AddressId": number, "CorpAddressId": int(customer.id), "Name": customer.name}
    return {**_blank_address(), **both, **own}


def _customer(customer: Customer) -> Entity:
    used = customer.credit_limit / 10
    return {
        **dict.fromkeys(CUSTOMER_PARTS),
        "CompanyId": COMPANY,
        "CustomerId": int(customer.id),
        "CustomerName": customer.name,
        "SalesrepId": "1100",
        "TermsId": "N30",
        "CreditStatus": "GOOD",
        "CreditLimit": customer.credit_limit,
        "CreditLimitPerOrder": Decimal("5000.00"),
        "CreditLimitUsed": used,
        "CreditLimitAvailable": customer.credit_limit - used,
        "Taxable": "Y",
        "CurrencyId": 1,
        "LegacyId": "",
        "Delete": False,
        "UserDefinedFields": {},
        "ObjectName": "customer",
        "CustomerAddress": {
            "CorpAddressId": int(customer.id),
            "MailAddress1": customer.street,
            "MailAddress2": "",
            "MailCity": customer.city,
            "MailState": customer.state,
            "MailPostalCode": customer.postal_code,
            "MailCountry": "USA",
            "CentralPhoneNumber": "555-555-1234",
        },
    }
