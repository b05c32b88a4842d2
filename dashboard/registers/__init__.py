"""The registers' pages: extinguishers, rounds, lists. pages.py shows, acting.py does, routes.py knows the addresses."""
