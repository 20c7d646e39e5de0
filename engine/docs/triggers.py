"""What begins a flow, in words; and which flows an event begins."""

from __future__ import annotations

from collections.abc import Iterator

from engine.docs.anchors import of_event, of_flow
from engine.docs.model import Link, Words, spans
from engine.docs.shown import resolved, worded
from engine.docs.words import condition
from engine.parts.fields import Deferred
from engine.spec.flows import Flow, Trigger
from engine.spec.integration import Integration


def trigger(integration: Integration, flow: Flow) -> Words:
    """When a flow runs: `every 1m (setting stock_every)`."""
    if isinstance(flow.enabled, Deferred):
        return (*spans(_begins(integration, flow.trigger)), f", if {condition(flow.enabled.query)}")
    return _begins(integration, flow.trigger) if flow.enabled else "switched off"


def _begins(integration: Integration, trigger: Trigger) -> Words:
    if trigger.every is not None:
        return f"every {worded(trigger.every, integration, 'duration')}"
    if trigger.cron is not None:
        return _at(integration, trigger)
    if trigger.event is not None:
        return ("when ", Link(trigger.event, of_event(trigger.event)), " is posted")
    if trigger.after is not None:
        return ("after ", Link(trigger.after, of_flow(trigger.after)))
    return "by hand"


def _at(integration: Integration, trigger: Trigger) -> str:
    """The times of a cron, and of which zone they are."""
    found = resolved(trigger.cron, integration)
    times = f"at the times of the setting {found.setting}"
    if found.value is not None:
        times = time_of_day(str(found.value)) + (f" (setting {found.setting})" if found.setting else "")
    zone = trigger.zone if trigger.zone is not None else integration.zone
    return f"{times}, {worded(zone, integration)}"


def time_of_day(cron: str) -> str:
    """`30 2 * * *` is "every day at 02:30"; other crons are said by themselves."""
    minute, hour, *rest = cron.split()
    if rest == ["*", "*", "*"] and minute.isdigit() and hour.isdigit():
        return f"every day at {int(hour):02d}:{int(minute):02d}"
    return f"at {cron} (cron)"


def begun_by(integration: Integration, event: str) -> Iterator[str]:
    """The flows that an event begins."""
    return (name for name, flow in integration.flows.items() if flow.trigger.event == event)


def completed_by(integration: Integration, event: str) -> Iterator[str]:
    """The flows whose waiting records an event completes."""
    return (name for name, flow in integration.flows.items() if flow.hold is not None and event in flow.hold.merge)
