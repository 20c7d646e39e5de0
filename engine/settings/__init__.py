"""Settings of one environment: declared in the file, set by an administrator."""

from engine.settings.kinds import typed
from engine.settings.settings import Declared, Secret, Settings, Sources, plain, resolve, variable

__all__ = ["Declared", "Secret", "Settings", "Sources", "plain", "resolve", "typed", "variable"]
