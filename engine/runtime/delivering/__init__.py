"""Records on the way to their target: attempts at deliveries, or straight from a file."""
