"""What is released to customers, which of them have the portal, and the addresses that lead there."""
