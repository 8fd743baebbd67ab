"""What mlflow registers in the registry, finds there and downloads, with MLFLOW_TRACKING_URI."""

import os
import pathlib
import tempfile

import mlflow
from checks import Missing, holds, raises
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

import registry

FILES = {"MLmodel": b"flavors: {}\n", "onnx/model.txt": b"graph"}


def read(folder):
    root = pathlib.Path(folder)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def uploaded():
    """Uploads the files with the client's own repository of artifacts; says their source."""
    source = "mlflow-artifacts:/uploads/" + registry.fresh("up")
    with tempfile.TemporaryDirectory() as folder:
        for path, data in FILES.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        get_artifact_repository(source).log_artifacts(folder)
    return source


def code(call):
    return raises(MlflowException, call).error_code


def declare(checks):
    client = MlflowClient()
    name = registry.fresh("ml")

    @checks.add("mlflow", "create_registered_model")
    def create():
        """a model is created with tags and a description, and not twice"""
        made = client.create_registered_model(name, tags={"team": "a"}, description="talks")
        holds(made.name == name and made.tags == {"team": "a"} and made.description == "talks", made)
        holds(code(lambda: client.create_registered_model(name)) == "RESOURCE_ALREADY_EXISTS", "another code")
        holds(client.get_registered_model(name).tags == {"team": "a"}, "other tags")
        holds(code(lambda: client.get_registered_model("nobody")) == "RESOURCE_DOES_NOT_EXIST", "another code")

    @checks.add("mlflow", "create_model_version")
    def version():
        """files are uploaded and become a version that is ready"""
        made = client.create_model_version(name, uploaded(), run_id="r1", tags={"stage": "x"}, description="first")
        holds(made.version == "1" and made.status == "READY" and made.run_id == "r1", made)
        holds(made.tags == {"stage": "x"} and made.description == "first", made)
        holds(client.get_model_version(name, "1").current_stage == "None", made)

    @checks.add("mlflow", "register_model")
    def register():
        """register_model copies a version by its models:/ address"""
        made = mlflow.register_model(f"models:/{name}/1", name + "-copy")
        holds(made.version == "1" and made.name == name + "-copy", made)

    @checks.add("mlflow", "aliases")
    def aliases():
        """an alias is set, resolved, listed and deleted"""
        client.set_registered_model_alias(name, "champion", "1")
        holds(client.get_model_version_by_alias(name, "champion").version == "1", "another version")
        holds(client.get_registered_model(name).aliases == {"champion": "1"}, "other aliases")
        client.set_registered_model_alias(name, "blue", "1")
        client.delete_registered_model_alias(name, "blue")
        holds(code(lambda: client.get_model_version_by_alias(name, "blue")) == "RESOURCE_DOES_NOT_EXIST", "a code")

    @checks.add("mlflow", "download_artifacts")
    def download():
        """models:/name@alias, /version and /latest are downloaded byte for byte"""
        for uri in (f"models:/{name}@champion", f"models:/{name}/1", f"models:/{name}/latest"):
            with tempfile.TemporaryDirectory() as folder:
                found = read(mlflow.artifacts.download_artifacts(uri, dst_path=folder))
                found.pop("registered_model_meta", None)
                holds(found == FILES, (uri, found))
        with tempfile.TemporaryDirectory() as folder:
            file = mlflow.artifacts.download_artifacts(f"models:/{name}@champion/onnx/model.txt", dst_path=folder)
            holds(pathlib.Path(file).read_bytes() == b"graph", file)

    @checks.add("mlflow", "tags")
    def tags():
        """tags of models and versions are set, changed and deleted"""
        client.set_registered_model_tag(name, "team", "b")
        client.set_registered_model_tag(name, "gone", "1")
        client.delete_registered_model_tag(name, "gone")
        holds(client.get_registered_model(name).tags == {"team": "b"}, "other tags")
        client.set_model_version_tag(name, "1", "checked", "yes")
        client.set_model_version_tag(name, "1", "checked", "no")
        client.delete_model_version_tag(name, "1", "stage")
        holds(client.get_model_version(name, "1").tags == {"checked": "no"}, "other tags")

    @checks.add("mlflow", "search_registered_models")
    def search():
        """models are searched by name and tag; the client's own condition on a tag that is missing holds"""
        found = client.search_registered_models(f"name LIKE '{name}%'")
        holds([m.name for m in found] == [name, name + "-copy"], found)
        found = client.search_registered_models(f"name ILIKE '{name.upper()}%' AND tags.team = 'b'")
        holds([m.name for m in found] == [name], found)
        page = client.search_registered_models(f"name LIKE '{name}%'", max_results=1, order_by=["name DESC"])
        holds([m.name for m in page] == [name + "-copy"] and page.token, page)
        rest = client.search_registered_models(
            f"name LIKE '{name}%'", max_results=1, order_by=["name DESC"], page_token=page.token
        )
        holds([m.name for m in rest] == [name] and not rest.token, rest)
        holds(code(lambda: client.search_registered_models("name ~ 'a'")) == "INVALID_PARAMETER_VALUE", "a code")

    @checks.add("mlflow", "search_model_versions")
    def versions():
        """versions are searched by name, run and tag"""
        found = client.search_model_versions(f"name='{name}' and run_id IN ('r1','r2')")
        holds([v.version for v in found] == ["1"], found)
        holds([v.version for v in client.search_model_versions(f"name='{name}' and tags.checked != 'no'")] == [], "found")

    @checks.add("mlflow", "get_latest_versions, update_*")
    def latest():
        """the newest version is told, descriptions are changed"""
        holds([v.version for v in client.get_latest_versions(name, ["None"])] == ["1"], "another version")
        client.update_registered_model(name, "talks more")
        client.update_model_version(name, "1", "still the first")
        holds(client.get_registered_model(name).description == "talks more", "another description")
        holds(client.get_model_version(name, "1").description == "still the first", "another description")

    @checks.add("mlflow", "source")
    def source():
        """no source is opened that is not the registry's own"""
        for evil in (
            "file:///etc",
            "/etc/passwd",
            "http://127.0.0.1:1/#/../../etc",
            "mlflow-artifacts:/uploads/../../etc",
            "mlflow-artifacts:/uploads/%252e%252e",
            "s3://bucket/key",
            "models:/" + name + "/1#/../../etc",
        ):
            holds(code(lambda: client.create_model_version(name, evil)) == "INVALID_PARAMETER_VALUE", evil)

    @checks.add("mlflow", "rename, delete")
    def removed():
        """a model is renamed and deleted, and is then unknown"""
        copy = name + "-copy"
        client.rename_registered_model(copy, copy + "2")
        holds(client.get_registered_model(copy + "2").latest_versions[0].version == "1", "another version")
        holds(code(lambda: client.get_registered_model(copy)) == "RESOURCE_DOES_NOT_EXIST", "a code")
        client.delete_model_version(copy + "2", "1")
        client.delete_registered_model(copy + "2")
        holds(code(lambda: client.get_registered_model(copy + "2")) == "RESOURCE_DOES_NOT_EXIST", "a code")

    @checks.add("mlflow", "MLFLOW_TRACKING_TOKEN")
    def token():
        """without the token nothing is read"""
        if not registry.TOKEN:
            raise Missing("the registry was started without a token")
        kept = os.environ.pop("MLFLOW_TRACKING_TOKEN")
        try:
            raises(MlflowException, lambda: client.get_registered_model(name))
        finally:
            os.environ["MLFLOW_TRACKING_TOKEN"] = kept
