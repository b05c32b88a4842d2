"""How what is live reaches the browsers: looked at in the database, published, pushed."""
