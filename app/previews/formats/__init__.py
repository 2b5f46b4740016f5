"""Drawing pages: what is asked of a cell, and what the cell does."""
