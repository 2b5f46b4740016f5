"""Page objects: what a tester sees, by label, role and test id."""
