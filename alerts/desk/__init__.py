"""The desk: makes incidents of alerts. It holds nothing; all is in the database, and one desk a site is at work at a time."""
