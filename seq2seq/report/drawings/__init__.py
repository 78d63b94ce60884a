"""Pictures in SVG: a frozen dataclass of data for each kind, with `svg()` and the same figures as `table()`."""
