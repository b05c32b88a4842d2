"""The vocabulary of Gatehouse: what every other room may speak of, and nothing that acts.

Imports nothing of ours.
"""
