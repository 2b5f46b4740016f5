"""Taking the list along: what is filtered, as a table for other programs."""
