"""One line of a client becomes a request, or says what is wrong with it (`protocols.md`, head and section 1).

Strict: no type is bent to fit. Fields that nobody knows are ignored.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from actors.configuration.suggestions import did_you_mean
from actors.sessions.framing import LINE_MAX
from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError

SHOWN_MAX: Final = 60
"""Characters of a client's own words in a message to it: the longest request name has 19."""


class BadLineError(RequestError):
    """A line that is no request; ten of them in a row end a session. `ref` is the client's, where the line has one."""

    def __init__(self, code: str, message: str, ref: int | None = None) -> None:
        super().__init__(code, message)
        self.ref = ref


class _Head(msgspec.Struct):
    """What can be read of an object that is no request."""

    request: Any = None
    ref: Any = None


_decoder: Final[msgspec.json.Decoder[protocol.AnyRequest]] = msgspec.json.Decoder(protocol.AnyRequest)
_head_decoder: Final = msgspec.json.Decoder(_Head)
REQUESTS: Final = frozenset(str(kind.__struct_config__.tag) for kind in protocol.AnyRequest.__args__)


def decoded(line: bytes) -> protocol.AnyRequest:
    """The request in `line`.

    Args:
        line: bytes without their ending; more than `LINE_MAX` of them are refused unread.

    Raises:
        BadLineError: `UnknownRequest` for an object whose `request` is missing or unknown, else `BadMessage`.
    """
    if len(line) > LINE_MAX:
        raise BadLineError("BadMessage", f"the line is longer than {LINE_MAX} bytes")
    if not line or line.isspace():
        raise BadLineError("BadMessage", 'the line is empty; a request is an object, as {"request":"Ping","ref":1}')
    try:
        text = line.decode()
        return _decoder.decode(text)
    except UnicodeDecodeError as fault:
        raise BadLineError("BadMessage", f"the line is not UTF-8: {fault.reason} (byte {fault.start})") from None
    except RecursionError:
        raise BadLineError("BadMessage", "the line is nested too deeply") from None
    except msgspec.ValidationError as fault:
        raise _refusal(text, str(fault)) from None
    except msgspec.DecodeError as fault:
        raise BadLineError("BadMessage", f"the line is no JSON: {fault}") from None


def _refusal(text: str, reason: str) -> BadLineError:
    """What is wrong with JSON that is no request, after `reason`."""
    try:
        head = _head_decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return BadLineError("BadMessage", reason)
    ref = head.ref if type(head.ref) is int else None
    if head.request is None:
        return BadLineError("UnknownRequest", "the object has no field 'request'", ref)
    if not isinstance(head.request, str):
        return BadLineError("UnknownRequest", "field 'request' is no text", ref)
    if head.request not in REQUESTS:
        name = head.request[:SHOWN_MAX]
        return BadLineError("UnknownRequest", f"no request '{name}'{did_you_mean(name, REQUESTS)}", ref)
    return BadLineError("BadMessage", f"{head.request}: {reason}", ref)
