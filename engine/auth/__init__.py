"""How a connection shows who it is: one file each, chosen by `auth: {type: …}`."""
