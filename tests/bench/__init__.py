"""What Kontor does per second, beside bare pages of the same framework: `make bench`."""
