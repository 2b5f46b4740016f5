"""Write to those who ask for access, and to those who decide."""

from app.sign_up import actions
from jobs.job import Plain

ANSWER = Plain(actions.answer)
TELL_ADMINISTRATORS = Plain(actions.tell_administrators)
