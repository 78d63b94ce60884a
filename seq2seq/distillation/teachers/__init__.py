"""Teachers: whatever translates lines of text, or labels them."""
