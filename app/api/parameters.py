"""The parameters of an address: each is read, and all that are wrong are named at once."""

from collections.abc import Callable, Collection
from typing import TypeVar

from flask import request

from app.core.languages import gettext as _
from app.web.problems import Problem

Value = TypeVar("Value")


class Parameters:
    """Reads one parameter after the other and remembers what was wrong."""

    def __init__(self, names: Collection[str]) -> None:
        self.errors = [
            {"parameter": name, "detail": _("There is no such parameter.")}
            for name in sorted(set(request.args) - set(names))
        ]

    def value(self, name: str, read: Callable[[str], Value], hint: str) -> Value | None:
        """Return what `read` makes of a parameter; None without one, or where it is wrong."""
        given = request.args.get(name)
        if given is None:
            return None
        try:
            return read(given)
        except ValueError:
            self.errors.append({"parameter": name, "detail": hint})
            return None

    def finish(self) -> None:
        """Raise `Problem` 400 where anything was wrong."""
        if self.errors:
            raise Problem(
                400,
                "parameters",
                _("A parameter cannot be understood"),
                _("Correct what is named in “errors”, then ask again."),
                errors=self.errors,
            )
