"""Time pages of ``seq2seq export MODEL --web PAGE`` in Chromium, several in turn: one text after the other, one thread.

    python benchmarks/browser.py PAGE [PAGE ...] --texts sentences.txt

A page of ``benchmarks/bergamot_page.py`` may be among them. Of each page: what it weighs; how long it takes until it is
ready (a new browser, files from this machine); the memory of its process then; of every text the milliseconds of its
answer by the clock; and those of a processor, on average. Other work makes the time of a processor more, but by far
less than the time by the clock.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

OPEN = """async () => {
    if (window.answer) return; // a page of benchmarks/bergamot_page.py
    const { openModel } = await import("./models/open.js");
    const ort = await import("./runtime/ort.wasm.min.mjs");
    const description = await (await fetch("model/model.json")).json();
    const names = [description.graph, ...Object.values(description.tokenizers)];
    const read = async (name) => new Uint8Array(await (await fetch(`model/${name}`)).arrayBuffer());
    const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)])));
    const model = await openModel(description, files, ort);
    const tag = description.directions?.[0].tag;
    window.answer = (text) => model.translate?.(text, tag) ?? model.classify(text);
}"""
"""A model of the page's own modules: on the page, answers are shown when the text field rests."""
RUN = """async (texts) => {
    const times = [];
    for (const text of texts) {
        const start = performance.now();
        await window.answer(text);
        times.push(performance.now() - start);
    }
    return times;
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


def processor_seconds(session: CDPSession) -> float:
    """Those that the page's process has used."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "ProcessTime"))


def resident(browser: Browser) -> int:
    """Bytes of the process of the only page."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = []
    for process in processes:
        if process["type"] == "renderer":
            pages = int(Path(f"/proc/{process['id']}/statm").read_text().split()[1])
            sizes.append(pages * os.sysconf("SC_PAGE_SIZE"))
    return max(sizes)


def measure(browser: Browser, address: str, texts: list[str]) -> dict[str, Any]:
    """One visit."""
    context = browser.new_context()
    page: Page = context.new_page()
    start = time.perf_counter()
    page.goto(address)
    page.get_by_text("Ready").wait_for()
    ready = time.perf_counter() - start
    memory = resident(browser)
    page.evaluate(OPEN)
    page.evaluate(RUN, texts[:10])
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = processor_seconds(session)
    times = page.evaluate(RUN, texts)
    processor = 1000 * (processor_seconds(session) - before) / len(texts)
    context.close()
    return {"ready": ready, "memory": memory, "times": times, "processor": processor}


def require_timed(page: Path) -> None:
    """Stop at a page whose model is not given texts, or may be asked for several languages."""
    description = page / "model" / "model.json"
    if not description.exists():  # a page of benchmarks/bergamot_page.py
        return
    content = json.loads(description.read_text("utf-8"))
    if content["task"] == "generation":
        sys.exit(f"{page}: its model generates from tags; only pages that translate or classify texts are timed.")
    languages = [direction["language"] for direction in content.get("directions", [])]
    if len(languages) > 1:
        sys.exit(
            f"{page}: its model translates into {', '.join(languages)}.\n"
            f"  Export it for one of them: seq2seq export MODEL --web PAGE --to {languages[0]}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+", metavar="PAGE")
    parser.add_argument("--texts", type=Path, required=True, help="one per line")
    parser.add_argument("--count", type=int, default=1000, help="of texts, at most")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for page in options.pages:
        require_timed(page)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is not installed.")
    texts = options.texts.read_text("utf-8").splitlines()[: options.count]
    found: dict[Path, list[dict[str, Any]]] = {page: [] for page in options.pages}
    with sync_playwright() as playwright:
        for _ in range(options.rounds):
            for page in options.pages:
                server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(page)))
                Thread(target=server.serve_forever, daemon=True).start()
                root = getattr(os, "geteuid", lambda: 1)() == 0  # as root, Chromium has no sandbox
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] if root else [])
                found[page].append(measure(browser, f"http://127.0.0.1:{server.server_port}/", texts))
                browser.close()
                server.shutdown()
                server.server_close()
    print(f"{options.rounds} rounds in turn, {len(texts)} texts; of all rounds: median (lowest to highest)")
    for page, rounds in found.items():
        sizes = {part: sum(f.stat().st_size for f in (page / part).rglob("*.*")) for part in ("model", "runtime")}
        print(page)
        print("  MB      " + ", ".join(f"{part} {size / 1e6:.2f}" for part, size in sizes.items()))
        for name, scale, unit in (("ready", 1.0, "s"), ("memory", 1e6, "MB"), ("processor", 1.0, "ms per text")):
            values = [visit[name] / scale for visit in rounds]
            print(f"  {name:9} {statistics.median(values):8.2f} ({min(values):.2f} to {max(values):.2f}) {unit}")
        for share in (50, 99):
            values = [sorted(visit["times"])[min(len(texts) - 1, len(texts) * share // 100)] for visit in rounds]
            print(f"  p{share:<8} {statistics.median(values):8.2f} ({min(values):.2f} to {max(values):.2f}) ms")


if __name__ == "__main__":
    main()
