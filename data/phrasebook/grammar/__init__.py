"""English and German morphology and syntax, as far as a phrasebook needs them; no word lists."""
