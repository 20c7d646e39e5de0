"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A developer's machine looks for new cases at every run; CI tries the same ones, so that a change is judged by itself.
# How long a machine takes to make them says nothing.
common = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", common, derandomize=True)
settings.register_profile("developer", common)
settings.load_profile("ci" if os.environ.get("CI") else "developer")
