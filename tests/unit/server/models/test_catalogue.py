from pathlib import Path

import pytest
from support import synthesis, tiny

from seq2seq import log
from seq2seq.errors import ConfigError, ModelError, Seq2SeqError
from seq2seq.server.models.catalogue import (
    About,
    Catalogue,
    Pair,
    Place,
    VectorsWritten,
    english_name,
    parse_places,
    warn_of_problems,
)


class Fixed(Catalogue):
    def __init__(self, pairs: dict[Pair, str]) -> None:
        super().__init__([], lambda: 0.0)
        self._fixed = pairs

    def pairs(self, model: str | None = None) -> dict[Pair, str]:
        return {pair: name for pair, name in self._fixed.items() if model in (None, name)}


def test_a_model_is_called_by_its_folder_or_as_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs/demo/model").mkdir(parents=True)
    (tmp_path / "a=b").mkdir()
    run = tmp_path / "runs/demo"
    assert Place.parse(str(run)).name == "demo"
    assert Place.parse(str(run / "model")).name == "demo"
    assert Place.parse(f"en-de={run}") == Place("en-de", str(run))
    assert Place.parse(str(tmp_path / "a=b")).name == "a=b"
    assert Place.parse("hf://alice/tiny@v1").name == "tiny"
    assert Place.parse("mine=hf://alice/tiny") == Place("mine", "hf://alice/tiny")


def test_models_that_are_not_there_are_named_at_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tiny.save(tmp_path / "there")
    places = [Place("en-de", str(there)), Place("other", str(tmp_path / "nowhere")), Place("far", "hf://alice/tiny")]
    with log.codes(show=True):
        warn_of_problems(places)
    said = capsys.readouterr().err
    assert said.count("warning") == said.count("warning [model.no-such-folder]") == 1
    assert str(tmp_path / "nowhere") in said.replace("\n", "")


def test_what_a_synthesizer_writes_is_in_its_description(tmp_path: Path) -> None:
    place = Place("digits", str(synthesis.save(tmp_path / "digits")))
    about = Catalogue([place], lambda: 0.0).models()["digits"]
    assert (about.task, about.tags, about.series) == ("synthesis", ("down", "up"), None)
    assert about.vectors == VectorsWritten(numbers=2, max_steps=500, temperature=1.0)


def test_two_models_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_places(["one/demo", "two/demo", "three=two/demo"])
    assert caught.value.code == "serve.same-name"


@pytest.mark.parametrize(
    ("name", "pair"), [("en-de", ("en", "de")), ("pt_BR-zh_Hans", ("pt-BR", "zh-Hans")), ("demo", None), ("a-b", None)]
)
def test_a_name_may_say_the_languages(name: str, pair: Pair | None) -> None:
    assert Place(name, "somewhere").pair == pair


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("en", "de", ("en", "de")),
        ("EN", "de-AT", ("en", "de")),
        ("zh_Hans", "en", ("zh", "en")),
        ("en", "pt", ("en", "pt-BR")),
        ("de", "de", None),
        ("en", "zh", None),
    ],
)
def test_the_direction_that_is_meant(source: str, target: str, found: Pair | None) -> None:
    known = Fixed({("en", "de"): "a", ("zh", "en"): "b", ("en", "pt-BR"): "c"})
    direction = known.find(source, target)
    assert (direction and direction[0]) == found


def test_languages_are_listed_by_name_with_their_targets() -> None:
    known = Fixed({("en", "de"): "a", ("en", "cs"): "b", ("de", "en"): "c"})
    assert known.languages() == [("cs", "Czech", []), ("en", "English", ["cs", "de"]), ("de", "German", ["en"])]
    assert known.sources("de") == ["en"]
    assert english_name("pt-BR") == "Portuguese (pt-BR)"
    assert english_name("xx") == "xx"


class Watched:
    """A catalogue of models whose folders a test changes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **folders: object) -> None:
        self.folders = folders
        self.read: list[str] = []
        self.now = 0.0
        monkeypatch.setattr(Place, "state", lambda place: self.folders[place.name])
        monkeypatch.setattr("seq2seq.server.models.catalogue.describe", self._describe)
        monkeypatch.setattr(About, "of", lambda found, _: About("translation", "0", found))
        self.catalogue = Catalogue([Place(name, name) for name in folders], self._clock)

    def _clock(self) -> float:
        return self.now

    def _describe(self, path: str) -> tuple[Pair, ...]:
        self.read.append(path)
        state = self.folders[path]
        if not isinstance(state, tuple):
            raise ModelError(f"{path}: damaged", code="model.damaged")
        return state


def test_folders_are_read_again_when_they_change(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, a=(("en", "de"),), b="broken")
    assert watched.catalogue.pairs() == {("en", "de"): "a"}
    assert list(watched.catalogue.problems()) == ["b"]
    watched.now = 5
    assert watched.catalogue.pairs() == {("en", "de"): "a"}
    assert watched.read == ["a", "b"]
    watched.folders["b"] = (("en", "de"), ("de", "en"))
    watched.now = 10
    assert watched.catalogue.pairs() == {("en", "de"): "a", ("de", "en"): "b"}
    assert watched.catalogue.problems() == {}


def test_a_folder_that_breaks_keeps_its_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch, a=(("en", "de"),))
    watched.catalogue.pairs()
    watched.folders["a"], watched.now = "broken", 5
    assert watched.catalogue.pairs() == {("en", "de"): "a"}
    problems: dict[str, Seq2SeqError] = watched.catalogue.problems()
    assert problems["a"].code == "model.damaged"
