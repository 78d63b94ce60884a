"""HTML for narrow windows: what is changed, and that what a reader sees and copies is not."""

import re
import struct
from pathlib import Path

from guide.site.markup import for_narrow_windows


def changed(text: str, path: Path | None = None) -> str:
    return for_narrow_windows(text, lambda _: path)


def seen(text: str) -> str:
    return re.sub("<[^>]*>", "", text)


def test_a_table_breaks_code_between_words_only() -> None:
    cell = "<td><code>training.validation.patience</code> in <code>data/batching/loader.py</code></td>"
    after = changed(cell)
    assert "<code>training.<wbr>validation.<wbr>patience</code>" in after
    assert "data/<wbr>batching/<wbr>loader.<wbr>py" in after
    assert seen(after) == seen(cell)
    assert changed(cell.replace("td>", "p>")) == cell.replace("td>", "p>"), "outside of tables there is room"


def test_an_option_is_not_broken_behind_its_hyphens() -> None:
    after = changed("<p><code>evaluate --test-set wmt14/en-de -o</code></p>")
    assert re.findall('<span class="option">(.*?)</span>', after) == ["--test-set", "-o"]
    cell = changed("<td><code>--set a.b=1</code></td>")
    assert cell == '<td><code><span class="option">--set</span> a.<wbr>b=<wbr>1</code></td>'


def test_blocks_of_code_stay_as_they_are() -> None:
    block = "<pre><span></span><code>seq2seq train --output runs/a.b\n</code></pre>"
    assert changed(f"<td>{block}</td>").count(block) == 1
    assert changed(block) == block


def test_a_long_cell_is_marked() -> None:
    short, long = "<td>yes</td>", '<td style="text-align: right;">' + "word " * 20 + "</td>"
    assert changed(short) == short
    assert changed(long).startswith('<td class="long" style="text-align: right;">word')


def test_a_table_without_headings_has_no_empty_row() -> None:
    table = "<table>\n<thead>\n<tr>\n<th></th>\n<th></th>\n</tr>\n</thead>\n<tbody></tbody></table>"
    assert changed(table) == "<table>\n<tbody></tbody></table>"
    named = table.replace("<th></th>", "<th>name</th>", 1)
    assert changed(named) == named


def test_a_wide_picture_can_be_scrolled(tmp_path: Path) -> None:
    picture = '<p><img alt="a" src="a.png" /></p>'
    path = tmp_path / "a.png"
    for width, wide in ((899, False), (900, True)):
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, 10))
        assert ('class="wide-picture" tabindex="0"' in changed(picture, path)) == wide
    assert changed(picture) == picture, "a picture from elsewhere"
