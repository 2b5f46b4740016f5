"""People, how they prove who they are, and the links that stand for a person."""
