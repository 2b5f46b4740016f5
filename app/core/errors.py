"""The ways an action says no. None of them knows HTTP; the web floor gives each its answer."""


class Refused(Exception):
    """A rule says no; `sentence` is for the person who asked, already in their language (409)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Missing(Exception):
    """There is no such thing, or not for this principal; nobody learns which (404)."""


class Invalid(ValueError):
    """A value is not what its standard says; the message is for developers and logs."""
