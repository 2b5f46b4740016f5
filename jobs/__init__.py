"""Later work: a job loads by id, calls one action of the application, and is done."""
