"""The promises, measured from outside on the running system: smoke, bench, chaos."""
