"""The console's pages about accounts, links and the audit log."""
