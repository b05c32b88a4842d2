"""Plans that run: how a run goes on (run, press), what the system puts into its steps (fill), where it is kept (store)."""
