"""The policy as data, the principal as the policy sees it, and the one door."""
