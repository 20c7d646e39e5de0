"""Databases as systems: tables and what is done with them, in the language and in SQLAlchemy's expressions."""
