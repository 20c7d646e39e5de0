"""A mock of what an integration talks to, and of the integration itself, answered from its examples over HTTP."""
