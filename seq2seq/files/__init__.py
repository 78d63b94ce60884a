"""Files as bytes and as text, whatever they are compressed by or encoded in."""
