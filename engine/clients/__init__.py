"""How callers of ours show who they are: one file each, chosen by `security.clients.NAME.type`."""
