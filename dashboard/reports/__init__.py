"""Reports of incidents: made with the screens' names and sentences (making), over HTTP (routes), at the prompt (commands)."""
