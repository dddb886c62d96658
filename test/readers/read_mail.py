# Reads a message in base64 from each line of standard input and writes what it found as a line of JSON.
import base64
import json
import re
import sys
from email import message_from_bytes
from email.policy import default


def mailbox(address):
    return {"name": address.display_name, "address": address.addr_spec}


def addresses(message, name):
    field = message[name]
    if field is None:
        return []
    found = []
    for group in field.groups:
        if group.display_name is None:
            found.extend(mailbox(address) for address in group.addresses)
        else:
            found.append({"group": group.display_name, "members": [mailbox(one) for one in group.addresses]})
    return found


# get_filename() strips blanks, which belong to the name.
def filename(part):
    field = part["content-disposition"]
    return None if field is None else field.params.get("filename")


def text_of(part):
    return part.get_payload(decode=True).decode(part.get_content_charset("ascii"))


def leaves(part):
    if part.get_content_maintype() == "multipart":
        for child in part.iter_parts():
            yield from leaves(child)
    else:
        yield part


def bodies(message):
    found = {}
    others = []
    for part in leaves(message):
        kind = part.get_content_type()
        shown = part.get_content_disposition() != "attachment" and filename(part) is None
        if kind in ("text/plain", "text/html") and shown and kind not in found:
            found[kind] = text_of(part)
        else:
            others.append(part)
    return found.get("text/plain", ""), found.get("text/html", ""), others


def attachment(part):
    enclosed = None
    content = None
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        enclosed = {"subject": inner["subject"] or "", "text": bodies(inner)[0]}
    elif part.get_content_maintype() != "message":
        content = base64.b64encode(part.get_payload(decode=True)).decode()
    cid = part["content-id"]
    return {
        "type": part.get_content_type(),
        "filename": filename(part),
        "disposition": part.get_content_disposition(),
        "cid": None if cid is None else re.sub(r"^<|>$", "", cid),
        "content": content,
        "enclosed": enclosed,
    }


def defects(part):
    found = [f"{type(defect).__name__}: {defect}" for defect in part.defects]
    for name, value in part.items():
        found.extend(f"{name}: {type(defect).__name__}: {defect}" for defect in value.defects)
    if part.is_multipart():
        for child in part.get_payload():
            found.extend(defects(child))
    return found


def reading(raw):
    message = message_from_bytes(raw, policy=default)
    text, html, others = bodies(message)
    date = message["date"]
    return {
        "from": addresses(message, "from"),
        "sender": addresses(message, "sender"),
        "to": addresses(message, "to"),
        "cc": addresses(message, "cc"),
        "replyTo": addresses(message, "reply-to"),
        "subject": message["subject"] or "",
        "messageId": message["message-id"] or "",
        "inReplyTo": message["in-reply-to"] or "",
        "references": message["references"] or "",
        "date": None if date is None else int(date.datetime.timestamp()) * 1000,
        "text": text,
        "html": html,
        "attachments": [attachment(part) for part in others],
        "names": [name.lower() for name in message.keys()],
        "custom": {name.lower(): str(value) for name, value in message.items() if name.lower().startswith("x-")},
        "defects": defects(message),
    }


for line in sys.stdin:
    try:
        answer = reading(base64.b64decode(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
