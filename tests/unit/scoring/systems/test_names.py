"""Names of systems."""

from seq2seq.scoring.systems.names import distinct, short_names


def test_equal_names_are_numbered() -> None:
    assert distinct(["a", "b", "a", "a (2)", "a"]) == ["a", "b", "a (2)", "a (2) (2)", "a (3)"]


def test_paths_are_as_long_as_they_have_to_be() -> None:
    assert short_names(["/tmp/runs/a", "/tmp/runs/b/"]) == ["a", "b"]
    assert short_names(["/x/runs/a", "/y/runs/a", "/y/other/a"]) == ["x/runs/a", "y/runs/a", "y/other/a"]
    assert short_names(["a", "b (2)"]) == ["a", "b (2)"]
    assert short_names(["x/a", "a"]) == ["x/a", "a"]
    assert short_names(["runs/only"]) == ["only"]
