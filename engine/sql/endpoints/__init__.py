"""What can be done with the tables of a database: one file each, chosen by `type: …` of an endpoint."""
