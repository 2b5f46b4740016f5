"""Ways in without a browser: a folder that files are dropped into, and an address to mail them to."""
