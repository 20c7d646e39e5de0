"""Tests here open connections like those of the protocols."""

from tests.protocols.conftest import opened

__all__ = ["opened"]
