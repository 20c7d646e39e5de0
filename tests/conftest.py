"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# A developer's machine looks for new cases at every run; CI tries the same ones, so that a change is judged by itself.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("developer", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "developer")
