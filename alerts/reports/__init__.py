"""The report of an incident: what it says (model, report, lines), in one language (telling, words), read and proven (store)."""
