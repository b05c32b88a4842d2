"""Trying rules over events that are already there: the live engine, without Kafka.

    file or database ──▶ form ──▶ order ──▶ replay (ticks, late marks, repetitions, Engine) ──▶ figures, difference ──▶ report

What it guarantees: rows of the same log give the same alerts with the same ids as the worker gave, because the engine, the rule
of lateness and the test for repetitions are the worker's own. What it refuses: guessing. A row that cannot be read is
counted and named, and a rule that waits for heartbeats is left out, and said, where the events hold none.
"""
