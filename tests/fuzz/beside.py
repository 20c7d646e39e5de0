"""Files beside an integration, damaged: a WSDL with the schema it includes, an OpenAPI file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.mutations import HUGE, MUTATIONS, Lines

_LANGUAGE = Path(__file__).parents[1] / "language"

_WITH_OPENAPI = """engine: 1
name: acme
connections:
  erp:
    type: rest
    url: "https://erp.example.com"
    endpoints:
      price: {method: GET, path: /price, reply: "acme.openapi.yaml#/components/schemas/Price"}
      rows: {method: GET, path: /rows, request: "acme.openapi.yaml#/components/schemas/Order",
        reply: "acme.openapi.yaml#/paths/~1prices/get/responses/200/content/application~1json/schema"}
schemas:
  mine: {allOf: [{$ref: "acme.openapi.yaml#/components/schemas/Order"}]}
messages:
  m:
    input: mine
    steps:
      - {call: erp.price, save: price}
      - {call: erp.rows, save: found, body: {id: =price.itemId, lines: {$each: =input.lines, $map: {sku: =item.sku}}}}
    reply: {id: =price.itemId, rows: "=found.rows[].amount", parent: =price.parent.parent.itemId}
"""
_OPENAPI = """openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /prices:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  rows: {type: array, items: {$ref: '#/components/schemas/Price'}}
components:
  schemas:
    Price:
      type: object
      required: [itemId, amount]
      properties:
        itemId: {type: string, maxLength: 20, pattern: "^[A-Z]+$"}
        amount: {type: number, minimum: 0.10, exclusiveMinimum: true}
        unit: {type: string, nullable: true, enum: [EA, BX]}
        parent: {$ref: '#/components/schemas/Price'}
    Order:
      oneOf:
        - type: object
          properties:
            id: {type: [string, "null"]}
            lines: {type: array, maxItems: 9, items: {type: object, additionalProperties: {type: integer}}}
          discriminator: {propertyName: id, mapping: {a: '#/components/schemas/Price'}}
        - allOf: [{$ref: '#/components/schemas/Price'}, {$ref: '#/components/schemas/Order'}]
"""
_INCLUDED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:types"
  xmlns:t="urn:example:types">
  <xs:include schemaLocation="more.xsd"/>
  <xs:element name="Extra" type="t:Code"/>
  <xs:group name="G"><xs:sequence><xs:group ref="t:G" minOccurs="0"/></xs:sequence></xs:group>
</xs:schema>
"""
_BOMB = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d SYSTEM "file:///etc/hostname">]>
<x>&c;&d;</x>
"""
_VALUE = re.compile(r'(?<=[=:] )[^\s{}\[\],]+|(?<=")[^"<>\n]+(?=")')


def with_file(chance: Random) -> tuple[str, Mapping[str, bytes]]:
    """An integration as it should be, and damaged files beside it."""
    if chance.random() < 0.5:
        return _WITH_OPENAPI, {"acme.openapi.yaml": _damaged(chance, _OPENAPI)}
    integration, wsdl = _soap()
    files = {"sales.wsdl": wsdl, "more.xsd": _INCLUDED}
    hurt = chance.choice(tuple(files))
    return integration, {
        name: _damaged(chance, text) if name == hurt else text.encode() for name, text in files.items()
    }


@cache
def _soap() -> tuple[str, str]:
    """The integration with a WSDL of the language's tests, its WSDL including another file."""
    integration = (_LANGUAGE / "ok/soap.yaml").read_text(encoding="utf-8").replace("name: soap", "name: acme", 1)
    wsdl = (_LANGUAGE / "ok/sales.wsdl").read_text(encoding="utf-8")
    included = '<xs:include schemaLocation="more.xsd"/>\n      <xs:simpleType name="Code">'
    return integration, wsdl.replace('<xs:simpleType name="Code">', included, 1)


def _damaged(chance: Random, text: str) -> bytes:
    kind = chance.random()
    if kind < 0.04:
        return chance.choice((b"", b"\0", b"[]", b"{}", b"null", _BOMB.encode(), chance.randbytes(200)))
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(_DAMAGES)(chance, text)
    content = text.encode("utf-8", "replace")
    return content if kind < 0.95 else text.encode(chance.choice(("utf-16", "utf-8-sig", "latin-1")), "replace")


def _mutated(chance: Random, text: str) -> str:
    lines: Lines = text.split("\n")
    return "\n".join(chance.choice(MUTATIONS)(chance, lines, lines))


def _value_replaced(chance: Random, text: str) -> str:
    """A value by another of the file, or by one beyond all measure."""
    found = list(_VALUE.finditer(text))
    if not found:
        return text
    place = chance.choice(found)
    value = chance.choice(found)[0] if chance.random() < 0.7 else chance.choice(HUGE)
    return text[: place.start()] + value + text[place.end() :]


def _element_lost(chance: Random, text: str) -> str:
    """A tag of XML or a pair of braces without its other half."""
    found = list(re.finditer(r"</?[\w:]+[^<>]*>|[{}\[\]]", text))
    if not found:
        return text
    place = chance.choice(found)
    return text[: place.start()] + text[place.end() :]


def _deep(chance: Random, text: str) -> str:
    """Types in types in types."""
    depth = chance.choice((10, 70, 300, 2000))
    if text.startswith("openapi") and "$ref: '#/components/schemas/Price'}" in text:
        inner = "{properties: {a: " * depth + "{type: string}" + "}}" * depth
        return text.replace("{$ref: '#/components/schemas/Price'}", inner, 1)
    begin, end = '<xs:element name="a"><xs:complexType><xs:sequence>', "</xs:sequence></xs:complexType></xs:element>"
    return text.replace("<xs:sequence>", "<xs:sequence>" + begin * depth + end * depth, 1)


_DAMAGES: tuple[Callable[[Random, str], str], ...] = (_mutated, _mutated, _value_replaced, _element_lost, _deep)
