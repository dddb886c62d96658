# Reads messages from standard input (a JSON list of strings) with CPython's email package, prints what it found.
import email
import email.policy
import json
import sys


def field(value):
    found = {"text": str(value), "defects": [str(defect) for defect in value.defects]}
    if hasattr(value, "groups"):
        found["groups"] = [
            [group.display_name, [[box.display_name, box.addr_spec] for box in group.addresses]] for group in value.groups
        ]
    if hasattr(value, "params"):
        found["params"] = dict(value.params)
    return found


messages = (email.message_from_bytes(raw.encode(), policy=email.policy.default) for raw in json.load(sys.stdin))
json.dump([{name: field(message[name]) for name in message.keys()} for message in messages], sys.stdout)
