"""What commands write with `--report`, in a browser."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from support import tiny
from support.browser import expect, visit

from seq2seq.cli.main import cli

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module", params=["diagnose", "evaluate"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    tiny.save(folder / "model")
    pairs = [f"{a} {n}\t{b}\n" for n in range(4) for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True)]
    (folder / "pairs.tsv").write_text("".join(pairs), encoding="utf-8")
    (folder / "other.txt").write_text("".join(pair.partition("\t")[2] for pair in pairs[::-1]), encoding="utf-8")
    options = ["--hypotheses", str(folder / "other.txt")] if request.param == "evaluate" else []
    arguments = [str(folder / "model"), str(folder / "pairs.tsv"), *options, "--report", str(folder / "page.html")]
    done = CliRunner().invoke(cli, [request.param, *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return folder / "page.html"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_everybody_can_read_it(browser: "Browser", page: Path, width: int, scheme: str) -> None:
    with visit(browser, page, width=width, scheme=scheme) as seen:
        expect(seen.page.locator("figure .drawing")).not_to_have_count(0)
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.requests == []
        assert seen.messages == []
