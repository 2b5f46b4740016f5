"""Forms of a report: words, mail, sheet and table, and the address by which one ends it."""
