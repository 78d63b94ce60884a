"""What a page keeps in the browser: one export, whole, with which it opens without a network."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from support.backwards_page import translate, wait_until_kept, wait_until_ready, write
from support.browser import expect, serve, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_it_needs_no_network_once_it_is_loaded(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_kept(seen)
        seen.page.context.set_offline(True)
        before = len(seen.requests)
        translate(seen, "six seven", "seven six")
        assert seen.requests[before:] == []


def test_it_opens_without_its_server_once_it_is_kept(browser: "Browser", folder: Path) -> None:
    with ExitStack() as open_pages:
        with serve(folder) as address:
            seen = open_pages.enter_context(visit(browser, address, offline=False))
            wait_until_kept(seen)
        seen.page.reload()
        wait_until_kept(seen)
        translate(seen, "six seven", "seven six")


def test_it_opens_while_its_server_is_out_of_order(browser: "Browser", folder: Path) -> None:
    broken = Event()
    with serve(folder, broken=broken) as address, visit(browser, address, offline=False) as seen:
        wait_until_kept(seen)
        broken.set()
        seen.page.reload()
        wait_until_kept(seen)
        translate(seen, "six seven", "seven six")


@pytest.mark.parametrize("interrupted", ["model/tokenizer.model", "model/model.json", "views/parts.js"])
def test_a_visit_that_breaks_off_leaves_what_was_kept(
    browser: "Browser", folder: Path, tmp_path: Path, interrupted: str
) -> None:
    """A new page takes the place of the old one, and the network is cut before all of it has arrived."""
    path = shutil.copytree(folder, tmp_path / "page")
    with ExitStack() as open_pages:
        with serve(path) as address:
            seen = open_pages.enter_context(visit(browser, address, offline=False))
            wait_until_kept(seen)
            write(path, [{"language": "de", "tag": ""}], "eight")
            content = (path / interrupted).read_bytes()
            (path / interrupted).write_bytes(content[: len(content) // 2])
            seen.page.reload()
            seen.page.wait_for_load_state("networkidle")
            expect(seen.page.get_by_text("can be opened again")).to_have_count(0)
        seen.page.reload()
        seen.page.get_by_role("heading", name="Hebrew").wait_for()
        wait_until_kept(seen)
        translate(seen, "six seven", "seven six")


def test_a_page_whose_files_are_not_those_of_its_export_is_not_kept(
    browser: "Browser", folder: Path, tmp_path: Path
) -> None:
    path = shutil.copytree(folder, tmp_path / "page")
    with (path / "page.css").open("a") as styles:
        styles.write("body { margin: 0 }")
    with serve(path) as address, visit(browser, address, offline=False) as seen:
        wait_until_ready(seen)
        seen.page.wait_for_load_state("networkidle")
        translate(seen, "six seven", "seven six")
        names = seen.page.evaluate("caches.keys()")
        assert [name for name in names if not name.endswith(" kept")] == []  # which names the current copy
        expect(seen.page.get_by_text("can be opened again")).to_have_count(0)


def test_a_new_copy_takes_the_place_of_the_last(browser: "Browser", folder: Path, tmp_path: Path) -> None:
    path = shutil.copytree(folder, tmp_path / "page")
    with ExitStack() as open_pages:
        with serve(path) as address:
            seen = open_pages.enter_context(visit(browser, address, offline=False))
            wait_until_kept(seen)
            write(path, [{"language": "de", "tag": ""}], "eight")
            seen.page.reload()
            wait_until_kept(seen)
            seen.page.wait_for_function("async () => (await caches.keys()).length === 2")  # it, and which it is
        seen.page.goto(f"{address}index.html")
        seen.page.get_by_role("heading", name="German").wait_for()
        wait_until_kept(seen)
        translate(seen, "six eight", "eight six")


def test_a_new_page_at_the_same_address_is_what_is_shown(browser: "Browser", folder: Path, tmp_path: Path) -> None:
    path = shutil.copytree(folder, tmp_path / "page")
    for file in path.rglob("*.*"):
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 3600))  # browsers trust files that are not new
    with serve(path) as address, visit(browser, address, offline=False) as seen:
        wait_until_kept(seen)
        write(path, [{"language": "de", "tag": ""}], "eight")
        seen.page.reload()
        seen.page.get_by_role("heading", name="German").wait_for()
        wait_until_kept(seen)
        translate(seen, "six eight", "eight six")


def test_large_files_are_loaded_once(browser: "Browser", served: str) -> None:
    with visit(browser, served, offline=False) as seen:
        wait_until_kept(seen)
        before = len(seen.requests)
        seen.page.reload()
        wait_until_kept(seen)
        loaded = [address.removeprefix(served) for address in seen.requests[before:]]
        assert "model/model.json" in loaded
        assert {"model/model.onnx", "model/tokenizer.model", "runtime/ort-wasm-simd-threaded.wasm"} & set(
            loaded
        ) == set()
        translate(seen, "six seven", "seven six")
