"""Registers that the house keeps: extinguishers, patrol points, what was found at them. Decisions are pure; store.py keeps."""
