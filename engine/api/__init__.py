"""The HTTP API: who may call, what is called, what is answered."""
