"""What a recipe says of itself."""

from pathlib import Path

from seq2seq.config.header import Header, read_header


def header(text: str, tmp_path: Path) -> Header:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return read_header(path)


def test_reads_every_part(tmp_path: Path) -> None:
    text = """\
# What it is,
# on two lines.
# Run:    seq2seq train x --output runs/x
# Score:  BLEU 37.9 on the test set,
#         0.3 either way
# Time:   31 min
# After:  Somebody 2014
# This is about something else.

# So is this.
task: translation
"""
    assert header(text, tmp_path) == Header(
        title="What it is, on two lines.",
        run="seq2seq train x --output runs/x",
        score="BLEU 37.9 on the test set, 0.3 either way",
        time="31 min",
        after="Somebody 2014",
    )


def test_a_recipe_without_header_says_nothing(tmp_path: Path) -> None:
    assert header("task: translation\n# Run: no\n", tmp_path) == Header()


def test_an_empty_comment_ends_the_header(tmp_path: Path) -> None:
    assert header("# Title.\n#\n# Run: x\n", tmp_path) == Header(title="Title.")
