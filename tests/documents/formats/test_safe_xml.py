"""XML of strangers: what is refused, and that nothing outside is read."""

from pathlib import Path

import pytest
from lxml import etree

from app.documents.formats.safe_xml import (
    DEPTH_LIMIT,
    UnreadableXmlError,
    parse,
    text_of,
)

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b0 "ha">'
    + "".join(f'<!ENTITY b{n} "&b{n - 1};&b{n - 1};&b{n - 1};&b{n - 1};">' for n in range(1, 20))
    + "]><a>&b19;</a>"
)


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableXmlError) as caught:
        parse(content)
    assert caught.value.finding.text()
    return caught.value.finding.rule


def test_plain_xml_is_parsed() -> None:
    assert parse(b"<a><b>1</b></a>").findtext("b") == "1"


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        "<!DOCTYPE a []>",
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a PUBLIC "x" "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_doctype_is_refused_in_every_form_and_encoding(doctype: str, encoding: str) -> None:
    declared = encoding.replace("-sig", "")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n{doctype}<a/>'
    assert refusal(text.encode(encoding)) == "KT-XML-DOCTYPE"


def test_a_doctype_behind_a_long_comment_is_refused() -> None:
    text = f"<!--{'x' * 100_000}--><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"
    assert refusal(text.encode()) == "KT-XML-DOCTYPE"


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    text = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'
    assert refusal(text.encode()) == "KT-XML-DOCTYPE"


def test_an_entity_bomb_is_refused() -> None:
    assert refusal(BOMB.encode()) == "KT-XML-DOCTYPE"
    assert refusal(BOMB.encode("utf-16")) == "KT-XML-DOCTYPE"


def test_markup_in_utf_7_is_refused() -> None:
    text = '<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-'
    assert refusal(text.encode()) in {"KT-XML-ENCODING", "KT-XML-SYNTAX"}


def test_a_doctype_hidden_in_utf_7_is_refused() -> None:
    text = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-'
    assert refusal(text.encode()).startswith("KT-XML-")


def test_deeply_nested_elements_are_refused() -> None:
    def nested(depth: int) -> bytes:
        return b"<a>" * depth + b"</a>" * depth

    assert parse(nested(DEPTH_LIMIT)).tag == "a"
    assert refusal(nested(DEPTH_LIMIT + 1)) == "KT-XML-DEPTH"
    assert refusal(nested(100_000)) == "KT-XML-SYNTAX"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a>",
        b"<a></b>",
        b"text",
        b"<a/><b/>",
        b"\x00\x01",
        b"<a>\xff\xfe</a>",
        b"<a>&x;</a>",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
    ],
)
def test_what_is_not_well_formed_is_refused(content: bytes) -> None:
    assert refusal(content) in {"KT-XML-SYNTAX", "KT-XML-ENCODING"}


def test_a_comment_does_not_split_a_value() -> None:
    root = parse(b"<a><b>12<!-- 99 -->34<?pi 5?>56</b></a>")
    assert root.findtext("b") == "123456"


def test_the_text_written_anew_has_no_doctype_and_says_the_same() -> None:
    root = parse('<?xml version="1.0" encoding="iso-8859-1"?><a>ü</a>'.encode("iso-8859-1"))
    assert etree.fromstring(text_of(root)).text == "ü"
    assert "<?xml" not in text_of(root)


def test_an_include_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden")
    target = (tmp_path / "secret").as_uri()
    text = (
        '<a xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include parse="text" href="{target}"/></a>'
    )
    assert "hidden" not in text_of(parse(text.encode()))
