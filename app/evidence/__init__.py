"""Evidence packs: all that is known of a document in one ZIP that can be checked without us (K-10)."""
