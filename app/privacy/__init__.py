"""What is known about somebody, told to them or forgotten (GDPR, art. 15, 17 and 20)."""
