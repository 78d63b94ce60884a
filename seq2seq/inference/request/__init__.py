"""A request to a translator: sources as the network reads them, with tags, spans to copy and terms."""
