"""Recipes as typed, frozen objects."""
