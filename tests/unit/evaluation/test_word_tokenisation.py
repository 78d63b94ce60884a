"""Words are found as the script of the references needs it."""

from collections.abc import Sequence
from typing import get_args

import click
import pytest
from support.refused import refused

from seq2seq.cli.evaluate import command
from seq2seq.config.training import Tokenize
from seq2seq.evaluation import word_tokenisation as module
from seq2seq.evaluation.translation import corpus_scores, corpus_statistics, group_scores
from seq2seq.evaluation.word_tokenisation import WordTokenisation, suited

CHINESE = ["我的猫在厨房里睡觉。", "他昨天买了一本很贵的书。"]
JAPANESE = ["私の猫は台所で寝ています。", "彼は昨日とても高い本を買いました。"]
MIXED = [
    "请先安装 Python 和 PyTorch 再运行 train.py 脚本。",
    "参数 batch_size 的默认值是 64，可以用 --batch-size 修改。",
]
THAI = ["แมวของฉันนอนอยู่ในครัว", "เมื่อวานเขาซื้อหนังสือราคาแพง"]
KHMER = ["ឆ្មារបស់ខ្ញុំដេកក្នុងផ្ទះបាយ"]
KOREAN = ["제 고양이는 부엌에서 자고 있습니다.", "그는 어제 비싼 책을 샀다."]
ENGLISH = ["My cat sleeps in the kitchen.", "The word 猫 is read neko, and means cat."]
RUSSIAN = ["Мой кот спит на кухне весь день."]
CODE = ["x = [i ** 2 for i in range(10)]", "return self.items[-1]"]


@pytest.fixture(autouse=True)
def no_mecab(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is without further packages."""
    monkeypatch.setattr(module, "installed", lambda _: False)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (CHINESE, "zh"),
        (MIXED, "zh"),
        (JAPANESE, "char"),
        (["カレー", "コンピュータ"], "char"),
        (THAI, "char"),
        (KHMER, "char"),
        (KOREAN, "char"),
        (ENGLISH, "13a"),
        (RUSSIAN, "13a"),
        (CODE, "13a"),
        (["1 2 3", "+-*"], "13a"),
        ([], "13a"),
    ],
)
def test_the_script_decides(texts: Sequence[str], name: str) -> None:
    assert suited(texts) == name


def test_mecab_is_taken_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "installed", lambda _: True)
    assert suited(JAPANESE) == "ja-mecab"
    assert suited(KOREAN) == "ko-mecab"
    assert suited(CHINESE) == "zh"


def test_mecab_that_is_not_there_is_named_with_its_package() -> None:
    with refused("evaluation.mecab", "sacrebleu[ja]"):
        WordTokenisation.of([JAPANESE], tokenize="ja-mecab")


@pytest.mark.parametrize(
    "texts",
    [CHINESE, MIXED, JAPANESE, THAI, KHMER, KOREAN, ENGLISH, RUSSIAN, CODE, ["cat", "dog"], ["是"], ["two words"]],
)
def test_texts_against_themselves_are_perfect(texts: Sequence[str]) -> None:
    scores = corpus_scores(texts, [texts])
    assert scores.bleu is not None
    assert scores.bleu.score == pytest.approx(100.0)
    assert scores.chrf is not None
    assert scores.chrf.score == pytest.approx(100.0)
    assert scores.exact_match == 1.0


def test_the_signature_names_what_finds_the_words() -> None:
    scores = corpus_scores(CHINESE, [CHINESE])
    assert scores.bleu is not None
    assert "eff:no|tok:zh" in scores.bleu.signature
    assert scores.ter is None  # edits of characters are not what it is
    short = corpus_scores(["a", "b"], [["a", "c"]]).bleu
    assert short is not None
    assert "eff:yes|tok:13a" in short.signature
    assert 0.0 < short.score < 100.0


def test_the_references_decide_for_all_that_is_compared_with_them() -> None:
    for outputs, score in ((ENGLISH, pytest.approx(0.0, abs=1.0)), (CHINESE, pytest.approx(100.0))):
        statistics = corpus_statistics("bleu", outputs, [CHINESE])
        assert "tok:zh" in statistics.signature()
        assert statistics.score == score
    groups = group_scores([*CHINESE, "Hello you."], [[*CHINESE, "Hello you."]], ["a", "a", "b"])
    for group in groups.values():
        assert group.bleu is not None
        assert "tok:zh" in group.bleu.signature
        assert group.bleu.score == pytest.approx(100.0)


def test_case_can_be_passed_over() -> None:
    shouted = [line.upper() for line in ENGLISH]
    scores = corpus_scores(shouted, [ENGLISH], words=WordTokenisation.of([ENGLISH], lowercase=True))
    assert scores.bleu is not None
    assert scores.chrf is not None
    assert scores.ter is not None
    assert (scores.bleu.score, scores.ter.score) == (pytest.approx(100.0), 0.0)
    assert scores.chrf.score == pytest.approx(100.0)
    assert scores.exact_match == 1.0
    assert "case:lc" in scores.bleu.signature


def test_the_command_offers_what_a_recipe_does() -> None:
    option = next(one for one in command.params if one.name == "tokenize")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == get_args(Tokenize)
