"""The resource types of the shop's back-office API, and the records it begins with."""

from collections.abc import Mapping
from dataclasses import replace

from .catalogue import CUSTOMERS, ITEMS
from .jsonapi import Record, Relation, ResourceType, Store

SEEDED = "2025-02-01T08:00:00Z"
LEVEL_OFFSET = 5000
"""An inventory level's id is its product's plus this."""

_READ = frozenset({"get_list", "get"})
_WRITE = frozenset({"create", "update", "delete"})

TYPES = (
    ResourceType(
        "products",
        _READ | {"create", "update"},
        attributes=("sku", "status", "productType", "name"),
        read_only=("createdAt", "updatedAt"),
        relations={
            "inventory_status": "prodinventorystatuses",
            "names": "productnames",
            "attributeFamily": "attributefamilies",
            "primaryUnitPrecision": "productunitprecisions",
            "category": "categories",
        },
        required=("sku", "names", "attributeFamily", "primaryUnitPrecision"),
        filters=("id", "sku", "status", "createdAt", "updatedAt"),
    ),
    ResourceType(
        "productnames",
        _READ | {"update"},
        attributes=("string",),
        relations={"product": "products", "localization": "localizations"},
        filters=("id",),
    ),
    ResourceType(  # only read as the shop is shipped; this one has opened them, and gave them a field of its own
        "categories",
        _READ | {"create", "update"},
        attributes=("externalId",),
        read_only=("createdAt", "updatedAt"),
        relations={"titles": "categorytitles", "parentCategory": "categories"},
        required=("titles", "parentCategory"),
        filters=("id", "externalId", "parentCategory"),
    ),
    ResourceType(
        "categorytitles",
        _READ | {"update"},
        attributes=("string",),
        relations={"category": "categories", "localization": "localizations"},
        filters=("id",),
    ),
    ResourceType(
        "productunitprecisions",
        _READ | {"update"},
        attributes=("precision", "conversionRate", "sell"),
        relations={"unit": "productunits"},
        filters=("id",),
    ),
    ResourceType(
        "productprices",
        _READ | _WRITE,
        attributes=("quantity", "value", "currency"),
        relations={"priceList": "pricelists", "product": "products", "unit": "productunits"},
        required=("quantity", "value", "currency", "priceList", "product", "unit"),
        filters=("id", "priceList", "product"),
    ),
    ResourceType(
        "inventorylevels",
        _READ | {"update"},
        attributes=("quantity",),
        relations={"product": "products"},
        filters=("id", "product"),
    ),
    ResourceType(
        "ordershippingtrackings",
        _READ | _WRITE,
        attributes=("number", "method"),
        relations={"orders": "orders"},
        required=("number", "orders"),
        filters=("id", "orders"),
    ),
    ResourceType(
        "orders",
        _READ | _WRITE,
        attributes=(
            *("identifier", "poNumber", "customerNotes", "shipUntil", "currency", "shippingMethod"),
            *("shippingMethodType", "estimatedShippingCostAmount", "external", "externalId"),
        ),
        read_only=("subtotalValue", "totalValue", "totalDiscountsAmount", "createdAt", "updatedAt"),
        relations={
            "customer": "customers",
            "customerUser": "customerusers",
            "lineItems": "orderlineitems",
            "shippingAddress": "orderaddresses",
            "billingAddress": "orderaddresses",
            "shippingStatus": "ordershippingstatuses",
            "status": "orderstatuses",
        },
        required=("customer", "lineItems"),
        filters=("id", "identifier", "poNumber", "external", "externalId", "customer", "createdAt", "updatedAt"),
    ),
    ResourceType(
        "orderlineitems",
        _READ | {"update"},
        attributes=("productSku", "quantity", "value", "currency", "priceType", "shipBy", "comment"),
        relations={"product": "products", "productUnit": "productunits"},
        filters=("id",),
    ),
    ResourceType(
        "orderaddresses",
        _READ | {"update"},
        attributes=(
            "label",
            "street",
            "street2",
            "city",
            "postalCode",
            "firstName",
            "lastName",
            "organization",
            "phone",
        ),
        relations={"country": "countries", "region": "regions"},
        filters=("id",),
    ),
    ResourceType(
        "customers",
        _READ | _WRITE,
        attributes=("name", "externalId"),
        read_only=("createdAt", "updatedAt"),
        relations={"parent": "customers", "addresses": "customeraddresses"},
        required=("name",),
        filters=("id", "name", "externalId", "createdAt", "updatedAt"),
    ),
    ResourceType(
        "customerusers",
        _READ | _WRITE,
        attributes=("email", "firstName", "lastName", "enabled", "externalId"),
        relations={"customer": "customers"},
        required=("email",),
        filters=("id", "email"),
    ),
    ResourceType(
        "customeraddresses",
        _READ | _WRITE,
        attributes=(
            *("label", "street", "street2", "city", "postalCode", "firstName", "lastName", "organization", "phone"),
            *("primary", "types", "externalId"),
        ),
        relations={"customer": "customers", "country": "countries", "region": "regions"},
        required=("street", "city", "postalCode", "customer", "country"),
        filters=("id", "customer", "externalId"),
    ),
    ResourceType(  # of an extension
        "customerpartnumbers",
        _READ | _WRITE,
        attributes=("externalId", "partNumber", "customerNumber", "productSku", "erpProductId"),
        filters=("id", "externalId"),
    ),
)


def types(extended: Mapping[str, tuple[str, ...]]) -> dict[str, ResourceType]:
    """All types by name; `extended` adds entity fields of the shop's own, which can be filtered too."""
    return {
        kind.name: replace(
            kind,
            attributes=kind.attributes + extended.get(kind.name, ()),
            filters=kind.filters + extended.get(kind.name, ()),
        )
        for kind in TYPES
    }


def seeded() -> Store:
    """Products, inventory levels, customers, and the category that all others are in. There are no orders yet."""
    store: Store = {kind.name: {} for kind in TYPES}
    stamps = {"createdAt": SEEDED, "updatedAt": SEEDED}
    for item in ITEMS:
        store["products"][item.oro_id] = Record(
            "products",
            item.oro_id,
            {"sku": item.sku, "name": item.description, "status": "enabled", "productType": "simple", **stamps},
            {"inventory_status": ("prodinventorystatuses", "in_stock"), "names": [("productnames", item.oro_id)]},
        )
        store["productnames"][item.oro_id] = Record(
            "productnames",
            item.oro_id,
            {"string": item.description},
            {"product": ("products", item.oro_id), "localization": None},
        )
        level_id = str(LEVEL_OFFSET + int(item.oro_id))
        store["inventorylevels"][level_id] = Record(
            "inventorylevels", level_id, {"quantity": "0"}, {"product": ("products", item.oro_id)}
        )
    titles: Relation = [("categorytitles", "1")]
    store["categories"]["1"] = Record("categories", "1", {**stamps}, {"titles": titles, "parentCategory": None})
    store["categorytitles"]["1"] = Record("categorytitles", "1", {"string": "All products"}, {"localization": None})
    for number, customer in enumerate(CUSTOMERS, 1):
        store["customers"][str(number)] = Record(
            "customers",
            str(number),
            {"name": customer.name, "externalId": customer.id, **stamps},
            {"parent": None, "addresses": []},
        )
    return store
