"""The JSON Schema of `initiative.yml`."""

import json

from proveout.declare import schema
from proveout.instruments import NAMES, instrument


def test_the_schema(golden):
    types = {name: instrument(name).settings_type for name in NAMES}
    golden("schema.json", json.dumps(schema(types), indent=2, ensure_ascii=False) + "\n")
