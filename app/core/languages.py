"""Four languages through gettext: which one is spoken now, and how to mark and translate a sentence.

English is the source: a message id is the English sentence. The language is a context variable,
so that a request, a job and a mail to somebody else each speak their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from babel.core import Locale, UnknownLocaleError
from babel.support import LazyProxy, NullTranslations, Translations

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "sv": "Svenska", "nb": "Norsk bokmål"}
"""BCP 47 code → the language's own name, in the order of the menu."""

HOME: Final = {"en": "en_GB", "de": "de_DE", "sv": "sv_SE", "nb": "nb_NO"}
"""Where a language is at home, for organisations whose country does not speak it."""

SOURCE: Final = "en"
CATALOGUES: Final = Path(__file__).parent.parent / "translations"
DOMAIN: Final = "messages"

_current: ContextVar[str] = ContextVar("language", default=SOURCE)
_region: ContextVar[str | None] = ContextVar("region", default=None)
_timezone: ContextVar[str] = ContextVar("timezone", default="UTC")


def current() -> str:
    """Return the code of the language spoken now, one of `LANGUAGES`."""
    return _current.get()


def place() -> tuple[str, str | None]:
    """Return the language spoken now and its region: all that the look of a word or a number needs."""
    return _current.get(), _region.get()


def locale() -> Locale:
    """Return the locale that dates and amounts are written in: the language, in its region."""
    return _locale(_current.get(), _region.get())


@lru_cache(maxsize=64)
def _locale(language: str, region: str | None) -> Locale:
    if region:
        try:
            return Locale(language, region)
        except UnknownLocaleError:
            pass
    return Locale.parse(HOME[language])


def timezone() -> str:
    """Return the IANA time zone that moments are shown in: the organisation's."""
    return _timezone.get()


def speak(language: str, region: str | None = None, timezone: str = "UTC") -> None:
    """Speak `language` from here on in this context; an unknown code means the source language.

    `region` (ISO 3166-1, the organisation's country) decides how numbers and dates are written.
    """
    _current.set(language if language in LANGUAGES else SOURCE)
    _region.set(region)
    _timezone.set(timezone)


@contextmanager
def speaking(language: str, region: str | None = None, timezone: str = "UTC") -> Iterator[None]:
    """Speak `language` within a block: a mail is in its reader's language, not its sender's."""
    before = _current.get(), _region.get(), _timezone.get()
    speak(language, region, timezone)
    try:
        yield
    finally:
        speak(*before)


def choose(*wishes: str | None) -> str:
    """Return the first wish that Kontor speaks: contact → customer → organisation → browser (UX-22).

    `no` and `nn` are read as Bokmål, a region is ignored (`de-CH` → `de`).
    """
    for wish in wishes:
        code = (wish or "").replace("_", "-").split("-")[0].lower()
        code = {"no": "nb", "nn": "nb"}.get(code, code)
        if code in LANGUAGES:
            return code
    return SOURCE


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    return Translations.load(str(CATALOGUES), [language], DOMAIN)


def gettext(message: str, **values: object) -> str:
    """Translate `message` and fill in `values` (`%(name)s`)."""
    text: str = _catalogue(_current.get()).ugettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Translate with the plural form for `num`, which is also a value."""
    text: str = _catalogue(_current.get()).ungettext(singular, plural, num)
    return text % {"num": num, **values}


def pgettext(context: str, message: str, **values: object) -> str:
    """Translate `message` as meant in `context` ("open" a door, or an open invoice)."""
    text: str = str(_catalogue(_current.get()).upgettext(context, message))
    return text % values if values else text


def lazy_gettext(message: str) -> LazyProxy:
    """Return a string that is translated when it is shown: for labels made at import time."""
    return LazyProxy(gettext, message, enable_cache=False)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark `message` for translation where it is only stored; `gettext` it when it is shown."""
    return message
