from typing import Any

import pytest

from tests.fakes.p21 import P21

from .calling import p21_client

ENTITY = "/api/entity"
PERSON = {"FirstName": "Jo", "LastName": "O'Neil", "EmailAddress": "jo@acme.test", "AddressId": 12625}
PLACE = {"Name": "Warehouse 2", "CorpAddressId": 12625, "PhysAddress1": "5 O'Hare Rd", "PhysPostalCode": "78701"}


def test_what_is_nested_is_null_unless_asked_for() -> None:
    client = p21_client(P21())

    plain = client.get(f"{ENTITY}/customers/ACME_12625").json()
    whole = client.get(f"{ENTITY}/customers/ACME_12625?extendedproperties=CustomerAddress").json()

    assert (plain["CustomerAddress"], plain["CustomerContacts"]) == (None, None)
    assert (whole["CustomerAddress"]["MailCity"], whole["CustomerContacts"]) == ("Dallas", None)


def test_a_change_of_a_customer_leaves_the_rest() -> None:
    p21 = P21()

    reply = p21_client(p21).put(
        f"{ENTITY}/customers/ACME_12625", json={"CustomerName": "A", "CustomerAddress": {"MailCity": "Austin"}}
    )

    held = p21.customers["ACME_12625"]
    assert (reply.status_code, held["CustomerName"], held["TermsId"]) == (200, "A", "N30")
    assert (held["CustomerAddress"]["MailCity"], held["CustomerAddress"]["MailState"]) == ("Austin", "TX")


def test_a_contact_gets_a_number_and_is_found_by_a_query() -> None:
    client = p21_client(P21())

    made = client.post(f"{ENTITY}/contacts", json=PERSON).json()
    query = {"$query": "EmailAddress eq 'jo@acme.test' and AddressId eq 12625"}
    found = client.get(f"{ENTITY}/contacts/", params=query).json()

    assert (made["Id"], made["DeleteFlag"], made["ObjectName"]) == ("7001", "N", "contacts")
    assert found == [made]
    assert client.get(f"{ENTITY}/contacts/7001").json() == made


def test_a_contact_is_changed() -> None:
    client = p21_client(P21())
    client.post(f"{ENTITY}/contacts", json=PERSON)

    client.put(f"{ENTITY}/contacts/7001", json={"Id": "7001", "DeleteFlag": "Y"})

    held = client.get(f"{ENTITY}/contacts/7001").json()
    assert (held["DeleteFlag"], held["LastName"]) == ("Y", "O'Neil")


def test_an_address_is_made_and_found_but_never_changed() -> None:
    client = p21_client(P21())

    made = client.post(f"{ENTITY}/addresses", json=PLACE).json()
    query = {"$query": "CorpAddressId eq 12625 and PhysAddress1 eq '5 O''Hare Rd' and PhysPostalCode eq '78701'"}
    found = client.get(f"{ENTITY}/addresses/", params=query).json()
    change = client.put(f"{ENTITY}/addresses/{made['AddressId']}", json=made)

    assert [address["AddressId"] for address in found] == [made["AddressId"]]
    assert change.status_code == 405


def test_a_list_without_its_slash_is_elsewhere() -> None:
    reply = p21_client(P21()).get(f"{ENTITY}/contacts?$query=x")

    assert (reply.status_code, reply.headers["location"]) == (307, "/api/entity/contacts/?$query=x")


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("contacts", {**PERSON, "LastName": ""}, "LastName is required."),
        ("contacts", {**PERSON, "AddressId": 1}, "Address ID 1 is not valid."),
        ("contacts", {**PERSON, "Email": "x"}, "Could not find member 'Email' on object of type 'contacts'."),
        ("addresses", {**PLACE, "Name": ""}, "Name is required."),
        ("addresses", {**PLACE, "LegacyId": "1"}, "Could not find member 'LegacyId' on object of type 'addresses'."),
        ("customers", {"CustomerName": "A"}, "SalesrepId is required."),
    ],
)
def test_what_is_not_right_is_refused(kind: str, sent: dict[str, Any], words: str) -> None:
    reply = p21_client(P21()).post(f"{ENTITY}/{kind}", json=sent)

    assert (reply.status_code, reply.json()["ErrorMessage"]) == (400, words)


def test_a_query_for_a_field_that_is_not_there_is_refused() -> None:
    reply = p21_client(P21()).get(f"{ENTITY}/addresses/", params={"$query": "LegacyId eq '1'"})

    assert (reply.status_code, reply.json()["ErrorMessage"]) == (400, "Could not find a property named 'LegacyId'.")
