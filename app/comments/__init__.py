"""What is said about a document: the thread with the customer, and the house's internal notes."""
