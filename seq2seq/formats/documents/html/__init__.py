"""HTML: elements, tokens with their places, and the reader that makes segments of them."""
