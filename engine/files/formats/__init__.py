"""How files of records are read and written: one file each, chosen by an endpoint's `format`."""
