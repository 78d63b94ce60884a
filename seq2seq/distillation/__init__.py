"""From any teacher to a small student: its translations are collected, picked, and learnt (Kim and Rush 2016)."""
