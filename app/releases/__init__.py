"""How many documents are published at once: batches that one can watch, stop and trust."""
