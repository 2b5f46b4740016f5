"""The print centre, spoken to over real SFTP."""
