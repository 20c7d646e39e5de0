"""Columns of tables and files: `text(20) required`, what a cell holds, and a value as a cell and back."""
