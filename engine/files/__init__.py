"""Folders of files: what is read from them record by record, and what is written into them whole or not at all."""
