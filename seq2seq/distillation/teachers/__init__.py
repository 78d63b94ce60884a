"""Teachers: whatever translates lines of text."""
