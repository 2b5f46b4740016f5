"""Every job by the name it is promised with; a law proves that every promise has one."""

from jobs import (
    contacts,
    delivery,
    exports,
    housekeeping,
    identity,
    inbox,
    intake,
    mailing,
    notices,
    previews,
    reactions,
    releases,
    renditions,
)
from jobs.job import Job

JOBS: dict[str, Job] = {
    "contacts.tell_of_end": contacts.TELL_OF_END,
    "delivery.send": delivery.SEND,
    "exports.forget": exports.FORGET,
    "exports.make": exports.MAKE,
    "housekeeping.sweep": housekeeping.SWEEP,
    "identity.send_code": identity.SEND_CODE,
    "inbox.apply": inbox.APPLY,
    "intake.take_in": intake.TAKE_IN,
    "intake.unpack": intake.UNPACK,
    "notices.send": notices.SEND,
    "previews.draw": previews.DRAW,
    "reactions.react": reactions.REACT,
    "releases.publish": releases.PUBLISH,
    "renditions.make": renditions.MAKE,
    "ways_in.answer": mailing.ANSWER,
    "ways_in.take_in_mail": mailing.TAKE_IN_MAIL,
}
