"""Who is told when something needs a person: one file each, chosen by `notify[].type`."""
