"""P21's Transaction API: what an envelope of edits says, and how it comes back."""

from collections.abc import Mapping
from typing import Any

Edits = dict[str, str]

_KEYS: Mapping[str, tuple[str, ...]] = {
    "TP_ITEMS.items": ("oe_order_item_id",),
    "JOBPRICELINE.jobpriceline": ("item_id", "line_no"),
}
"""What P21 takes for the key of a list when none is sent."""


class NotImported(Exception):  # it is an answer, not a mishap
    """Why P21 took nothing."""


def form(transaction: Mapping[str, Any], name: str) -> Edits:
    """The edits of a form, which must be there."""
    rows = _elements(transaction, name, "Form")
    if len(rows) != 1 or len(rows[0].get("Rows") or ()) != 1:
        raise NotImported(f"Data element {name} of type Form with one row is required")
    return _edits(rows[0]["Rows"][0])


def optional_form(transaction: Mapping[str, Any], name: str) -> Edits:
    return form(transaction, name) if _elements(transaction, name, "Form") else {}


def rows(transaction: Mapping[str, Any], name: str) -> list[Edits]:
    """The rows of a list. Rows that agree on every key are one row, and the last value of each field wins."""
    found: dict[tuple[str, ...], Edits] = {}
    for element in _elements(transaction, name, "List"):
        keys = element.get("Keys") or ()
        if not isinstance(keys, list | tuple):
            raise NotImported("Keys must be a list")
        for row in element.get("Rows") or ():
            edits = _edits(row)
            if any(key not in edits for key in keys):
                raise NotImported("General Exception: Sequence contains no matching element")
            folded = tuple(edits.get(key, "") for key in keys or _KEYS.get(name, ()))
            found[folded] = {**found.get(folded, {}), **edits}
    return list(found.values())


def required(edits: Edits, **labels: str) -> None:
    """Each of these fields must have a value; `labels` says what P21's window calls it."""
    for name, label in labels.items():
        if not edits.get(name):
            raise NotImported(f"Required value missing for {label}")


def shown(transaction: Mapping[str, Any], numbers: Edits | None) -> dict[str, Any]:
    """The transaction as it comes back: with the numbers P21 gave when it passed, None when it failed."""
    elements = [dict(element) for element in transaction.get("DataElements") or ()]
    if numbers is None:
        return {"Status": "Failed", "DataElements": elements}
    given = [{"Name": name, "Value": value} for name, value in numbers.items()]
    for element in elements:
        if element.get("Type") == "Form":
            kept = [dict(row) for row in element["Rows"]]
            kept[0]["Edits"] = [*given, *[edit for edit in kept[0]["Edits"] if edit["Name"] not in numbers]]
            element["Rows"] = kept
            break
    return {"Status": "Passed", "DataElements": elements}


def _elements(transaction: Mapping[str, Any], name: str, kind: str) -> list[Mapping[str, Any]]:
    return [
        element
        for element in transaction.get("DataElements") or ()
        if (element.get("Name"), element.get("Type")) == (name, kind)
    ]


def _edits(row: Mapping[str, Any]) -> Edits:
    for edit in row.get("Edits") or ():
        if not isinstance(edit["Value"], str):
            raise NotImported(f"Invalid value for {edit['Name']}")
    return {edit["Name"]: edit["Value"] for edit in row.get("Edits") or ()}
