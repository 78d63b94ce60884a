"""The Hugging Face hub: addresses, models fetched to its cache or put there, and its errors.

``hf://user/name[@revision]`` is a model; ``hf://user/name[@revision][#configuration]`` a data set.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.errors import DataError, ModelError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

SCHEME: Final = "hf://"
"""Prefix of an address on the hub; any other path never leaves this machine."""
PATIENCE: Final = 5.0
"""Seconds to wait for the hub before using the local cache alone."""
_MODEL: Final = re.compile(r"hf:/{1,2}(?P<name>[\w.-]+/[\w.-]+)(?:@(?P<revision>[^@#\s]+))?")
_DATA: Final = re.compile(
    r"hf://(?:datasets/)?(?P<name>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[^#\s]+))?(?:#(?P<configuration>\S+))?"
)
_PROXY: Final = "  (HF_ENDPOINT names a mirror; HTTPS_PROXY a proxy.)"
_LOG_IN: Final = "Log in with `hf auth login`, or put a token into the environment variable HF_TOKEN."


@dataclass(frozen=True)
class HubAddress:
    """A repository on the hub."""

    name: str
    """Owner and name, with a slash between them; some data sets have no owner."""
    revision: str | None = None
    """Branch, tag or commit (`None`: the newest)."""
    configuration: str | None = None
    """Name of a data set's subset."""

    @classmethod
    def parse_model(cls, path: str) -> "HubAddress":
        """Parse the address of a model.

        Raises:
            ModelError: it has another form.
        """
        match = _MODEL.fullmatch(path)
        if match is None:
            raise ModelError(
                f"{path}: not a model of the hub. The form is hf://user/name[@revision], such as hf://user/name@v1.0",
                code="hub.bad-address",
            )
        return cls(match["name"], match["revision"])

    @classmethod
    def parse_data(cls, path: str) -> "HubAddress":
        """Parse the address of a data set.

        Raises:
            DataError: it has another form.
        """
        match = _DATA.fullmatch(path)
        if match is None:
            raise DataError(
                f"{path}: not a data set of the hub. The form is hf://user/name[@revision][#configuration], "
                "such as hf://bentrevett/multi30k",
                code="hub.bad-address",
            )
        return cls(match["name"], match["revision"], match["configuration"])

    def at(self, revision: str) -> "HubAddress":
        """The same repository, at a revision."""
        return replace(self, revision=revision)

    def __str__(self) -> str:
        """The address."""
        revision = f"@{self.revision}" if self.revision else ""
        return f"{SCHEME}{self.name}{revision}" + (f"#{self.configuration}" if self.configuration else "")


def reachable(endpoint: str) -> bool:
    """Ask the hub once: its clients would retry for half a minute, or for minutes with a firewall in between."""
    from huggingface_hub import get_session

    try:
        get_session().head(endpoint, timeout=PATIENCE)
    except Exception:  # whatever the reason, the local cache is tried next
        return False
    return True


def is_hub(path: str | Path) -> bool:
    """Whether a path leads to the hub; a :class:`Path` has made one slash of two."""
    return str(path).startswith(SCHEME) or (isinstance(path, Path) and path.parts[:1] == ("hf:",))


def fetch(model: HubAddress, patterns: Sequence[str], check: Callable[[Path], object]) -> Path:
    """Download files of a model; those in the cache are not fetched again.

    Where the hub is out of reach, the copy that was fetched last is taken.

    Args:
        model: which.
        patterns: the files that are wanted.
        check: reads the first of these files, before the others are fetched; raises if the model is not one of ours.

    Returns:
        The folder of that commit in the hub's cache, named after it.

    Raises:
        ModelError: it cannot be downloaded; says what to do.
    """
    from huggingface_hub import constants, snapshot_download

    download = partial(
        snapshot_download,
        model.name,
        ignore_patterns=["*/*/*"],  # for the hub's client, `*` also matches `sub/file`
        local_files_only=not reachable(constants.ENDPOINT),
    )
    with _explained(str(model)):
        folder = Path(download(revision=model.revision, allow_patterns=patterns[0]))
        if not (folder / patterns[0]).exists():
            message = f"{model}: not a model of this program: the repository has no {patterns[0]}."
            raise ModelError(message, code="model.not-a-model")
        check(folder / patterns[0])
        return Path(download(revision=folder.name, allow_patterns=list(patterns)))


