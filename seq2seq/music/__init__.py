"""Tunes in ABC notation: read, checked, written, scored and rendered."""
