"""Expressions: Queries (`=`, JMESPath → value) and Templates (`{{ }}`, Jinja → text), read and compiled."""
