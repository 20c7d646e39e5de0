"""What to write instead, for an expression that cannot be read: one row for each known mistake."""

from __future__ import annotations

import re

_ARITHMETIC = "JMESPath has no arithmetic: write add(), subtract(), multiply() or divide()"

_ENDS = (
    (r"(==|!=|<=|>=|<|>|&&|\|\||\||!)$", "a value must follow `{0}`"),
    (r"\.$", "a name must follow the dot"),
    (r",$", "a value must follow the comma"),
    (r":$", "a value must follow the colon"),
    (r"&$", "a field must follow `&`"),
    (r"\[$", "write [0], [*], [?condition] or [a, b]"),
)
"""Before the end of the expression, what to say; `{0}` is what was found."""

_STRAYS = (
    (r"", r"[“”‘’„«»´]", "write straight quotes: 'text' or \"field name\""),
    (r"(^|\{)\s*$", r"\{", "a Query has no `{{{{ }}}}`: write the expression alone"),
    (r"^\s*\{\{\s*$", r"", "a Query has no `{{{{ }}}}`: write the expression alone"),
    (r"^\s*$", r"\$\.", "a path begins with a name, without `$.`"),
    (r"", r"\$\w*", 'a field name with other characters stands in double quotes: "{0}"'),
    (r"\w*$", r"[^\W\da-zA-Z_]\w*", 'a field name with other letters stands in double quotes: "{1}{0}"'),
    (r"[=!]=\s*$", r"=", "compare with `==` or `!=`"),
    (r"", r"=", "compare with `==`"),
    (r"<\s*$", r">", "compare with `!=`"),
    (r"", r"->", "join names with a dot: a.b"),
    (r"\.\s*\[\s*$", r"-?\d", "an index follows without a dot: a[0]"),
    (r"\.\s*$", r"-?\d+", "an index stands in brackets: [{0}]"),
    (r"\.\s*$", r"\.", "one dot is enough; `*` means any field: a.*.b"),
    (
        r"\w-$|[\w\]\)]$",
        r"-\d*[A-Za-z_]\w*",
        'a name with a dash stands in double quotes: "a-b"; to subtract, write subtract(a, b)',
    ),
    (r"[\w\]\)\"'`]\s*$", r"[-+*/%^]", _ARITHMETIC),
    (r"", r"-?\d+(\.\d+)?", "a number stands in backticks: `{0}`"),
    (r"[\w\]\)\"'`]\s+$", r"and\b", "write `&&` for and"),
    (r"[\w\]\)\"'`]\s+$", r"or\b", "write `||` for or"),
    (r"\bnot\s+$", r"", "write `!` for not: !(a == 'x')"),
    (r"[\w\]\)\"'`]\s+$", r"(not\s+)?in\b", "write contains(list, value)"),
    (r"[\w\]\)\"'`]\s+$", r"is\b", "compare with `==`; null is `null` in backticks"),
    (r"[\w\]\)\"'`]\s*$", r"\?\?", "write coalesce(a, b), or `||`"),
    (r"[\w\]\)\"'`]\s*$", r"\?\.", "a missing path is null: a plain dot is enough"),
    (r"[\w\]\)\"'`]\s*$", r"\?|if\b|then\b|else\b", "write choose(condition, a, b)"),
    (r"\[\s*$", r"['\"]", 'a field of an object follows a dot: a.b, or a."b c"'),
    (r"\[\s*-?\d+\s*$", r",", "one index at a time: [a[0], a[1]]"),
    (r"\[\s*$", r"-", "an index is a whole number: [0], or [-1] for the last"),
    (r"\[\s*$", r"[A-Za-z_@(!]", "a condition begins with `?`: [?{0}…"),
    (r"\[\?\s*$", r"\]", "a condition must follow `?`: [?name == 'x']"),
    (r",\s*$", r"[)\]}]", "a value must follow the comma"),
    (r"", r"\)", "this `)` closes nothing: remove it, or open it before"),
    (r"", r"\]", "this `]` closes nothing: remove it, or open it before"),
    (r"\{\s*\w+\s*$", r"\}|,", "each field has a name and a value: {{name: value}}"),
    (r"", r"\}", "this `}}` closes nothing: remove it, or open it before"),
    (r"\{[^}]*$", r"", "write each field as `name: value`, with a comma between fields"),
    (r"", r":", "a colon stands only inside `{{name: value}}` and [start:stop]"),
    (r"", r"&(?!&)", "write `&&` for and; `&field` is an argument of a function"),
    (r"", r"!", "`!` stands before a value; unequal is `!=`"),
    (r"(^|&&|\|\||\||==|!=|<|>|\()\s*$", r"\|\||&&|\||==|!=|[<>]=?", "a value must stand before `{0}`"),
    (r"'\w*$", r"", "an apostrophe inside text is written \\'"),
    (r"^$", r"\"[^\"]*\"\s*\(", "write the function's name without quotes"),
    (r"", r"\"", "a backslash inside double quotes is written \\\\; text stands in single quotes"),
    (r"@$", r"\w", "write @.{0}…"),
    (r"[\w\]\)\"'`]\s*$", r"[\w'\"`@(]", "join conditions with `&&` or `||`, arguments with a comma"),
)
"""Text before the place, text at the place, what to say; `{0}` is what was found there, `{1}` what was before."""

_OPENING = {"(": ")", "[": "]", "{": "}"}


def remedy(text: str, offset: int) -> str:
    """What to write, for an expression that cannot be read at an offset."""
    if offset >= len(text.rstrip()):
        return _at_end(text.rstrip())
    before, after = text[:offset], text[offset:]
    for behind, ahead, hint in _STRAYS:
        found = re.match(ahead, after)
        led = re.search(behind, before)
        if found and led:
            return hint.format(found.group(), led.group())
    return "remove it; text stands in single quotes, field names of other characters in double quotes"


def unclosed(text: str, offset: int) -> str:
    """What to write for a quote that is opened and not closed."""
    quote = text[offset : offset + 1]
    if quote == "'" and re.search(r"\w$", text[:offset]):
        return "an apostrophe inside text is written \\'"
    if quote == '"':
        return 'close it with "; text stands in single quotes, double quotes are for field names'
    return f"close it with {quote}"


def _at_end(text: str) -> str:
    for pattern, hint in _ENDS:
        found = re.search(pattern, text)
        if found:
            return hint.format(found.group())
    opened = _left_open(text)
    if opened >= 0:
        bracket = text[opened]
        return f"the `{bracket}` at {opened + 1} is not closed: add `{_OPENING[bracket]}`"
    return "write the rest of it"


def _left_open(text: str) -> int:
    """The offset of the last bracket that is opened and not closed, outside of quotes; -1 if there is none."""
    plain = re.sub(
        r"'(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\"|`(\\.|[^`\\])*`", lambda quoted: "_" * len(quoted.group()), text
    )
    opened: list[int] = []
    for offset, character in enumerate(plain):
        if character in _OPENING:
            opened.append(offset)
        elif character in _OPENING.values() and opened:
            opened.pop()
    return opened[-1] if opened else -1
