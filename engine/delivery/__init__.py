"""Deliveries: durable attempts to bring one record each to its target; nothing lost, nothing doubled, in order per key.

`decision` says, without any I/O, what follows an attempt. `store` keeps deliveries in a database: one writer, many
changes in one transaction. What the store can do stands in `accepting`, `claiming`, `ending`, `operating` and `flows`.
"""
