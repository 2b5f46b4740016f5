"""The journal as auditors read it: who did what when and from where, and whether it is sealed."""
