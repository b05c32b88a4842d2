"""Real Kafka and TimescaleDB on a Debian machine without a Docker engine.

Each service says how it is prepared once and which program runs it; who runs the program (the supervisor, a test) is not
its concern. Everything listens on loopback only.
"""
