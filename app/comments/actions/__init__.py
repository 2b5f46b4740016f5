"""Writing comments, and telling the other side of them."""
