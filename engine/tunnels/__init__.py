"""The ways through to a system that cannot be reached directly: one file each, chosen by `tunnel.type`."""
