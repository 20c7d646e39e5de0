"""What the classes of the language are made of: parts, typed scalars, expressions as fields, and their registry."""
