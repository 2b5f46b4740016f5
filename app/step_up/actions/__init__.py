"""Every write about step-up: a code sent, a try counted, a proof given."""

from app.step_up.actions.proving import answer_address, answer_code
from app.step_up.actions.texting import TooSoon, send_code, sweep

__all__ = ["TooSoon", "answer_address", "answer_code", "send_code", "sweep"]
