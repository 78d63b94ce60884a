"""``/v1``: all that models say, for programs."""
