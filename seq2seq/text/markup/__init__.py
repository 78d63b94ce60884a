"""Markup, placeholders and messages in a text: found, and distinguished from words."""
