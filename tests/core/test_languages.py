from threading import Thread

import pytest
from babel.core import Locale

from app.core import languages


@pytest.mark.parametrize(
    ("wishes", "spoken"),
    [
        (("de",), "de"),
        (("de-CH",), "de"),
        (("de_AT",), "de"),
        (("NB",), "nb"),
        (("no",), "nb"),
        (("nn-NO",), "nb"),
        (("fr", "sv"), "sv"),
        ((None, "", "de"), "de"),
        (("fr",), "en"),
        ((), "en"),
        (("deutsch",), "en"),
    ],
)
def test_the_first_wish_that_is_spoken_counts(wishes: tuple[str | None, ...], spoken: str) -> None:
    assert languages.choose(*wishes) == spoken


def test_a_block_in_another_language_ends() -> None:
    with languages.speaking("de", "CH", "Europe/Zurich"):
        assert languages.current() == "de"
        with languages.speaking("sv"):
            assert (languages.current(), languages.timezone()) == ("sv", "UTC")
        assert (languages.current(), languages.timezone()) == ("de", "Europe/Zurich")
    assert languages.current() == "en"


def test_a_block_ends_when_something_is_raised() -> None:
    with pytest.raises(LookupError), languages.speaking("de"):
        raise LookupError
    assert languages.current() == "en"


def test_an_unknown_language_is_the_source() -> None:
    with languages.speaking("tlh"):
        assert languages.current() == "en"


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("de", "CH", Locale("de", "CH")),
        ("en", None, Locale("en", "GB")),
        ("en", "CH", Locale("en", "CH")),
        ("sv", "JP", Locale("sv", "SE")),
        ("nb", "XX", Locale("nb", "NO")),
    ],
)
def test_numbers_follow_the_country_where_it_has_the_language(
    language: str, country: str | None, locale: Locale
) -> None:
    with languages.speaking(language, country):
        assert languages.locale() == locale


def test_values_are_filled_in_after_translating() -> None:
    assert languages.gettext("100 %") == "100 %"
    assert languages.gettext("for %(name)s", name="%(evil)s") == "for %(evil)s"


def test_the_number_decides_the_form() -> None:
    shown = [languages.ngettext("%(num)d file", "%(num)d files", num) for num in (0, 1, 2)]
    assert shown == ["0 files", "1 file", "2 files"]


def test_a_context_is_no_part_of_the_text() -> None:
    assert languages.pgettext("door", "Open") == "Open"


def test_a_label_made_at_import_time_speaks_the_language_of_now() -> None:
    label = languages.lazy_gettext("Save")
    seen = []
    for language in ("en", "de"):
        with languages.speaking(language):
            seen.append((languages.current(), str(label) == languages.gettext("Save")))
    assert seen == [("en", True), ("de", True)]


def test_another_thread_speaks_its_own_language() -> None:
    heard = []
    with languages.speaking("de"):
        thread = Thread(target=lambda: heard.append(languages.current()))
        thread.start()
        thread.join()
    assert heard == ["en"]


def test_every_language_has_a_home_and_a_name() -> None:
    assert set(languages.HOME) == set(languages.LANGUAGES)
    for language in languages.LANGUAGES:
        with languages.speaking(language):
            assert languages.locale().language == language
