"""The registry's own API, by which the checks put there what the clients are to find."""

import hashlib
import json
import os
import urllib.request
import uuid

URL = os.environ["RIVULET_REGISTRY_URL"]
TOKEN = os.environ.get("RIVULET_INTERNAL_TOKEN")


def fresh(prefix):
    """A name that no earlier run left behind."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def call(method, path, body=None, content="application/json"):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method, headers={"Content-Type": content})
    if TOKEN:
        request.add_header("Authorization", f"Bearer {TOKEN}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def model(name, versions):
    """Creates a model; versions maps a name to {path: bytes}."""
    call("POST", "/api/models", {"name": name, "task": "text-generation"})
    for version, files in versions.items():
        listed = []
        for path, data in files.items():
            digest = hashlib.sha256(data).hexdigest()
            call("PUT", f"/api/blobs/{digest}", data, "application/octet-stream")
            listed.append({"path": path, "sha256": digest, "size": len(data)})
        call("POST", f"/api/models/{name}/versions", {"version": version, "files": listed})


def alias(name, alias_name, version):
    call("PUT", f"/api/models/{name}/aliases/{alias_name}", {"version": version})
