"""Ask the payment provider what became of a payment."""

from app.payments.actions import settling
from app.payments.actions.settling import Question
from app.payments.providers.mollie import Known
from jobs.job import Outside


def begin(payment: str) -> Question | None:
    """Find what to ask."""
    return settling.question(payment)


def ask(question: Question) -> Known | None:
    """Ask the provider."""
    return question.ask()


ASK = Outside(prepare=begin, perform=ask, settle=settling.settle, tries=100)
