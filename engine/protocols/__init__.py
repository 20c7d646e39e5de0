"""The protocols: one file each, chosen by `connections.NAME.type`."""
