"""Expressions in plain English: each phrase, and that nothing is said that could be misread."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.docs.literals import Unsayable
from engine.docs.phrases import PHRASES, SEVERAL, phrase
from engine.docs.words import LONGEST, condition, rule
from engine.expression.expressions import Expression, is_query, read_query, read_template
from engine.functions import FUNCTIONS

RULES = {
    # paths
    "=input.customer_id": "customer_id of the input",
    "=input.ship_to.erp_id": "ship_to.erp_id of the input",
    "=item.sku": "sku",
    "=item": "the element",
    "=settings.company": "the setting company",
    "=exchange.at": "the time of the exchange",
    "=headers.webhook_id": "the header webhook-id",
    "=row.price": "price of row",
    "=records[0]": "the first element of the records",
    "=reply.results[0].id": "id of the first element of results of the reply",
    "=reply.a[-1].b.c[1]": "the second element of b.c of the last element of a of the reply",
    "=rows[]": "the elements of rows",
    "=batch[].sku": "sku of each element of batch",
    "=wanted[?!erp_id].sku": "sku of (the elements of wanted where erp_id is not given)",
    "=a.*.b": "b of each element of the values of a",
    # constants
    "=`null`": "nothing",
    "='EA'": "“EA”",
    "=`4`": "4",
    "=`[]`": "an empty list",
    # one or the other
    "=coalesce(input.po, input.no)": "po of the input, else no of the input",
    "=row.name || 'none'": "name of row, or “none” if that is not given",
    "=a && b": "b if a is given, otherwise a",
    "=choose(a, 'x', `null`)": "“x” if a is given, otherwise nothing",
    "=yes_no(input.whole, 'Y', 'N')": "“Y” if whole of the input is true, “N” if it is false",
    # functions
    "=decimal(item.UnitPrice, `4`)": "UnitPrice as a number with 4 decimals",
    "=decimal(item.UnitPrice, `1`)": "UnitPrice as a number with 1 decimal",
    "=decimal(coalesce(a, b), `2`)": "(a, else b) as a number with 2 decimals",
    "=coalesce(a, decimal(b, `2`))": "a, else b as a number with 2 decimals",
    "=lookup(settings.units, item.unit)": "the code for unit from the setting units",
    "=lookup(settings.units, item.unit, 'EA')": "the code for unit from the setting units, else “EA”",
    "=find(rows[], &id, item.sku).price": "price of (the first element of rows whose id is this element's sku)",
    "=multiply(add(a, b), c)": "(a plus b) times c",
    "=add(a, multiply(b, c))": "a plus (b times c)",
    "=divide(a, b, `2`)": "a divided by b, with 2 decimals",
    "=sum(lines[].total)": "the sum of total of each element of lines",
    "=sum(map(&subtract(on_hand, taken), places))": "the sum of ((on_hand minus taken) for each element of places)",
    "=cut(input.street, `50`)": "at most the first 50 characters of street of the input",
    "=split(item.place, ' ')[0]": "the first element of (place split at a blank)",
    "=date(input.day, '%Y-%m-%d', 'UTC')": "day of the input as a time in the form YYYY-MM-DD, time zone: “UTC”",
    "=date(x, '%B %Y')": "x as a time in the form %B %Y",
    "=later(exchange.at, '-1d')": "1 day before the time of the exchange",
    "=later(x, wait)": "wait after x",
    "=join(', ', ['No', x])": "the text “No, ‹x›”",
    "=join(', ', names)": "names joined with “, ”",
    # conditions
    "=a == 'Y'": "whether a is “Y”",
    "=!(a == 'Y')": "whether a is not “Y”",
    "=existing != `null`": "whether existing is there",
    # Templates
    "WEB-{{ input.no }}": "the text “WEB-‹no of the input›”",
}

CONDITIONS = {
    "=input.shop_id": "shop_id of the input is given",
    "=!(input.customer)": "customer of the input is not given",
    "=!(a || b)": "a is not given and b is not given",
    "=a && (b || c)": "a is given and (b is given or c is given)",
    "=status < `300` && reply.ok": "the status is less than 300 and ok of the reply is given",
    "=length(asked) == `1`": "the length of asked is 1",
    "=reply.rows[?Status != 'Passed']": "there are elements of rows of the reply where Status is not “Passed”",
    "=!(rows[?bad])": "there are no elements of rows where bad is given",
    "=rows[?bad].no": "no of (the elements of rows where bad is given) is given",
    "=contains(['a', 'b'], x)": "x is one of “a” or “b”",
    "=!contains(['a', 'b'], x)": "x is none of “a” or “b”",
    "=contains(x, 'a')": "x contains “a”",
    "=!starts_with(x, 'a')": "it is not so that x begins with “a”",
}

UNSAYABLE = ["=rows[3]", "=rows[1:3]", "=a[*].chunks(@, `2`)", "=a | b", '=`{"a": 1}`']


def expression(text: str) -> Expression:
    return read_query(text) if is_query(text) else read_template(text)


@pytest.mark.parametrize("text", RULES)
def test_a_rule_in_words(text: str) -> None:
    assert rule(expression(text)) == RULES[text]


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_in_words(text: str) -> None:
    assert condition(expression(text)) == CONDITIONS[text]


@pytest.mark.parametrize("text", UNSAYABLE)
def test_what_has_no_words_is_said_by_itself(text: str) -> None:
    assert rule(expression(text)) == text


def test_what_takes_too_many_words_is_said_by_itself() -> None:
    text = f"=coalesce({', '.join(f'input.a_rather_long_name_{number}' for number in range(12))})"

    assert len(text) > LONGEST
    assert rule(expression(text)) == text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_phrase_for_every_number_of_arguments(name: str) -> None:
    known = FUNCTIONS[name]
    counts = range(known.least, (known.most or known.least) + 1)

    for count in counts:
        text = phrase(name, [{"type": "field"}] * count)
        assert all(f"{{{number}" in text for number in range(count)), (name, count)
    assert (known.most is None) == (name in SEVERAL)


def test_there_are_no_phrases_of_functions_that_are_gone() -> None:
    assert set(PHRASES) - set(FUNCTIONS) == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_more_arguments_than_there_are_words_for_are_said_by_nothing(name: str) -> None:
    with pytest.raises(Unsayable):
        phrase(name, [{"type": "field"}] * 9)


def test_two_different_expressions_are_never_said_alike() -> None:
    """Pairs that differ only in how they are put together."""
    texts = [
        "=multiply(add(a, b), c)",
        "=add(a, multiply(b, c))",
        "=decimal(coalesce(a, b))",
        "=coalesce(a, decimal(b))",
        "=coalesce(decimal(a), b)",
        "=choose(a, b, coalesce(c, d))",
        "=coalesce(choose(a, b, c), d)",
        "=upper(join('', a))",
        "=join('', upper(a))",
        "=(a || b) && c",
        "=a || (b && c)",
        "=sum(a[].b)",
        "=sum(a).b",
        "=find(a, &b, c).d",
        "=find(a, &b, c.d)",
    ]

    said = sorted(rule(expression(text)) for text in texts)

    assert [(one, other) for one, other in pairwise(said) if one == other] == []
