"""Customers and customer users that the shop changes in Prophet 21."""

from __future__ import annotations

from tests.scenarios.p21_changes import CONTACT, CUSTOMER
from tests.scenarios.world import World


async def test_a_customer_is_changed_and_keeps_what_the_shop_does_not_say(world: World) -> None:
    before = dict(world.p21.customers["ACME_12625"])

    reply = await world.reply("p21", "save_customer", CUSTOMER)

    after = world.p21.customers["ACME_12625"]
    assert reply == {"shop_id": "7", "erp_id": "12625", "known": True}
    assert {name for name in after if after[name] != before[name]} == {"CustomerName", "LegacyId", "CustomerAddress"}
    assert after["CustomerAddress"] == {
        **before["CustomerAddress"],
        "MailAddress1": "2 New St",
        "MailCity": "Austin",
        "MailPostalCode": "78701",
        "CentralPhoneNumber": "555-0100",
    }


async def test_of_another_street_no_second_line_stays_and_no_number_of_an_older_system_goes(world: World) -> None:
    customer = world.p21.customers["ACME_12625"]
    customer["CustomerAddress"]["MailAddress2"] = "Floor 3"
    customer["LegacyId"] = "A-1812"

    await world.reply("p21", "save_customer", CUSTOMER)

    after = world.p21.customers["ACME_12625"]
    assert (after["LegacyId"], after["CustomerAddress"]["MailAddress2"]) == ("A-1812", "")


async def test_a_ship_to_as_main_address_in_the_shop_does_not_move_the_customer(world: World) -> None:
    before = world.p21.customers["ACME_12625"]["CustomerAddress"]
    ship_to = {"erp_id": "102235", "street": "9 Bay Rd", "city": "Oakland", "country": "US", "phone": "555-0199"}

    await world.reply("p21", "save_customer", {**CUSTOMER, "phone": "555-0100", "address": ship_to})

    after = world.p21.customers["ACME_12625"]["CustomerAddress"]
    assert after == {**before, "CentralPhoneNumber": "555-0100"}


async def test_a_login_that_somebody_else_gave_stays(world: World) -> None:
    made = await world.reply("p21", "save_contact", CONTACT)
    contact = world.p21.entities.contacts[made["erp_id"]]
    logins = []
    for email, login in (("jo@acme.example", contact["LoginId"]), ("jo@bolt.example", "JONEIL")):
        world.p21.entities.contacts[made["erp_id"]]["LoginId"] = login
        await world.reply("p21", "save_contact", {**CONTACT, "erp_id": made["erp_id"], "email": email})
        logins.append(world.p21.entities.contacts[made["erp_id"]]["LoginId"])

    assert logins == ["jo@acme.example", "JONEIL"]


async def test_a_customer_user_is_made_and_then_changed(world: World) -> None:
    made = await world.reply("p21", "save_contact", CONTACT)
    changed = await world.reply("p21", "save_contact", {**CONTACT, "first_name": "Joanna", "phone": "555-0101"})

    assert made == {"shop_id": "9", "erp_id": "7001", "known": False}
    assert changed == {**made, "known": True}
    contact = world.p21.entities.contacts["7001"]
    assert [contact[name] for name in ("FirstName", "DirectPhone", "AddressId", "DeleteFlag")] == [
        "Joanna",
        "555-0101",
        12625,
        "N",
    ]


async def test_a_customer_user_with_a_new_address_is_known_by_its_number(world: World) -> None:
    made = await world.reply("p21", "save_contact", CONTACT)

    await world.reply("p21", "save_contact", {**CONTACT, "erp_id": made["erp_id"], "email": "jo@acme.example"})

    assert [contact["EmailAddress"] for contact in world.p21.entities.contacts.values()] == ["jo@acme.example"]


async def test_a_customer_user_that_is_disabled_is_deleted_in_p21_and_comes_back(world: World) -> None:
    flags = []
    for enabled in (True, False, True):
        await world.reply("p21", "save_contact", {**CONTACT, "enabled": enabled})
        flags.append(world.p21.entities.contacts["7001"]["DeleteFlag"])

    assert flags == ["N", "Y", "N"]


async def test_the_same_person_at_two_customers_is_two_contacts(world: World) -> None:
    replies = [
        await world.reply("p21", "save_contact", {**CONTACT, "customer_id": customer})
        for customer in ("12625", "100123")
    ]

    assert [reply["erp_id"] for reply in replies] == ["7001", "7002"]
