"""Tell the other side of comments."""

from app.comments.actions import telling
from jobs.job import Plain

TELL = Plain(telling.tell)
