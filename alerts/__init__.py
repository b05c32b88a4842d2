"""What happens to an alert after it is raised: who sees it, since when, and how fast it got there."""
