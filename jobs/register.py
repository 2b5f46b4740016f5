"""Every job by the name it is promised with; a law proves that every promise has one."""

from jobs import (
    bundles,
    comments,
    delivery,
    exports,
    housekeeping,
    identity,
    inbox,
    intake,
    mailing,
    notices,
    payments,
    previews,
    reactions,
    releases,
    renditions,
    webhooks,
)
from jobs.job import Job

JOBS: dict[str, Job] = {
    "comments.tell": comments.TELL,
    "bundles.forget": bundles.FORGET,
    "bundles.make": bundles.MAKE,
    "delivery.send": delivery.SEND,
    "exports.forget": exports.FORGET,
    "exports.make": exports.MAKE,
    "housekeeping.sweep": housekeeping.SWEEP,
    "identity.send_code": identity.SEND_CODE,
    "inbox.apply": inbox.APPLY,
    "intake.take_in": intake.TAKE_IN,
    "intake.unpack": intake.UNPACK,
    "notices.send": notices.SEND,
    "payments.ask": payments.ASK,
    "previews.draw": previews.DRAW,
    "reactions.react": reactions.REACT,
    "releases.publish": releases.PUBLISH,
    "renditions.make": renditions.MAKE,
    "ways_in.answer": mailing.ANSWER,
    "ways_in.take_in_mail": mailing.TAKE_IN_MAIL,
    "webhooks.send": webhooks.SEND,
}
