"""Bilingual files, read as rows: TMX, XLIFF, PO and workbooks; and the readers that packages add."""
