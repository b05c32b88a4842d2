"""Gatehouse on one machine: services, processes under a supervisor, health, logs.

Knows the processes by their commands alone, so that nothing of theirs is imported here.
"""
