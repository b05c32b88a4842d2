"""The wall: what it shows, read and told as one snapshot."""
