"""The gateway: devices' messages in, events in Kafka out; what Kafka can't take now waits on disk."""
