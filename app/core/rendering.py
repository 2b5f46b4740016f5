"""One Jinja for pages and mails: the same words, filters and languages wherever text is made."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.core import languages, text

TEMPLATES = Path(__file__).parent.parent / "templates"
FILTERS: dict[str, Any] = {
    "money": text.money,
    "number": text.number,
    "percent": text.percent,
    "day": text.day,
    "day_of": text.day_of,
    "moment": text.moment,
    "size": text.size,
    "duration": text.duration,
    "initials": text.initials,
}


def prepare(environment: Environment) -> None:
    """Teach an environment our filters and gettext; an unknown name is an error, not a blank."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        languages.gettext, languages.ngettext, newstyle=False, pgettext=languages.pgettext
    )
    environment.filters.update(FILTERS)
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.policies["ext.i18n.trimmed"] = True


def _mails() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # Flask's own rule would leave `.html` within `.subject.txt` names to chance; ours is exact.
        autoescape=lambda name: name is not None and name.endswith(".html"),  # noqa: S701
    )
    prepare(environment)
    return environment


_environment = _mails()


def alone(name: str, **data: object) -> str:
    """Render one template by itself in the language spoken now: for what is read without us."""
    return _environment.get_template(name).render(data, language=languages.current())


def mail(name: str, **data: object) -> tuple[str, str, str]:
    """Render `mail/<name>.{subject.txt,txt,html}` in the language spoken now."""
    data["language"] = languages.current()
    subject, plain, rich = (
        _environment.get_template(f"mail/{name}.{form}").render(data)
        for form in ("subject.txt", "txt", "html")
    )
    return " ".join(subject.split()), plain.strip() + "\n", rich
