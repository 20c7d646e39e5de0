"""What each function does, in words: one phrase per function and number of arguments."""

from __future__ import annotations

from engine.docs.literals import Unsayable
from engine.expression.ast import Ast
from engine.functions import FUNCTIONS

PHRASES: dict[str, tuple[str, ...]] = {
    # values
    "coalesce": ("{0}",),  # with more arguments, see `SEVERAL`
    "text": ("{0} as text",),
    "decimal": ("{0} as a number", "{0} as a number with {1} decimals"),
    "integer": ("{0} as a whole number",),
    "list": ("{0} as a list",),
    "choose": ("{1} if {0:if}, otherwise {2}",),
    "yes_no": ("{1} if {0} is true, {2} if it is false",),
    "lookup": ("the code for {1} from {0}", "the code for {1} from {0}, else {2}"),
    # lists
    "find": ("the first element of {0} whose {1} is {2:other}",),
    "find_all": ("the elements of {0} whose {1} is {2:other}",),
    "group_by": ("the elements of {0} grouped by {1}",),
    "chunks": ("{0} in parts of at most {1}",),
    "at": ("the element of {0} at place {1}, counted from 0",),
    "pick": ("of {0} only the fields in {1}",),
    # numbers
    "add": ("{0} plus {1}",),
    "subtract": ("{0} minus {1}",),
    "multiply": ("{0} times {1}",),
    "divide": ("{0} divided by {1}", "{0} divided by {1}, with {2} decimals"),
    "minor_units": ("{0} in the smallest unit of the currency {1}",),
    "major_units": ("{0} from the smallest unit into whole units of the currency {1}",),
    # text
    "split": ("{0} split at {1}",),
    "cut": ("at most the first {1} characters of {0}",),
    "pad": ("{0} filled with zeros in front to {1} characters", "{0} filled with {2} in front to {1} characters"),
    "trim": ("{0} without blanks around it",),
    "upper": ("{0} in capital letters",),
    "lower": ("{0} in small letters",),
    "replace": ("{0} with {2} in place of {1}",),
    # time
    "date": ("{0} as a time in the form {1:time}", "{0} as a time in the form {1:time}, time zone: {2}"),
    "parse_date": (
        "the time in {0}, which has the form {1:time}",
        "the time in {0}, which has the form {1:time}, time zone: {2}",
    ),
    "later": ("{1:shift} {0}",),
    # OData
    "odata": ("{0} as an OData value",),
    "odata_any": ("the OData condition that {0} is one of {1}",),
    # builtins
    "contains": ("{0} contains {1}",),
    "starts_with": ("{0} begins with {1}",),
    "ends_with": ("{0} ends with {1}",),
    "join": ("{1} joined with {0}",),
    "keys": ("the keys of {0}",),
    "values": ("the values of {0}",),
    "length": ("the length of {0}",),
    "map": ("{0} for each element of {1}",),
    "merge": ("{0}",),  # with more arguments, see `SEVERAL`
    "reverse": ("{0} from end to beginning",),
    "type": ("the kind of {0}",),
    "max": ("the largest of {0}",),
    "min": ("the smallest of {0}",),
    "max_by": ("the element of {0} with the largest {1}",),
    "min_by": ("the element of {0} with the smallest {1}",),
    "sort": ("{0} in rising order",),
    "sort_by": ("{0} in rising order of {1}",),
    "abs": ("{0} without its sign",),
    "avg": ("the average of {0}",),
    "ceil": ("{0} rounded up to a whole number",),
    "floor": ("{0} rounded down to a whole number",),
    "sum": ("the sum of {0}",),
    # builtins that the language refuses
    "not_null": ("{0}",),
    "to_array": ("{0} as a list",),
    "to_number": ("the number in {0}",),
    "to_string": ("{0} as text",),
}
"""By the number of arguments, the fewest first; `{0}` is the first argument.

`{0:if}` says it as a condition, `{0:other}` as something of another element than the one that is looked at, `{0:time}` as
the form of a time, `{0:shift}` as a shift of a time.
"""

SEVERAL = {"coalesce": ", else ", "not_null": ", else ", "merge": ", then over it "}
"""Functions of any number of arguments: what stands between two of them."""

CONDITIONS = frozenset({"contains", "starts_with", "ends_with"})
"""Functions whose phrase is a statement that is true or false."""

NAMES = {
    "input": "the input",
    "event": "the event",
    "body": "what is posted",
    "record": "the record",
    "cursor": "the cursor",
    "started": "the start of the run",
    "file": "the file",
    "settings": "the settings",
    "exchange": "the exchange",
    "reply": "the reply",
    "records": "the records",
    "status": "the status",
    "headers": "the headers",
    "error": "the failure",
    "item": "the element",
    "number": "the number of the element",
    "key": "the key of the element",
}
"""How the names of the language are said."""


def phrase(name: str, arguments: list[Ast]) -> str:
    """The phrase of a call with these arguments.

    Raises:
        Unsayable: there is none.
    """
    known, phrases = FUNCTIONS.get(name), PHRASES.get(name)
    if known is None or phrases is None or not 0 <= len(arguments) - known.least < len(phrases):
        raise Unsayable
    return phrases[len(arguments) - known.least]


def smoothed(text: str) -> str:
    """Without what only comes from putting phrases together."""
    for clumsy, better in (
        (" with 1 decimals", " with 1 decimal"),
        (" with 0 decimals", " rounded to a whole one"),
        (" element of the elements of ", " element of "),
        (" elements of the elements of ", " elements of "),
    ):
        text = text.replace(clumsy, better)
    return text
