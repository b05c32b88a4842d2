"""Incidents: what one is, what may be done to it (lifecycle), which alerts are one (grouping), where it is kept (store)."""
