"""JSON Schemas: named or written in place, and what is wrong with a value, in words."""

from engine.schemas.schemas import Check, Schemas, WrongSchema, is_schema

__all__ = ["Check", "Schemas", "WrongSchema", "is_schema"]
