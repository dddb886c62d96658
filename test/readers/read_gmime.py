# Reads a message in base64 from each line of standard input with GMime and writes what it found as a line of JSON.
import base64
import json
import re
import sys

import gi

gi.require_version("GMime", "3.0")
from gi.repository import GMime


def mailbox(address):
    return {"name": address.get_name() or "", "address": address.get_addr() or ""}


def addresses(found):
    listed = []
    for index in range(found.length() if found is not None else 0):
        address = found.get_address(index)
        if isinstance(address, GMime.InternetAddressGroup):
            members = addresses(address.get_members())
            listed.append({"group": address.get_name() or "", "members": members})
        else:
            listed.append(mailbox(address))
    return listed


def header(message, name):
    found = message.get_header_list().get_header(name)
    return "" if found is None else found.get_value() or ""


def octets(part):
    content = part.get_content()
    if content is None:
        return b""
    stream = GMime.StreamMem.new()
    content.write_to_stream(stream)
    return bytes(stream.get_byte_array() or b"")


def leaves(part):
    if isinstance(part, GMime.Multipart):
        for index in range(part.get_count()):
            yield from leaves(part.get_part(index))
    elif part is not None:
        yield part


def kind(part):
    return part.get_content_type().get_mime_type().lower()


# RFC 2183 s2: case means nothing.
def disposition(part):
    found = part.get_disposition()
    return None if found is None else found.lower()


def text_of(part):
    label = part.get_content_type_parameter("charset") or "utf-8"
    try:
        return octets(part).decode(label, "replace")
    except LookupError:
        return octets(part).decode("utf-8", "replace")


def bodies(message):
    found = {}
    others = []
    for part in leaves(message.get_mime_part()):
        shown = isinstance(part, GMime.Part) and part.get_filename() is None
        shown = shown and disposition(part) != "attachment"
        if kind(part) in ("text/plain", "text/html") and shown and kind(part) not in found:
            found[kind(part)] = text_of(part)
        else:
            others.append(part)
    return found.get("text/plain", ""), found.get("text/html", ""), others


def attachment(part):
    enclosed = None
    content = None
    filename = None
    if isinstance(part, GMime.MessagePart):
        inner = part.get_message()
        if inner is not None:
            enclosed = {"subject": inner.get_subject() or "", "text": bodies(inner)[0]}
        filename = part.get_content_disposition_parameter("filename") if part.get_content_disposition() else None
    elif isinstance(part, GMime.Part):
        content = base64.b64encode(octets(part)).decode()
        filename = part.get_filename()
    cid = part.get_content_id()
    return {
        "type": kind(part),
        "filename": filename,
        "disposition": disposition(part),
        "cid": None if cid is None else re.sub(r"^<|>$", "", cid),
        "content": content,
        "enclosed": enclosed,
    }


def reading(raw):
    parser = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(raw))
    message = parser.construct_message(None)
    text, html, others = bodies(message)
    date = message.get_date()
    headers = message.get_header_list()
    names = [headers.get_header_at(index).get_name().lower() for index in range(headers.get_count())]
    kinds = GMime.AddressType
    return {
        "from": addresses(message.get_addresses(kinds.FROM)),
        "sender": addresses(message.get_addresses(kinds.SENDER)),
        "to": addresses(message.get_addresses(kinds.TO)),
        "cc": addresses(message.get_addresses(kinds.CC)),
        "replyTo": addresses(message.get_addresses(kinds.REPLY_TO)),
        "subject": message.get_subject() or "",
        "messageId": header(message, "Message-ID"),
        "inReplyTo": header(message, "In-Reply-To"),
        "references": header(message, "References"),
        "date": None if date is None else int(date.to_unix()) * 1000,
        "text": text,
        "html": html,
        "attachments": [attachment(part) for part in others],
        "names": names,
        "custom": {},
        "defects": [],
    }


GMime.init()
for line in sys.stdin:
    try:
        answer = reading(base64.b64decode(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
