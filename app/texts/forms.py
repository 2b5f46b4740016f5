"""The shape of a text that staff write."""

from typing import Any

from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.core.languages import lazy_gettext as _l
from app.texts.rules.placeholders import Place, problems, told
from app.texts.rules.words import LONGEST, PLACE_NAMES, Topic, Words
from app.web.forms import Form


class Text(Form):
    """The letter about one kind of document in one language, and the note on the document's page."""

    subject = StringField(
        _l(PLACE_NAMES[Place.SUBJECT]),
        [DataRequired(_l("Enter a subject.")), Length(max=LONGEST[Place.SUBJECT])],
        render_kw={"autocomplete": "off"},
    )
    body = TextAreaField(
        _l(PLACE_NAMES[Place.BODY]),
        [DataRequired(_l("Enter a text.")), Length(max=LONGEST[Place.BODY])],
        description=_l("An empty line begins a paragraph, a hyphen at its beginning a list entry."),
        render_kw={"rows": "12"},
    )
    button = StringField(
        _l(PLACE_NAMES[Place.BUTTON]),
        [DataRequired(_l("Enter what stands on the button.")), Length(max=LONGEST[Place.BUTTON])],
        description=_l("It leads to the document. Its address stands below it."),
        render_kw={"autocomplete": "off"},
    )
    note = TextAreaField(
        _l(PLACE_NAMES[Place.NOTE]),
        [Optional(), Length(max=LONGEST[Place.NOTE])],
        description=_l("Customers read it above the document in the portal."),
        render_kw={"rows": "4"},
    )
    version = HiddenField()

    def __init__(self, *args: Any, of: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._of = of

    def validate_subject(self, field: Field) -> None:
        """Name every placeholder that cannot stand in a subject."""
        self._check(field, Place.SUBJECT)

    def validate_body(self, field: Field) -> None:
        """Name every placeholder that cannot stand in a text."""
        self._check(field, Place.BODY)

    def validate_button(self, field: Field) -> None:
        """Name every placeholder that cannot stand on a button."""
        self._check(field, Place.BUTTON)

    def validate_note(self, field: Field) -> None:
        """Name every placeholder that cannot stand in a note."""
        self._check(field, Place.NOTE)

    def _check(self, field: Field, place: Place) -> None:
        wrong = problems(field.data or "", self._of.kind, place)
        if wrong:
            raise ValidationError(" ".join(told(one, self._of.kind) for one in wrong))

    def said(self) -> Words:
        """Return what was typed, right or wrong."""
        return Words(
            subject=self.subject.data or "",
            body=self.body.data or "",
            button=self.button.data or "",
            note=self.note.data or "",
        )

    def loaded(self) -> int:
        """Return the version that was before the person's eyes; 0 for none, or nonsense."""
        shown = str(self.version.data or "")
        return int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 10 else 0
