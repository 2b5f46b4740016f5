"""Every write of the ways in: `dropping` for the folder, `address`, `mailing`, `answering` for mail."""
