"""Validates YAML against JSON Schemas, as an editor does: {"schemas": [..], "documents": [[schema, text], ..]} on standard
input; a list of mistakes for each document on standard output."""

import json
import sys

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

# YAML 1.2, which editors read by: yes and 09:00 are texts. A day is a text to JSON Schema.
reader = YAML(typ="safe", pure=True)
reader.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))

question = json.load(sys.stdin)
for schema in question["schemas"]:
    Draft202012Validator.check_schema(schema)
validators = [Draft202012Validator(schema) for schema in question["schemas"]]
answers, documents = [], {}
for number, text in question["documents"]:
    try:
        if text not in documents:
            documents[text] = reader.load(text)
        errors = validators[number].iter_errors(documents[text])
        answers.append([f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors])
    except YAMLError as error:
        answers.append([f"no YAML: {error}"])
print(json.dumps(answers))