def push(
    model: HubAddress,
    files: Mapping[str, Path | bytes],
    *,
    private: bool | None,
    message: str,
    known: Callable[[str], bool],
) -> str:
    """Put a model on the hub, in one commit; its repository and branch are created if missing.

    Args:
        model: where to.
        files: the files: contents, or paths.
        private: whether the repository is private, which an existing one must be already (`None`: it stays as it is;
            a new one is as the owner's account says).
        message: of the commit.
        known: whether a file belongs to a model, by its name; those on the hub that ``files`` lacks are removed.

    Returns:
        The address of the repository, for a browser.

    Raises:
        ModelError: it cannot be done, or a private model would become public; says why.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, constants, get_token

    if get_token() is None:
        raise ModelError(f"{model}: you are not logged in to the Hugging Face Hub.\n  {_LOG_IN}", code="hub.no-login")
    if not reachable(constants.ENDPOINT):
        raise ModelError(
            f"{model}: the hub ({constants.ENDPOINT}) cannot be reached.\n{_PROXY}", code="hub.unreachable"
        )
    api = HfApi()
    with _explained(str(model)):
        there_already = not private or _is_private(api, model.name)
        address = api.create_repo(model.name, private=private, exist_ok=there_already)
        if model.revision:
            api.create_branch(model.name, branch=model.revision, exist_ok=True)
        there = api.list_repo_files(model.name, revision=model.revision)
        stale = [name for name in there if name not in files and known(name)]
        api.create_commit(
            model.name,
            [
                *(CommitOperationAdd(name, content) for name, content in files.items()),
                *(CommitOperationDelete(name) for name in stale),
            ],
            commit_message=message,
            revision=model.revision,
        )
    return str(address)


def _is_private(api: "HfApi", name: str) -> bool:
    """Whether there is such a repository; a ModelError if it is public: `create_repo` passes over `private` then."""
    from huggingface_hub import constants
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        found = api.repo_info(name)
    except RepositoryNotFoundError:
        return False
    if not found.private:
        raise ModelError(
            f"{SCHEME}{name}: this repository exists, and is public; nothing was pushed to it.\n"
            f"  Name another, make it private at {constants.ENDPOINT}/{name}/settings, or leave out --private.",
            code="hub.public",
        )
    return True


@contextmanager
def _explained(called: str) -> Iterator[None]:
    """Turn errors of the hub, and on the way to it, into ours."""
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        yield
    except GatedRepoError as error:
        reason = f"this repository is gated. Request access on its page.\n  {_LOG_IN}"
        raise ModelError(f"{called}: {reason}", code="hub.gated") from error
    except RepositoryNotFoundError as error:
        reason = f"not found on the hub, or private.\n  {_LOG_IN}"
        raise ModelError(f"{called}: {reason}", code="hub.not-found") from error
    except RevisionNotFoundError as error:
        raise ModelError(
            f"{called}: the model has no such revision (branch, tag or commit).", code="hub.no-revision"
        ) from error
    except LocalEntryNotFoundError as error:
        reason = "the hub cannot be reached, and this model is not in the local cache, or not all of it."
        raise ModelError(
            f"{called}: {reason}\n  Fetch it where there is a network (`hf download NAME --local-dir FOLDER`), and use "
            f"the folder.\n{_PROXY}",
            code="hub.unreachable",
        ) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        said = error.server_message or f"status {status}"
        hints = {401: f"\n  The token is not valid (any more). {_LOG_IN}", 403: "\n  Is the token one that may write?"}
        raise ModelError(f"{called}: the hub refuses: {said}{hints.get(status, '')}", code="hub.refused") from error
    except ModelError:
        raise
    except Exception as error:  # of several packages: a full disk, a broken connection, metadata that are refused
        text = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"{called}: {text[:500]}", code="hub.failed") from error
