"""`make demo`: the shipped integrations on simulated systems, with an account of each exchange."""
