"""Degenerate outputs are counted."""

import json
import subprocess

import pytest

from seq2seq.evaluation.statistics import (
    Segmentation,
    count_repeated_phrases,
    count_segmented,
    output_statistics,
    repeats,
)


@pytest.mark.parametrize(
    "text",
    ["the the the the cat", "ha ha ha ha ha", "so and so and so and so and so on", "在公园里在公园里在公园里在公园里"],
)
def test_the_same_words_four_times_in_a_row_are_a_loop(text: str) -> None:
    assert repeats(text)


@pytest.mark.parametrize("text", ["", "the the the cat", "haha", "1000000000000000", "... ... ... ... ...", "a b c d"])
def test_anything_less_is_not(text: str) -> None:
    assert not repeats(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a dog", 0), ("A dog, a dog sleeps.", 1), ("ha ha ha", 2), ("one two three four one two three four", 1)],
)
def test_phrases_that_follow_themselves_are_counted(text: str, count: int) -> None:
    assert count_repeated_phrases(text) == count


def test_a_long_line_takes_no_time() -> None:
    assert not repeats("".join(chr(97 + i * i % 23) + str(i) for i in range(20_000)))


def test_empty_outputs_of_empty_sources_are_as_they_should_be() -> None:
    found = output_statistics(["", " ", "a"], [["x", "y", "a"]], ["", "q", "r"])
    assert (found.sentences, found.empty) == (3, 1)


def test_without_sources_the_references_tell_what_is_empty() -> None:
    found = output_statistics(["", ""], [["x", ""], ["", ""]])
    assert (found.empty, found.copied) == (1, None)


def test_copies_count_where_no_reference_is_one() -> None:
    found = output_statistics(
        ["Paris", "the cat", "", "b"], [["Paris", "die Katze", "", "B"]], ["Paris", "the cat", "", "c"]
    )
    assert found.copied == 1


def test_outputs_in_another_script_than_the_references() -> None:
    """The first is German; the second has three letters; the third a name that its reference has, too."""
    found = output_statistics(
        ["Sie hat heute ein Buch.", "IBM", "Python", "我喜欢猫", ""],
        [
            [
                "她今天有一本书",
                "国际商业机器公司",
                "我学习使用语言Python写程序和软件",
                "我喜欢狗也喜欢猫也喜欢鸟也喜欢鱼也喜欢马" * 3,
                "好",
            ]
        ],
    )
    assert found.other_script == 1
    assert "1 of 5 outputs: in another script than the references." in found.remarks()


def test_scripts_that_the_references_mix_are_all_right() -> None:
    assert output_statistics(["テレビ番組", "Tokyo Tower"], [["東京の番組です", "Tokyo"]]).other_script == 0
    assert output_statistics(["anything"], [["123"]]).other_script == 0


def test_the_outputs_of_every_kind_are_named() -> None:
    """The last one was cut, as the caller knows."""
    found = output_statistics(
        ["", "Hund Hund Hund Hund Hund", "the cat", "собака", "ein"],
        [["ein Vogel", "Hund", "die Katze", "ein Hund", "ein Haus"]],
        ["a bird", "dog", "the cat", "a dog", "a house"],
        cut=[4],
    )
    assert found.rows == {"empty": [0], "looping": [1], "copied": [2], "other_script": [3], "cut": [4]}
    assert (found.empty, found.looping, found.copied, found.other_script, found.cut) == (1, 1, 1, 1, 1)


def test_length_ratio_is_in_characters_over_the_mean_reference() -> None:
    assert output_statistics(["abc"], [["abcd"], ["ab"]]).length_ratio == 1.0
    assert output_statistics(["abc"], [["ab"]]).length_ratio == 1.5


def test_a_blank_reference_is_none_and_there_is_no_ratio_to_nothing() -> None:
    assert output_statistics(["abc", "de"], [["abc", "de"], ["", "de"]]).length_ratio == 1.0
    nothing = output_statistics(["a"], [[""], [" "]])
    assert nothing.length_ratio is None
    assert nothing.remarks() == []


def test_all_is_well_and_nothing_is_said() -> None:
    assert output_statistics(["good morning."], [["Good morning."]], ["Guten Morgen."]).remarks() == []


def test_remarks() -> None:
    found = output_statistics(
        ["", "no no no no", "Guten Tag .", "x"], [["one", "no", "Good day.", "x"]], ["a", "b", "Guten Tag .", "y"]
    )
    assert found.remarks() == [
        "1 of 4 outputs: empty.",
        "1 of 4 outputs: repeated text.",
        "1 of 4 outputs: the source, untranslated.",
        "1 of 4 outputs: spaces before punctuation, as in tokenised text; score detokenised text.",
        "The outputs are 1.53 times as long as the references.",
    ]


def test_json() -> None:
    found = json.loads(json.dumps(output_statistics(["a"], [["a"]]).to_dict()))
    whole = {"tokenised": 0, "bpe": 0, "pieces": 0}
    references = {"lines": 1, **whole}
    assert found == {
        "sentences": 1,
        "empty": 0,
        "looping": 0,
        "copied": None,
        "other_script": 0,
        "length_ratio": 1.0,
        "cut": None,
        **whole,
        "references": references,
    }


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Yes , of course .", "tokenised"),
        ("Yes, of course .", "tokenised"),
        ("a red @-@ brown dog", "tokenised"),
        ("我 喜欢 猫 。", "tokenised"),
        ("a bro@@ wn dog .", "bpe"),
        ("a bro@@", "bpe"),
        ("a bro￭ wn dog", "bpe"),
        ("▁a ▁bro wn ▁dog .", "pieces"),
    ],
)
def test_lines_that_are_cut_up_for_a_program(line: str, kind: str) -> None:
    found = count_segmented([line, "A brown dog."])
    assert {name: getattr(found, name) for name in ("tokenised", "bpe", "pieces")} == {
        "tokenised": 0, "bpe": 0, "pieces": 0, kind: 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["Bonjour ! Ça va ?", "Voici : un chien ; un chat", "the .NET runtime", "from .5 to 1", "well ...", "a@@b",
     "see me@home", "我喜欢猫。", "", "  "],
)  # fmt: skip
def test_lines_as_people_write_them(line: str) -> None:
    assert count_segmented([line]) == Segmentation(1, tokenised=0, bpe=0, pieces=0)


def test_references_that_are_cut_up_are_told_from_a_tenth_on() -> None:
    references = ["ein hoher Bau@@ m"] * 2 + ["ein hoher Baum"] * 18
    found = output_statistics(["ein hoher Baum"] * 20, [references])
    assert found.references == Segmentation(20, tokenised=0, bpe=2, pieces=0)
    (remark,) = found.remarks()
    assert remark.startswith("2 of 20 references: ")
    few = output_statistics(["ein hoher Baum"] * 20, [["ein hoher Bau@@ m"] + ["ein hoher Baum"] * 19])
    assert few.references.bpe == 1
    assert few.remarks() == []


def test_the_advice_on_subwords_gives_back_the_words() -> None:
    lines = {"ein ho@@ her Bau@@ m": "bpe", "▁ein ▁ho her ▁Bau m": "pieces"}
    for line in lines:
        (remark,) = count_segmented([line]).remarks("references")
        script = remark[remark.index("(sed") + 1 : remark.rindex(")")]
        done = subprocess.run(script, shell=True, input=f"{line}\n", capture_output=True, text=True, check=True)
        assert done.stdout == "ein hoher Baum\n"
