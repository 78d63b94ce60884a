"""Options about decoding change the recipe's section, and nothing is silently ignored."""

import re

import click
import pytest
from click.testing import CliRunner

from seq2seq.cli.options import DECODING, decoding_config, decoding_options
from seq2seq.config.decoding import DecodingConfig


def test_only_what_is_given_reaches_the_command() -> None:
    seen = []

    @click.command()
    @decoding_options
    def command(decoding: dict[str, object]) -> None:
        seen.append(decoding)

    CliRunner().invoke(command, [])
    CliRunner().invoke(command, ["--beam", "3", "--alpha", "0", "--no-unknown"])
    assert seen == [{}, {"beam": 3, "alpha": 0.0, "allow_unknown": False}]


def test_every_setting_of_the_section_has_an_option() -> None:
    assert set(DECODING) | {"nbest"} == set(DecodingConfig.model_fields)


def test_the_recipe_holds_where_nothing_is_given() -> None:
    recipe = DecodingConfig(beam=7, nbest=3, alpha=0.5)
    assert decoding_config(recipe, {}) == recipe.model_copy(update={"nbest": 1})


def test_a_beam_is_as_wide_as_the_nbest_list() -> None:
    assert decoding_config(DecodingConfig(beam=2), {}, nbest=6).beam == 6
    assert decoding_config(DecodingConfig(beam=9), {}, nbest=6).beam == 9


def test_a_beam_narrower_than_the_recipes_nbest_list_shortens_the_list() -> None:
    config = decoding_config(DecodingConfig(beam=5, nbest=5), {"beam": 2}, nbest=None)
    assert (config.beam, config.nbest) == (2, 2)
    assert decoding_config(DecodingConfig(beam=5, nbest=5), {"beam": 7}, nbest=None).nbest == 5
    assert decoding_config(DecodingConfig(method="sample", nbest=5), {}, nbest=None).nbest == 5
    config = decoding_config(DecodingConfig(method="sample", beam=3, nbest=5), {"method": "beam"}, nbest=None)
    assert (config.beam, config.nbest) == (5, 5)


@pytest.mark.parametrize(
    ("given", "nbest", "named"),
    [
        ({"beam": 2}, 3, {"--nbest", "--beam"}),
        ({"temperature": 0.5, "top_k": 3}, 1, {"--temperature", "--top-k", "--method"}),
        ({"method": "sample", "beam": 3}, 1, {"--beam", "--method"}),
    ],
)
def test_contradictions_are_refused(given: dict[str, object], nbest: int, named: set[str]) -> None:
    with pytest.raises(click.UsageError) as caught:
        decoding_config(DecodingConfig(), given, nbest=nbest)
    assert set(re.findall(r"--[a-z-]+", caught.value.message)) == named


def test_sampling_options_are_taken_with_sampling() -> None:
    config = decoding_config(DecodingConfig(), {"method": "sample", "temperature": 0.5, "seed": 3}, nbest=9)
    assert (config.method, config.temperature, config.seed, config.nbest) == ("sample", 0.5, 3, 9)
