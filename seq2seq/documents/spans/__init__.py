"""The spans of a sentence, such as tags and placeholders: taken out, found again in the translation, and verified."""
