"""Every write about answers to quotes, and the mails that tell of them."""
