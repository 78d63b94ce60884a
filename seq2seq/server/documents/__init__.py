"""Documents that clients send: read, translated, kept until they are fetched."""
