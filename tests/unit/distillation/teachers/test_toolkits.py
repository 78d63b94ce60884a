"""Models of other toolkits as teachers: a tiny one with random weights, in transformers' form and in CTranslate2's."""

import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from support import tiny

from seq2seq.distillation.teachers.ctranslate2 import CTranslate2Teacher
from seq2seq.distillation.teachers.transformers import TransformersTeacher
from seq2seq.errors import TeacherError

transformers: Any = pytest.importorskip("transformers")
ctranslate2: Any = pytest.importorskip("ctranslate2")
SOURCES = [*tiny.SOURCES, "zebra"]


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as OPUS-MT has them on the hub."""
    folder = tmp_path_factory.mktemp("marian")
    for side, texts in (("source", tiny.SOURCES), ("target", tiny.TARGETS)):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_prefix=str(folder / side),
            vocab_size=60,
            hard_vocab_limit=False,
            minloglevel=2,
        )
        (folder / f"{side}.model").rename(folder / f"{side}.spm")
    readers = [
        sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{side}.spm")) for side in ("source", "target")
    ]
    pieces = [reader.id_to_piece(number) for reader in readers for number in range(3, reader.vocab_size())]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"]))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    end, pad = vocabulary["</s>"], vocabulary["<pad>"]
    config = transformers.MarianConfig(
        vocab_size=len(vocabulary), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=300, init_std=0.5,
        eos_token_id=end, pad_token_id=pad, decoder_start_token_id=pad, forced_eos_token_id=None,
        activation_function="swish",
    )  # fmt: skip
    import torch

    torch.manual_seed(1)
    model = transformers.MarianMTModel(config)
    model.generation_config.max_length = 20
    model.generation_config.bad_words_ids = [[pad]]
    model.save_pretrained(folder)
    tokenizer = transformers.MarianTokenizer(
        source_spm=str(folder / "source.spm"), target_spm=str(folder / "target.spm"), vocab=str(folder / "vocab.json")
    )
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def converted(marian: Path) -> Path:
    folder = marian.with_name("converted")
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(marian), copy_files=["source.spm", "target.spm"]).convert(str(folder))
    return folder


def test_a_model_of_transformers_answers_as_it_does_alone(marian: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(marian)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(marian).eval()
    found = TransformersTeacher(str(marian), ("", ""), nbest=2, beam=3).answer(SOURCES)
    for source, answers in zip(SOURCES, found, strict=True):
        ids = model.generate(**tokenizer([source], return_tensors="pt"), num_beams=3, num_return_sequences=2)
        assert [answer.text for answer in answers] == tokenizer.batch_decode(ids, skip_special_tokens=True)
        best, second = [answer.score for answer in answers]
        assert best is not None
        assert second is not None
        assert best >= second
    assert len({answers[0].text for answers in found}) > 1


def test_the_same_model_in_ctranslate2_is_asked_with_the_end_of_its_source(converted: Path) -> None:
    teacher = CTranslate2Teacher(converted, nbest=2, beam=3)
    found = teacher.answer(SOURCES)
    model = ctranslate2.Translator(str(converted))
    reader, writer = (
        sentencepiece.SentencePieceProcessor(model_file=str(converted / f"{side}.spm")) for side in ("source", "target")
    )
    read = [[*reader.encode(source, out_type=str), "</s>"] for source in SOURCES]
    expected = model.translate_batch(read, beam_size=3, num_hypotheses=2)
    assert [[one.text for one in some] for some in found] == [
        [writer.decode(pieces) for pieces in some.hypotheses] for some in expected
    ]
    other = CTranslate2Teacher(converted, nbest=2, beam=4)
    assert teacher.identity.settings != other.identity.settings


def test_greedy_search_has_no_scores(marian: Path) -> None:
    ((answer,),) = TransformersTeacher(str(marian), ("", ""), beam=1).answer(["the dog sleeps"])
    assert answer.score is None


def test_what_cannot_be_opened_is_named(tmp_path: Path, converted: Path) -> None:
    for teacher in (TransformersTeacher(str(tmp_path), ("", "")), CTranslate2Teacher(tmp_path)):
        with pytest.raises(TeacherError) as error:
            teacher.answer(["a"])
        assert error.value.code == "distill.teacher-unknown"
    without = tmp_path / "without"
    without.mkdir()
    for file in converted.iterdir():
        if file.suffix != ".spm":
            (without / file.name).write_bytes(file.read_bytes())
    with pytest.raises(TeacherError, match=r"source\.spm"):
        CTranslate2Teacher(without).answer(["a"])
