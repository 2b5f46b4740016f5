"""Access letters: a way in on paper, by an access code and a PIN, for people without e-mail (PY-20)."""
