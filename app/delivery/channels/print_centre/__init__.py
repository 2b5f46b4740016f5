"""A print centre: it gets files over SFTP, prints and posts them, and tells by files what it did."""
