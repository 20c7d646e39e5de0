"""`engine explain`: what a rule means, with a wrong and a right example."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import stop


def explain(
    rule: Annotated[str | None, typer.Argument(help="A rule, as a finding names it in []; default: list all.")] = None,
) -> None:
    """Why a finding is one: the rule, a wrong and a right example."""
    from engine.checks.explained import explanation, explanations, names
    from engine.parts.suggest import did_you_mean, suggest

    if rule is None:
        width = max(map(len, names()))
        for found in explanations().values():
            typer.echo(f"{found.rule:{width}}  {found.summary}")
        return
    rule = rule.strip("[]")
    if rule not in names():
        near = did_you_mean(suggest(rule, names())).strip()
        stop(f'there is no rule "{rule}"; {near or "`engine explain` lists them all"}')
    found = explanation(rule)
    typer.echo(f"{found.severity}[{found.rule}]: {found.summary}\n\n{found.why}")
    if found.wrong:
        typer.echo(f"\nwrong:\n\n{_indented(found.wrong)}\nright:\n\n{_indented(found.right)}", nl=False)
    if found.ignorable:
        typer.echo(f"\nAccepted at one line by a comment:  # engine: ignore[{found.rule}] the reason")


def _indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))
