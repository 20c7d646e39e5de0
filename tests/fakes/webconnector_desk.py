"""What the ERP behind the Web-Connector knows, and what it answers (ERP facts, 4.3 and 4.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree

from .envelopes import SoapFault, xml

CENT = Decimal("0.01")
TAX = Decimal("0.19")


class No(Exception):
    """What the ERP says no with: an `ERROR` where an answer was expected."""

    def __init__(self, code: str, erp: str, connector: str = "") -> None:
        super().__init__(erp)
        self.code, self.erp, self.connector = code, erp, connector


def error(no: No) -> str:
    return xml("ERROR", {"CODE": no.code, "WC_MESSAGE": no.connector, "ERP_MESSAGE": no.erp})


class Desk:
    """Answers by the operation and the root element of `data`."""

    def __init__(self) -> None:
        self.customers: dict[str, dict[str, Any]] = {"10000": _customer("10000"), "20000": _customer("20000")}
        self.contacts: dict[str, dict[str, Any]] = {"CT1": _contact("CT1", "10000", "Jo Doe", "jo@acme.test")}
        self.addresses: dict[tuple[str, str], dict[str, str]] = {("10000", "LAGER"): _address("LAGER", "Acme Lager")}
        self.prices: dict[str, Decimal] = {"1000": Decimal("8.25"), "00123": Decimal("4.125"), "1E10": Decimal("18.90")}
        self.priced_per = 1
        """How many pieces have the price that is told."""
        self.stock: dict[str, int] = {"1000": 120, "00123": 7}
        self.freight: Decimal | None = None
        self.orders: dict[str, dict[str, Any]] = {}
        """By the basket's UUID."""
        self.documents: dict[str, list[dict[str, Any]]] = {
            "Invoice": [],
            "DeliveryNote": [],
            "CreditMemo": [],
            "Order": [],
        }
        self.refuse_orders = ""
        """Answer orders without a number, and with this text."""
        self.is_away = False
        """The ERP does not answer its connector, which says so."""
        self._number = 100233
        self._answers: dict[tuple[str, str], Callable[[Any], str]] = {
            ("SV_OPENTRANS_CALCULATE_PRICE", "Order"): self._price,
            ("SV_OPENTRANS_CREATE_ORDER", "Order"): self._create_order,
            ("CreateSalesOrder", "Order"): self._create_order,
            ("SV_OPENTRANS_SELECT_CUSTOMERINFO", "Customer"): self._customer,
            ("SV_RAW_MESSAGE", "WC_TEST"): lambda asked: xml("WC_TEST", {"RESULT": "OK"}),
            ("SV_RAW_MESSAGE", "WC_USER_MANAGEMENT"): self._users,
            ("SV_RAW_MESSAGE", "WC_DELIVERY_ADDRESS"): self._delivery_address,
            ("SV_RAW_MESSAGE", "ItemTransfer"): self._item,
        }

    def answer(self, operation: str, data: str) -> str:
        """The answer to an operation, as XML text.

        Raises:
            SoapFault: it is no XML, or nobody knows the operation.
        """
        try:
            asked = etree.fromstring(data.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as wrong:
            raise SoapFault("Client", f"data is no XML: {wrong}") from None
        known = self._answers.get((operation, asked.tag))
        if known is None and operation in ("SV_OPENTRANS_GET_ORDERSTATUS", "SV_OPENTRANS_GET_ORDERLIST"):
            known = self._detail if operation.endswith("STATUS") else self._list
        if known is None:
            raise SoapFault("Server", f"Function ({operation}) does not know <{asked.tag}>")
        try:
            if self.is_away:
                raise No("10", "", "Could not connect to host")
            return known(asked)
        except No as no:
            return error(no)

    # -- prices and orders ---------------------------------------------------------------------------------------

    def _price(self, asked: Any) -> str:
        return xml("OrderResponse", {"SalesOrderID": None, **self._calculated(asked)})

    def _create_order(self, asked: Any) -> str:
        uuid = _text(asked, "UUID")
        if self.refuse_orders:
            return xml("OrderResponse", {"SalesOrderID": None, "ERP_MESSAGE": self.refuse_orders})
        if uuid not in self.orders:
            if self._buyer(asked) not in self.customers:
                raise No("404", f"Customer {self._buyer(asked)} does not exist")
            self._number += 1
            self.orders[uuid] = {
                "no": f"SO-{self._number}",
                "customer": self._buyer(asked),
                "reference": _text(asked, "CustomerReference"),
                "payment": _text(asked, "PaymentMeans/PaymentMeansCode"),
                "lines": [
                    (
                        _text(line, "LineItem/Item/SellersItemIdentification/ID"),
                        Decimal(_text(line, "LineItem/Quantity")),
                    )
                    for line in asked.findall("OrderLine")
                ],
            }
        return xml("OrderResponse", {"SalesOrderID": self.orders[uuid]["no"], **self._calculated(asked)})

    def _calculated(self, asked: Any) -> dict[str, Any]:
        lines = [line for line in (self._line(one) for one in asked.findall("OrderLine")) if line is not None]
        if self.freight is not None:
            lines.append(_extra("9000", "Freight", self.freight))
        net = sum((Decimal(line["LineItem"]["LineExtensionAmount"]) for line in lines), Decimal(0))
        tax = (net * TAX).quantize(CENT, ROUND_HALF_UP)
        total = {"LineExtensionAmount": net, "TaxExclusiveAmount": net, "TaxInclusiveAmount": net + tax}
        return {
            "DocumentCurrencyCode": _text(asked, "DocumentCurrencyCode"),
            "OrderLine": lines,
            "TaxTotal": {"TaxAmount": tax},
            "LegalMonetaryTotal": {**total, "PayableAmount": net + tax},
        }

    def _line(self, line: Any) -> dict[str, Any] | None:
        """A line with its price; one whose item the ERP does not know is left out."""
        sku, quantity = (
            _text(line, "LineItem/Item/SellersItemIdentification/ID"),
            Decimal(_text(line, "LineItem/Quantity")),
        )
        price = self.prices.get(sku)
        if price is None:
            return None
        return {
            "LineItem": {
                "ID": _text(line, "LineItem/ID"),
                "Quantity": quantity,
                "LineExtensionAmount": (price * quantity).quantize(CENT, ROUND_HALF_UP),
                "Price": {"PriceAmount": price * self.priced_per, "BaseQuantity": self.priced_per},
                "Item": {"Name": f"Item {sku}", "SellersItemIdentification": {"ID": sku}},
            },
            "SesExtension": {
                "LineType": 2,
                "StockNumeric": self.stock.get(sku, 0),
                "PriceAmountGross": (price * (1 + TAX)).quantize(CENT, ROUND_HALF_UP),
            },
        }

    def _buyer(self, asked: Any) -> str:
        return _text(asked, "BuyerCustomerParty/SupplierAssignedAccountID")

    # -- customers, contacts, addresses --------------------------------------------------------------------------

    def _customer(self, asked: Any) -> str:
        number = _text(asked, "BuyerCustomerParty/Party/PartyIdentification/ID")
        if number not in self.customers:
            raise No("404", f"Customer {number} does not exist")
        addresses = [
            {
                "Code": code,
                "Name": one["NAME"],
                "Address": one["ADDRESS"],
                "City": one["CITY"],
                "Post_Code": one["ZIP_CODE"],
            }
            for (owner, code), one in self.addresses.items()
            if owner == number
        ]
        return xml("RawResponse", {**self.customers[number], "Ship_to_Address": {"Cust_Ship_to_Address_WS": addresses}})

    def _users(self, asked: Any) -> str:
        kind = _text(asked, "PROCESS_TYPE")
        if kind == "SELECTCONTACT":
            number, email = _text(asked, "NUMBER"), _text(asked, "E_MAIL")
            found = [
                {key: value for key, value in one.items() if key != "CUSTOMER"}
                for one in self.contacts.values()
                if one["CUSTOMER"] == number and (not email or one["E_MAIL"] == email)
            ]
            return xml("WC_USER_MANAGEMENT", {"CONTACT": found[: int(_text(asked, "MAXCOUNT") or 10)]})
        contact = asked.find("CONTACT")
        given = {one.tag: one.text or "" for one in (contact if contact is not None else ())}
        if kind == "CREATECONTACT":
            number = f"CT{len(self.contacts) + 1}"
            self.contacts[number] = {**_contact(number, _text(asked, "NUMBER"), "", ""), **given, "NUMBER": number}
        elif kind == "UPDATECONTACT" and given.get("NUMBER") in self.contacts:
            number = given["NUMBER"]
            self.contacts[number].update(given)
        else:
            raise No("404", f"Contact {given.get('NUMBER')} does not exist")
        return xml("WC_USER_MANAGEMENT", {"CONTACT": {"NUMBER": number}})

    def _delivery_address(self, asked: Any) -> str:
        kind, number, code = (_text(asked, name) for name in ("PROCESS_TYPE", "NUMBER", "CODE"))
        if kind == "READDELIVERYADDRESS":
            found = [one for (owner, _), one in self.addresses.items() if owner == number]
            return xml("WC_DELIVERY_ADDRESS", {"DELIVERY_ADDRESS": found})
        if kind == "CREATEDELIVERYADDRESS":
            code = code or f"A{len(self.addresses) + 1}"
        elif (number, code) not in self.addresses:
            raise No("404", f"Address {code} of customer {number} does not exist")
        if kind == "DELETEDELIVERYADDRESS":
            del self.addresses[number, code]
        else:
            fields = ("NAME", "ADDRESS", "ADDRESS_2", "CITY", "ZIP_CODE", "COUNTRY_CODE")
            self.addresses[number, code] = {"CODE": code, **{name: _text(asked, name) for name in fields}}
        return xml("WC_DELIVERY_ADDRESS", {"CODE": code})

    def _item(self, asked: Any) -> str:
        items = [
            {"No": sku, "Description": f"Item {sku}", "Base_Unit_of_Measure": "PCS", "VAT_Prod_Posting_Group": "VAT19"}
            for sku in self.prices
            if _text(asked, "No") in ("", sku)
        ]
        return xml("ItemTransferResult", {"Item": items})

    # -- documents -----------------------------------------------------------------------------------------------

    def _list(self, asked: Any) -> str:
        """`InvoiceListRequest{CustomerNumber,DateFrom,DateTo}` is answered by `InvoiceList/Invoice`."""
        kind = asked.tag.removesuffix("ListRequest")
        first, last = _text(asked, "DateFrom") or "0000", _text(asked, "DateTo") or "9999"
        found = [
            {name: value for name, value in one.items() if name not in ("CustomerNumber", f"{kind}Line")}
            for one in self._documents(kind)
            if one["CustomerNumber"] == _text(asked, "CustomerNumber") and first <= one["IssueDate"] <= last
        ]
        return xml(f"{kind}List", {kind: found})

    def _detail(self, asked: Any) -> str:
        kind = asked.tag.removesuffix("DetailRequest")
        for one in self._documents(kind):
            if (one["ID"], one["CustomerNumber"]) == (_text(asked, "ID"), _text(asked, "CustomerNumber")):
                told = {name: value for name, value in one.items() if name != "CustomerNumber"}
                return xml("OrderDetailResponse" if kind == "Order" else kind, told)
        raise No("404", f"{kind} {_text(asked, 'ID')} does not exist")

    def _documents(self, kind: str) -> list[dict[str, Any]]:
        if kind not in self.documents:
            raise SoapFault("Server", f"there are no documents of the kind {kind}")
        return self.documents[kind]


def _text(element: Any, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _extra(no: str, name: str, amount: Decimal) -> Mapping[str, Any]:
    line = {
        "ID": no,
        "Quantity": 1,
        "LineExtensionAmount": amount,
        "Price": {"PriceAmount": amount},
        "Item": {"Name": name},
    }
    return {"LineItem": line, "SesExtension": {"LineType": 1, "BelongsToLine": 0}}


def _customer(number: str) -> dict[str, Any]:
    return {
        "No": number,
        "Blocked": "false",
        "Name": "Acme & Söhne",
        "Name_2": None,
        "Address": "Hauptstr. 1",
        "Post_Code": "10115",
        "City": "Berlin",
        "Country_Region_Code": "DE",
        "Phone_No": "+49 30 1",
        "E_Mail": "info@acme.test",
        "Customer_Posting_Group": "INLAND",
        "Gen_Bus_Posting_Group": "DEALER",
        "VAT_Bus_Posting_Group": "INLAND",
        "PaymentMethodCode": "INVOICE",
        "CREDIT_LIMIT_LCY": "10000.00",
    }


def _contact(number: str, customer: str, name: str, email: str) -> dict[str, Any]:
    return {
        "CUSTOMER": customer,
        "NUMBER": number,
        "NAME": name,
        "E_MAIL": email,
        "PHONE_NUMBER": "+49 30 2",
        "LANGUAGE_CODE": "DEU",
        "ONLINE_USER_TYPE": "USER",
    }


def _address(code: str, name: str) -> dict[str, str]:
    return {
        "CODE": code,
        "NAME": name,
        "ADDRESS": "Hof 2",
        "ADDRESS_2": "",
        "CITY": "Wien",
        "ZIP_CODE": "1010",
        "COUNTRY_CODE": "AT",
    }
