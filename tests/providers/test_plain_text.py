import pytest
from lxml import etree

from providers.feeds.plain_text import one_line, text_of, web_address


def words_of(markup):
    return text_of(etree.fromstring(f"<d>{markup}</d>"))


def test_paragraphs_and_list_items_are_lines_and_inline_markup_is_not():
    markup = "<div>\n <p>One <b>bold</b>\n word.</p><ul><li>A</li><li>B</li></ul></div>"
    assert words_of(markup) == "One bold word.\nA\nB"


def test_scripts_and_styles_say_nothing():
    assert words_of("<p>Before<script>alert(1)</script><style>p{}</style> after</p>") == "Before after"


def test_markup_that_was_escaped_is_taken_out_as_well():
    escaped = "&lt;p&gt;Learn &lt;b&gt;Excel&lt;/b&gt; &amp;amp; Word&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    assert words_of(escaped) == "Learn Excel & Word"


def test_a_comparison_is_not_taken_for_markup():
    assert words_of("ages &lt; 19 &amp; over 5") == "ages < 19 & over 5"


def test_spaces_of_every_kind_become_one_and_control_characters_go():
    assert one_line("a\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}b\t\x00\x07 c\ud800") == "a b c\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("address", ["http://a.example", "https://a.example/b?c=d"])
def test_web_addresses_are_kept(address):
    assert web_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "www.a.example",
        "http://",
        "http://a b",
        "http://[",
        "https://a.example/" + "x" * 1000,
    ],
)
def test_what_is_no_web_address_becomes_nothing(address):
    assert web_address(address) == ""
