"""Every job by the name it is promised with; a law proves that every promise has one."""

from jobs import delivery, documents, housekeeping, identity, inbox, reactions
from jobs.job import Job

JOBS: dict[str, Job] = {
    "delivery.send": delivery.SEND,
    "documents.take_in": documents.TAKE_IN,
    "housekeeping.sweep": housekeeping.SWEEP,
    "identity.send_code": identity.SEND_CODE,
    "inbox.apply": inbox.APPLY,
    "reactions.react": reactions.REACT,
}
