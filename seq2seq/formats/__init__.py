"""Formats of documents and of bilingual files: parsed into segments, and written with their translations in place."""
