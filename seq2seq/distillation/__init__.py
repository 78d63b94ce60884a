"""From any teacher to a small student: its answers are collected, picked, and learnt.

Translations: Kim and Rush 2016. Probabilities of labels: Hinton et al. 2015.
"""
