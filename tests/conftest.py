"""What holds for every test: few threads, no network, no window, no trace in the user's folders."""

import os
import tempfile

from hypothesis import HealthCheck, settings

# Set before anything imports torch, datasets or matplotlib: they read these once. Subprocesses inherit them.
# One thread a process: pytest-xdist runs one process a core, and sums do not depend on the machine's core count.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "MPLBACKEND": "Agg",
    "NO_COLOR": "1",
    "COLUMNS": "120",
    "PYTHONUTF8": "1",
}
os.environ.update(_ENVIRONMENT)
os.environ.pop("FORCE_COLOR", None)

# One folder a session and worker, removed when the process ends (the object must outlive this module's import).
_FOLDER = tempfile.TemporaryDirectory(prefix="seq2seq-tests-")
os.environ["SEQ2SEQ_CACHE"] = os.path.join(_FOLDER.name, "cache")  # noqa: PTH118
os.environ["HF_HOME"] = os.path.join(_FOLDER.name, "huggingface")  # noqa: PTH118
os.environ["MPLCONFIGDIR"] = os.path.join(_FOLDER.name, "matplotlib")  # noqa: PTH118

# A busy machine is no failure; an example that fails is printed in a form that repeats it, not kept in the checkout.
settings.register_profile(
    "suite", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("suite"), derandomize=True)  # the same examples, run after run
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
