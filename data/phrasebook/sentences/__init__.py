"""The sentences: functions that draw words and return an English sentence with its German one."""

from sentences import frames, health, home, joined, shopping, talk, times, travel
from sentences.registry import TEMPLATES

__all__ = ["TEMPLATES", "frames", "health", "home", "joined", "shopping", "talk", "times", "travel"]
