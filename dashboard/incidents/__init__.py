"""Incidents in the browser: what is shown (showing, sentences, near), what may be done (acting), and the addresses (routes)."""
