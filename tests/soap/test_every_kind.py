"""Whatever the types of a WSDL say: what we write is valid by its schema, is what zeep writes, and reads as what it was."""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zeep
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from lxml import etree

from engine.errors import Fault
from engine.formats.format import Undecodable
from engine.soap.content import OfWsdl
from engine.soap.envelope import Envelope, Soap11, Soap12
from engine.wsdl.files import operations_of, schema_at

FOLDER = Path(__file__).parents[1] / "wsdl"
FILE = "kinds.wsdl"
NAMESPACE = "urn:example:kinds"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

# -- values ------------------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"]))
numbers = st.decimals(0, 10**12, places=4)
days = st.dates().map(str).filter(lambda day: day >= "1000")
times = st.datetimes().map(lambda at: f"{at.replace(microsecond=0).isoformat()}Z").filter(lambda at: at >= "1000")


def objects(required: dict[str, SearchStrategy[Any]], **optional: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


company = objects({"Name": texts}, _no=st.integers(0, 10**9), TaxNo=texts)
branch = objects({"_type": st.just("Branch"), "Name": texts, "City": texts}, TaxNo=texts)
person = objects({"_type": st.just("Person"), "Name": texts, "Born": st.none() | days})
parties = company.map(lambda one: {"_type": "Company", **one}) | branch | person
several = objects(
    {"Text": texts},
    Exact=numbers,
    Double=numbers,
    Whole=st.integers(-(10**20), 10**20),
    Yes=st.booleans(),
    Day=days,
    At=times,
    Bytes=st.sampled_from(["", "AAECAw==", "TWFu"]),
)
comment = objects({"_": texts}, _lang=texts)
pack = objects({"unit": st.sampled_from(["PCS", "BOX"])}, price=numbers)


def many(of: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.lists(of, min_size=1, max_size=3)


whole = objects(
    {"_id": texts, "Buyer": parties}, Texts=many(several), Comment=many(comment), Pack=many(pack), Note=texts
)
choices = st.builds(dict, PickUp=texts.filter(bool)) | st.builds(
    dict, ShipTo=company | branch
)  # zeep leaves an empty one out
periods = st.just({}) | st.builds(dict, From=days) | st.builds(dict, From=days, To=days)
orders = st.builds(lambda order, choice, period: {**order, **choice, **period}, whole, choices, periods)

# -- the others --------------------------------------------------------------------------------------------------------


@cache
def client() -> Any:
    return zeep.Client(str(FOLDER / FILE))


@cache
def schema() -> Any:
    """The types of the WSDL, as libxml2 understands them."""
    found = etree.parse(FOLDER / FILE).iter(f"{{{XSD}}}schema")
    first, second = [etree.fromstring(etree.tostring(one)) for one in found]
    parser = etree.XMLParser()
    parser.resolvers.add(Beside(etree.tostring(first)))
    second[0].set("schemaLocation", "other.xsd")
    return etree.XMLSchema(etree.fromstring(etree.tostring(second), parser))


class Beside(etree.Resolver):
    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content

    def resolve(self, url: str | None, public: str | None, context: Any) -> Any:
        return self.resolve_string(self.content, context)


def theirs(value: Any) -> Any:
    """A value as zeep wants it: bytes are bytes, what has a type of its own is made by that."""
    if isinstance(value, list):
        return [theirs(one) for one in value]
    if not isinstance(value, dict):
        return zeep.xsd.Nil if value is None else value
    named = {("_value_1" if key == "_" else key.lstrip("_")): theirs(inner) for key, inner in value.items()}
    if "Bytes" in named:
        named["Bytes"] = b64decode(named["Bytes"])
    kind = named.pop("type", None)
    return client().get_type(f"{{{NAMESPACE}}}{kind}")(**named) if kind else named


def said(envelope: Any) -> list[Any]:
    """What a body says, prefixes aside; numbers by their value."""
    root = etree.fromstring(envelope) if isinstance(envelope, bytes) else envelope
    return [(one.tag, plain(one.text), sorted(attributes(one))) for one in root.find("{*}Body").iter()]


def attributes(element: Any) -> Any:
    for name, text in element.attrib.items():
        prefix, _, local = text.rpartition(":")
        yield name, f"{{{element.nsmap[prefix]}}}{local}" if name == f"{{{XSI}}}type" else text


def plain(text: str | None) -> Any:
    try:
        return Decimal(text) if text and text.isascii() and text[-1].isdigit() else text or ""
    except ArithmeticError:
        return (text or "").replace("+00:00", "Z")


def ours(operation: str, version: str = "soap11") -> Envelope:
    return (Soap11 if version == "soap11" else Soap12)(OfWsdl(operations_of(FOLDER, FILE)[version][operation]))


# -- the proof ---------------------------------------------------------------------------------------------------------


@given(orders, st.none() | st.integers(0, 100))
def test_a_wrapped_document(order: Any, copies: int | None) -> None:
    value = {"order": order} if copies is None else {"order": order, "copies": copies}

    written = ours("Place").encode(value)

    schema().assertValid(etree.fromstring(written).find("{*}Body")[0])
    assert ours("Place").other_side.decode(written, "") == value
    if "From" in order:  # zeep wants an optional group whole
        assert said(written) == of_zeep("Document", "Place", {**value, "order": theirs(order)})


@given(orders)
def test_a_bare_document(order: Any) -> None:
    written = ours("PlaceBare", "soap12").encode(order)

    schema().assertValid(etree.fromstring(written).find("{*}Body")[0])
    assert ours("PlaceBare", "soap12").other_side.decode(written, "") == order
    if "From" in order:
        assert said(written) == of_zeep("Document12", "PlaceBare", theirs(order))


@given(orders, st.integers(0, 100))
def test_literal_arguments(order: Any, copies: int) -> None:
    value = {"order": order, "copies": copies}

    written = ours("PlaceRpc").encode(value)

    assert ours("PlaceRpc").other_side.decode(written, "") == value
    if "From" in order:
        assert said(written) == of_zeep("Rpc", "PlaceRpc", {**value, "order": theirs(order)})


def of_zeep(port: str, operation: str, value: Any) -> list[Any]:
    return said(client().create_message(client().bind("Kinds", port), operation, **value))


# -- what does not fit -------------------------------------------------------------------------------------------------

ORDER: Any = {"_id": "1", "Buyer": {"_type": "Person", "Name": "A", "Born": None}, "PickUp": "x"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Buyer": {"Name": "A"}}, "order.Buyer must say what it is; `_type` is one of: Company, Person, Branch"),
        (
            {"Buyer": {"_type": "Dog", "Name": "A"}},
            "order.Buyer cannot be 'Dog'; `_type` is one of: Company, Person, Branch",
        ),
        (
            {"Buyer": {"_type": "Person", "Name": "A", "City": "x"}},
            "order.Buyer has no field 'City'; it has: Born, Name, _no",
        ),
        ({"Texts": [{"Text": "x", "Whole": Decimal("1.5")}]}, "order.Texts.Whole is a whole number, not this text"),
        ({"Texts": [{"Text": "x", "Exact": "1,5"}]}, "order.Texts.Exact is a number, not this text"),
        (
            {"Texts": [{"Text": "x", "Day": "31.01.2025"}]},
            "order.Texts.Day is a date such as 2025-01-31, not this text",
        ),
        (
            {"Texts": [{"Text": "x", "Day": "2025-02-29"}]},
            "order.Texts.Day is a date such as 2025-01-31, not this text",
        ),
        (
            {"Texts": [{"Text": "x", "At": "2025-01-31"}]},
            "order.Texts.At is a time such as 2025-01-31T10:00:00Z, not this text",
        ),
        ({"Pack": [{"unit": "BAG"}]}, "order.Pack.unit is one of: PCS, BOX"),
        ({"_id": None}, "order needs the attribute `_id`"),
    ],
)
def test_what_does_not_fit_is_said(change: Any, words: str) -> None:
    with pytest.raises(Fault) as error:
        ours("Place").encode({"order": {**ORDER, **change}})

    assert error.value.message == f"Place.{words}"


def test_a_whole_number_goes_without_its_fraction() -> None:
    written = ours("Place").encode({"order": {**ORDER, "Texts": [{"Text": "x", "Whole": Decimal("5.00")}]}})

    assert b"<n1:Whole>5</n1:Whole>" in written


def test_nulls_for_what_another_kind_has_are_left_out() -> None:
    buyer = {**ORDER["Buyer"], "TaxNo": None, "City": None}

    assert ours("Place").encode({"order": {**ORDER, "Buyer": buyer}}) == ours("Place").encode({"order": ORDER})


def test_kinds_of_a_type_are_offered_by_its_schema() -> None:
    party, company = (schema_at(FOLDER, f"{FILE}#/types/{name}") for name in ("Party", "Company"))

    assert (party["properties"]["_type"], party["required"]) == (
        {"type": "string", "enum": ["Company", "Person", "Branch"]},
        ["Name", "_type"],
    )
    assert party["properties"]["Born"] == {"type": ["string", "null"], "format": "date"}
    assert "_type" not in company["required"]  # it may be what it is


# -- replies -----------------------------------------------------------------------------------------------------------


def replied(inner: str) -> bytes:
    body = f"<s:Body>{inner}</s:Body>"
    return f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{body}</s:Envelope>'.encode()


@pytest.mark.parametrize(
    ("operation", "inner", "words"),
    [
        ("Place", "", "the body of its envelope is empty, where the WSDL has <PlaceResponse>"),
        ("Place", "<Moved/>", "the body of its envelope holds <Moved>, where the WSDL has <PlaceResponse>"),
        ("PlaceBare", "<BareReply>1,5</BareReply>", "BareReply holds no decimal: '1,5'"),
        ("PlaceBare", "<BareReply>1_5</BareReply>", "BareReply holds no decimal: '1_5'"),
        (
            "Place",
            "<PlaceResponse><order><Texts><Whole>1_000</Whole></Texts></order></PlaceResponse>",
            "Whole holds no integer: '1_000'",
        ),
    ],
)
def test_a_reply_that_is_none_is_said(operation: str, inner: str, words: str) -> None:
    with pytest.raises(Undecodable) as error:
        ours(operation).decode(replied(inner), "")

    assert str(error.value) == words


def test_what_the_wsdl_does_not_say_is_read_as_it_comes() -> None:
    inner = "<PlaceResponse><order><New>1</New><Note><b>x</b></Note><Texts/></order></PlaceResponse>"

    assert ours("Place").decode(replied(inner), "") == {"order": {"New": "1", "Note": {"b": "x"}, "Texts": [None]}}


def test_only_what_is_told_needs_no_answer() -> None:
    assert (ours("Place").needs_reply, ours("Tell").needs_reply) == (True, False)
