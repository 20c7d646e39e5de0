"""How a list comes in pages: one file each, chosen by `page: {type: …}`."""
