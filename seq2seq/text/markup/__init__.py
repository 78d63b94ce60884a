"""Markup, placeholders and messages in a text: found, and told apart from words."""
