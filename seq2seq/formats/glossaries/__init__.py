"""Glossaries: terms with their translations, read from tables and from TBX."""
