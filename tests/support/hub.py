"""A hub of our own, in memory, under the hub client's transport: the client itself is the real one.

It knows the requests that are made to push a model, and to fetch one: an account with its token, repositories with
branches, small files in a commit and large ones by git-lfs, private and gated repositories, and being out of reach.
"""

# ruff: noqa: ARG002 - every answer gets all that a request says

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import huggingface_hub
import pytest
from huggingface_hub import constants

try:
    import httpx2 as httpx
except ImportError:  # of huggingface-hub 1
    import httpx

TOKEN = "hf_of_alice"
"""The token of the one account, alice's."""
HUB = constants.ENDPOINT
STORE = "https://store.invalid"
"""Where large files lie."""


@dataclass
class Repository:
    """Branches, each a chain of commits; a commit is all of its files."""

    private: bool = False
    gated: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)

    def commit(self, files: dict[str, bytes], *, branch: str = "main", message: str = "") -> str:
        self.messages.append(message)
        content = repr((sorted(files.items()), len(self.commits)))
        sha = hashlib.sha1(content.encode()).hexdigest()
        self.commits[sha] = files
        self.branches[branch] = sha
        return sha

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        sha = self.branches.get(revision, revision)
        return (sha, self.commits[sha]) if sha in self.commits else None


class Hub(httpx.BaseTransport):
    """Answers what the client asks; ``requests`` keeps it."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.large: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.down = False
        self.full = False
        self.readers_only = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.requests.append((request.method, url.removeprefix(HUB)))
        if self.down:
            raise httpx.ConnectError("Name or service not known", request=request)
        body = request.read()
        if url.startswith(STORE):
            return self._store(request.method, url.rsplit("/", 1)[-1], body)
        path = url.removeprefix(HUB).split("?")[0]
        for method, form, answer in self._answers():
            match = re.fullmatch(form, path)
            if method == request.method and match:
                known = request.headers.get("authorization") == f"Bearer {TOKEN}"
                return answer(known, body, *map(unquote, match.groups()))
        raise AssertionError(f"no answer to {request.method} {url}")

    def _answers(self) -> list[tuple[str, str, Callable[..., httpx.Response]]]:
        name = r"([\w.-]+/[\w.-]+)"
        return [
            ("HEAD", "/?", lambda *_: httpx.Response(200)),
            ("POST", "/api/repos/create", self._create),
            ("POST", "/api/validate-yaml", self._validate),
            ("POST", rf"/api/models/{name}/branch/(.+)", self._branch),
            ("POST", rf"/api/models/{name}/preupload/(.+)", self._preupload),
            ("POST", rf"/{name}\.git/info/lfs/objects/batch", self._batch),
            ("POST", rf"/api/models/{name}/commit/(.+)", self._commit),
            ("GET", rf"/api/models/{name}/revision/(.+)", self._info),
            ("GET", rf"/api/models/{name}", self._info),
            ("GET", rf"/api/models/{name}/tree/(.+)", self._tree),
            ("HEAD", rf"/{name}/resolve/([^/]+)/(.+)", self._head),
            ("GET", rf"/{name}/resolve/([^/]+)/(.+)", self._get),
        ]

    # --------------------------------------------------------------------------------------------------- pushing

    def _create(self, known: bool, body: bytes) -> httpx.Response:
        asked = json.loads(body)
        owner = asked.get("organization") or "alice"
        if not known:
            return _refusal(401, message="Invalid credentials in Authorization header")
        if owner != "alice" or self.readers_only:
            return _refusal(403, message=f"You don't have the rights to create a model under the namespace {owner}")
        name = f"{owner}/{asked['name']}"
        if name in self.repositories:
            return httpx.Response(409, json={"url": f"{HUB}/{name}", "error": "You already created this model repo"})
        self.repositories[name] = Repository(private=asked.get("visibility") == "private")
        self.repositories[name].commit({".gitattributes": b"*.safetensors filter=lfs"}, message="initial commit")
        return httpx.Response(200, json={"url": f"{HUB}/{name}"})

    def _validate(self, known: bool, body: bytes) -> httpx.Response:
        content = json.loads(body)["content"]
        errors = [] if content.startswith("---\n") else [{"message": "no metadata"}]
        if "license: nonsense" in content:
            errors.append({"message": '"license" must be one of [apache-2.0, mit, ...]'})
        return httpx.Response(400 if errors else 200, json={"errors": errors, "warnings": []})

    def _branch(self, known: bool, body: bytes, name: str, branch: str) -> httpx.Response:
        repository = self.repositories[name]
        if branch in repository.branches:
            return httpx.Response(409, json={"error": "Reference already exists"})
        repository.branches[branch] = repository.branches["main"]
        return httpx.Response(200, json={})

    def _preupload(self, known: bool, body: bytes, name: str, revision: str) -> httpx.Response:
        files = json.loads(body)["files"]
        modes = [
            {
                "path": one["path"],
                "uploadMode": "lfs" if one["path"].endswith((".safetensors", ".model")) else "regular",
                "shouldIgnore": False,
                "oid": None,
            }
            for one in files
        ]
        return httpx.Response(200, json={"files": modes})

    def _batch(self, known: bool, body: bytes, name: str) -> httpx.Response:
        if self.full:
            return _refusal(403, message="Private repository storage limit reached")
        objects = json.loads(body)["objects"]
        actions = [{**one, "actions": {"upload": {"href": f"{STORE}/{one['oid']}"}}} for one in objects]
        return httpx.Response(200, json={"transfer": "basic", "objects": actions})

    def _store(self, method: str, oid: str, body: bytes) -> httpx.Response:
        if method == "PUT":
            assert hashlib.sha256(body).hexdigest() == oid
            self.large[oid] = body
            return httpx.Response(200)
        return httpx.Response(200, content=self.large[oid] if method == "GET" else b"")

    def _commit(self, known: bool, body: bytes, name: str, revision: str) -> httpx.Response:
        if not known:
            return _refusal(401, message="Invalid credentials in Authorization header")
        repository = self.repositories[name]
        found = repository.at(revision)
        assert found is not None
        files, message = dict(found[1]), ""
        for line in body.decode().splitlines():
            part = json.loads(line)
            value = part["value"]
            match part["key"]:
                case "header":
                    message = value["summary"]
                case "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile":
                    files[value["path"]] = self.large[value["oid"]]
                case "deletedFile":
                    del files[value["path"]]
        sha = repository.commit(files, branch=revision, message=message)
        return httpx.Response(200, json={"commitUrl": f"{HUB}/{name}/commit/{sha}", "commitOid": sha})

    # -------------------------------------------------------------------------------------------------- fetching

    def _found(self, known: bool, name: str, revision: str) -> tuple[str, dict[str, bytes]] | httpx.Response:
        repository = self.repositories.get(name)
        if repository is None or (repository.private and not known):
            return _refusal(401, code="RepoNotFound", message="Repository not found")
        if repository.gated:
            return _refusal(403, code="GatedRepo", message="Access to this model is restricted")
        return repository.at(revision) or _refusal(404, code="RevisionNotFound", message="Invalid rev id")

    def _info(self, known: bool, body: bytes, name: str, revision: str = "main") -> httpx.Response:
        found = self._found(known, name, revision)
        if isinstance(found, httpx.Response):
            return found
        siblings = [{"rfilename": file} for file in found[1]]
        private = self.repositories[name].private
        return httpx.Response(200, json={"id": name, "sha": found[0], "private": private, "siblings": siblings})

    def _tree(self, known: bool, body: bytes, name: str, revision: str) -> httpx.Response:
        found = self._found(known, name, revision)
        if isinstance(found, httpx.Response):
            return found
        entries: list[dict[str, Any]] = [
            {"type": "file", "path": path, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
            for path, content in found[1].items()
        ]
        return httpx.Response(200, json=entries)

    def _head(self, known: bool, body: bytes, name: str, revision: str, path: str) -> httpx.Response:
        found = self._found(known, name, revision)
        if isinstance(found, httpx.Response):
            return found
        content = found[1][path]
        oid = hashlib.sha256(content).hexdigest()
        headers = {"X-Repo-Commit": found[0], "ETag": f'"{hashlib.sha1(content).hexdigest()}"'}
        if oid in self.large:
            headers |= {"Location": f"{STORE}/{oid}", "X-Linked-Etag": f'"{oid}"', "X-Linked-Size": str(len(content))}
            return httpx.Response(302, headers=headers)
        return httpx.Response(200, headers={**headers, "Content-Length": str(len(content))})

    def _get(self, known: bool, body: bytes, name: str, revision: str, path: str) -> httpx.Response:
        found = self._found(known, name, revision)
        return found if isinstance(found, httpx.Response) else httpx.Response(200, content=found[1][path])


def _refusal(status: int, *, message: str, code: str | None = None) -> httpx.Response:
    headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
    return httpx.Response(status, headers=headers, json={"error": message})


def install(monkeypatch: pytest.MonkeyPatch, cache: str) -> Hub:
    """Put a hub under the client, and an empty cache; alice is logged in."""
    hub = Hub()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", cache)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    huggingface_hub.set_client_factory(lambda: httpx.Client(transport=hub, follow_redirects=True))
    return hub
