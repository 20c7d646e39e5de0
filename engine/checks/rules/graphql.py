"""A GraphQL query is posted, is one operation, and names the variables it declares; the server refuses anything else.

What a call gives for the variables is checked as every body is: the query says which there are, and their types.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.formats.graphql_query import operations
from engine.parts.suggest import did_you_mean, suggest
from engine.protocols.rest import Endpoint


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Endpoint) and part.graphql is not None:
            yield from _posted(subject, path, part)
            yield from _query(subject, path, part.graphql)


def _posted(subject: Subject, path: Path_, endpoint: Endpoint) -> Iterator[Diagnostic]:
    if endpoint.method and endpoint.method != "POST":
        words = f"a {endpoint.method} carries no GraphQL query"
        hint = "write `method: POST`; what only asks counts as `effect: read` all the same"
        yield Diagnostic(subject.mark(*path, "method"), "graphql-not-posted", words, hint)


def _query(subject: Subject, path: Path_, query: str) -> Iterator[Diagnostic]:
    found, mark = operations(query), subject.mark(*path, "graphql")
    if len(found) != 1:
        words = f"these are {len(found)} operations" if found else "this is no GraphQL query"
        hint = (
            "write one, and an endpoint for each other"
            if found
            else "write one such as query($no: ID!) { order(no: $no) { status } }"
        )
        yield Diagnostic(mark, "wrong-graphql", words, hint)
        return
    declared, used = found[0].variables, found[0].used
    for name in used:
        if name not in declared:
            near = did_you_mean(suggest(name, declared))
            hint = f"{near}declare it: {found[0].kind}(${name}: …)"
            yield Diagnostic(mark, "wrong-graphql", f"the variable ${name} is not declared", hint)
    for name in declared:
        if name not in used:
            hint = f"use it, or leave ${name} out"
            yield Diagnostic(mark, "wrong-graphql", f"the variable ${name} is never used", hint)
