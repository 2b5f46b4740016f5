"""HTTP manners shared by every feature."""
