"""Markdown: blocks and inline markup by markdown-it-py, each with its place in the file."""
