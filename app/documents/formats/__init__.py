"""How documents come in from outside: one module per format, from bytes to a checked e-invoice."""
