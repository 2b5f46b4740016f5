"""Pictures of the pages of PDFs, so that nobody needs a program to look at one."""
