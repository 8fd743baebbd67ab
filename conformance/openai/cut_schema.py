"""Cuts OpenAI's published OpenAPI document down to the schemas of what Rivulet answers.

    python3 conformance/openai/cut_schema.py openapi.yaml > \
        libs/test-support/src/main/resources/dev/rivulet/testsupport/openai/schemas.json

Needs PyYAML. Keeps every keyword that says whether a value is valid and leaves out the words. `nullable: true`, which the
document still has here and there from OpenAPI 3.0, is written as OpenAPI 3.1 means it: `anyOf` with `null`.
"""

import json
import sys

import yaml

ROOTS = [
    "CreateChatCompletionRequest", "CreateChatCompletionResponse", "CreateChatCompletionStreamResponse",
    "CreateCompletionRequest", "CreateCompletionResponse",
    "CreateEmbeddingRequest", "CreateEmbeddingResponse",
    "Model", "ListModelsResponse", "ErrorResponse",
    "CreateResponse", "Response", "ResponseStreamEvent", "ResponseItemList", "TokenCountsResource",
    "OpenAIFile", "ListFilesResponse", "DeleteFileResponse",
    "Batch", "ListBatchesResponse",
]
WORDS = {"description", "title", "example", "examples", "default", "deprecated", "externalDocs"}
NAMES = {"properties", "patternProperties", "$defs"}


def cut(node, refs, names=False):
    if isinstance(node, list):
        return [cut(one, refs) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and isinstance(node["$ref"], str):
        refs.add(node["$ref"].rsplit("/", 1)[-1])
    kept = {
        key: cut(value, refs, not names and key in NAMES)
        for key, value in node.items()
        if names or not (key in WORDS or key.startswith("x-") or key in ("nullable", "discriminator"))
    }
    if not names and node.get("nullable") is True:
        return {"anyOf": [kept, {"type": "null"}]}
    return kept


def main(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    schemas = document["components"]["schemas"]
    wanted, found = list(ROOTS), {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            refs = set()
            found[name] = cut(schemas[name], refs)
            wanted.extend(sorted(refs))
    whole = {
        "$comment": "OpenAI API " + document["info"]["version"] + "; MIT, see LICENSE beside this file. Made by cut_schema.py.",
        "components": {"schemas": dict(sorted(found.items()))},
    }
    json.dump(whole, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
