"""Who comes in and what they may do: accounts, sessions, links of walls, roles, and the guard around everything."""
