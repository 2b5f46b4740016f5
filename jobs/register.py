"""Every job by the name it is promised with; a law proves that every promise has one."""

from jobs import delivery, housekeeping, identity, inbox, intake, reactions, renditions
from jobs.job import Job

JOBS: dict[str, Job] = {
    "delivery.send": delivery.SEND,
    "housekeeping.sweep": housekeeping.SWEEP,
    "identity.send_code": identity.SEND_CODE,
    "inbox.apply": inbox.APPLY,
    "intake.take_in": intake.TAKE_IN,
    "reactions.react": reactions.REACT,
    "renditions.make": renditions.MAKE,
}
