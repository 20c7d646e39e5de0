"""What is served is that of the HTTP API."""

from tests.api.conftest import stage as stage
