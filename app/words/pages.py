"""Words around the pictures of a PDF's pages."""

from collections.abc import Sequence

from app.core import text
from app.core.languages import gettext as _
from app.previews.models import PageImage
from app.previews.queries import Shown
from app.previews.rules import MOST_PAGES, PROBLEMS, PreviewState, next_batch


def page_heading(shown: Shown) -> str:
    """Return the heading over the pictures of one PDF."""
    return _("Pages of %(name)s", name=shown.file.name)


def page_problem(shown: Shown) -> str:
    """Return why there are no pictures, "" where nothing is wrong."""
    problem = shown.preview.problem if shown.preview else None
    return _(PROBLEMS[problem]) if problem else ""


def page_alt(shown: Shown, picture: PageImage) -> str:
    """Return what stands for a picture: which page it is, and how it begins."""
    pages = shown.preview.pages if shown.preview else None
    number, count = text.number(picture.number), text.number(pages or picture.number)
    if not picture.text:
        return _("Page %(number)s of %(count)s", number=number, count=count)
    return _(
        "Page %(number)s of %(count)s: %(text)s", number=number, count=count, text=picture.text
    )


def page_more(shown: Shown) -> bool:
    """Say whether somebody may ask for pictures that are not there."""
    one = shown.preview
    if one is None:
        return True
    is_able = one.state is PreviewState.READY and one.wanted < MOST_PAGES
    return is_able and next_batch(one.drawn, MOST_PAGES, one.pages) is not None


def page_waits(shown: Shown) -> bool:
    """Say whether pictures are being made at this moment."""
    one = shown.preview
    if one is None or one.state is PreviewState.FAILED:
        return False
    return next_batch(one.drawn, one.wanted, one.pages) is not None


def page_any_wait(all_shown: Sequence[Shown]) -> bool:
    """Say whether pictures of any of the PDFs are being made."""
    return any(page_waits(one) for one in all_shown)


def page_limit(shown: Shown) -> str:
    """Return how many pages are never shown here, "" where all can be."""
    pages = shown.preview.pages if shown.preview else None
    if pages is None or pages <= MOST_PAGES:
        return ""
    return _(
        "The PDF has %(count)s pages. The first %(most)s can be shown here, all are in the file.",
        count=text.number(pages),
        most=text.number(MOST_PAGES),
    )
