"""How the rules are to be read."""

from __future__ import annotations

from engine.docs.model import Bullets, Code, Section, Strong

LEGEND = Section(
    "How to read the rules",
    "legend",
    [
        Bullets(
            [
                (Strong("x of y"), ": the field x of the data y. ", Strong("The input"), ": what the caller sends."),
                (Strong("The record"), ": what a flow carries. ", Strong("The event"), ": what was posted, as mapped."),
                (
                    Strong("missing"),
                    ": not there, or null. ",
                    Strong("Given"),
                    ": there, and neither false nor an empty text, list or object.",
                ),
                (Strong("a, else b"), ": b where a is missing; of a code table, where it does not have the code."),
                (
                    Strong("the code for x from the setting t"),
                    ": the table t says which code the other side has for x.",
                ),
                (Strong("as a number with 4 decimals"), ": rounded half up, and sent with exactly these digits."),
                (Strong("the text “… ‹x› …”"), ": this text, with the value of x in it."),
                (
                    Strong("one for each of …"),
                    ": a list with one entry per element; fields without “of” below it are those of the element.",
                ),
                (
                    "Where words would say less, the rule stands as it is written: ",
                    Code("=…"),
                    " is a Query (JMESPath), text with ",
                    Code("{{ }}"),
                    " a Template.",
                ),
            ]
        )
    ],
)
