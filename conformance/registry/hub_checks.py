"""What huggingface_hub reads from the registry with HF_ENDPOINT."""

import hashlib
import os
import pathlib
import tempfile

import huggingface_hub
from checks import Missing, holds, raises
from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

import registry

LARGE = hashlib.shake_256(b"weights").digest(24_000_000)
FIRST = {"config.json": b'{"v": 1}', "onnx/model.txt": b"graph", "weights.data": LARGE}
SECOND = {"config.json": b'{"v": 2}'}


def read(folder):
    root = pathlib.Path(folder)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def declare(checks):
    name = registry.fresh("hub")
    made = []

    def model():
        if not made:
            registry.model(name, {"1": FIRST, "2": SECOND})
            registry.alias(name, "champion", "1")
            made.append(name)
        return name

    @checks.add("hub", "snapshot_download")
    def snapshot():
        """a snapshot of main is the champion, byte for byte"""
        holds(read(huggingface_hub.snapshot_download(model())) == FIRST, "other files")

    @checks.add("hub", "snapshot_download")
    def chosen():
        """a version is a revision, and patterns choose files"""
        with tempfile.TemporaryDirectory() as folder:
            huggingface_hub.snapshot_download(model(), revision="1", allow_patterns=["onnx/*"], local_dir=folder)
            found = {path for path in read(folder) if not path.startswith(".cache")}
            holds(found == {"onnx/model.txt"}, found)

    @checks.add("hub", "hf_hub_download")
    def one():
        """one file of an alias, of a version and of a commit"""
        for revision, expected in (("champion", 1), ("2", 2), (huggingface_hub.model_info(model(), revision="2").sha, 2)):
            path = huggingface_hub.hf_hub_download(model(), "config.json", revision=revision)
            holds(pathlib.Path(path).read_bytes() == b'{"v": %d}' % expected, path)

    @checks.add("hub", "hf_hub_download")
    def resumed():
        """a download that broke off goes on by range and ends whole"""
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            path = huggingface_hub.hf_hub_download(model(), "weights.data", cache_dir=folder)
            blob = pathlib.Path(path).resolve()
            partial = blob.with_name(blob.name + ".incomplete")
            blob.unlink()
            os.unlink(path)
            partial.write_bytes(LARGE[:9_000_000])
            again = huggingface_hub.hf_hub_download(model(), "weights.data", cache_dir=folder)
            holds(pathlib.Path(again).read_bytes() == LARGE, "other bytes")
        finally:
            import shutil

            shutil.rmtree(folder)

    @checks.add("hub", "model_info, list_repo_files")
    def info():
        """what a repository has is told with its task and its commit"""
        about = huggingface_hub.model_info(model(), revision="main", files_metadata=True)
        holds(about.pipeline_tag == "text-generation" and len(about.sha) == 40, about)
        holds({s.rfilename: s.size for s in about.siblings} == {k: len(v) for k, v in FIRST.items()}, about.siblings)
        holds(sorted(huggingface_hub.list_repo_files(model())) == sorted(FIRST), "other files")
        holds(huggingface_hub.model_info(model()).sha == about.sha, "another commit without a revision")

    @checks.add("hub", "get_hf_file_metadata")
    def metadata():
        """size, digest and commit are told without the bytes"""
        url = huggingface_hub.hf_hub_url(model(), "weights.data")
        seen = huggingface_hub.get_hf_file_metadata(url)
        holds(seen.size == len(LARGE) and seen.etag == hashlib.sha256(LARGE).hexdigest(), seen)

    @checks.add("hub", "errors")
    def errors():
        """an unknown repository, revision and file are the classes of the client"""
        raises(RepositoryNotFoundError, lambda: huggingface_hub.model_info("nobody-at-all"))
        raises(RevisionNotFoundError, lambda: huggingface_hub.hf_hub_download(model(), "config.json", revision="9"))
        raises(EntryNotFoundError, lambda: huggingface_hub.hf_hub_download(model(), "README.md"))

    @checks.add("hub", "HF_TOKEN")
    def token():
        """without the token nothing is read"""
        if not registry.TOKEN:
            raise Missing("the registry was started without a token")
        raises(Exception, lambda: huggingface_hub.HfApi(token=False).model_info(model()))
