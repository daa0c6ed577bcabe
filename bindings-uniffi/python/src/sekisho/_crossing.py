"""Calls of Rust, each in one step: arguments go over as bytes, and what comes back is bytes.

UniFFI's generated code makes and frees a buffer for every argument and answer, each in a call of its
own and with structures by value: that takes nine tenths of the time of a call. It uses what is here
instead, as it uses its own.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any, Callable, cast

from ._native import refuse_copy
from ._rust import sekisho

generated: Any = sekisho

#: Bytes of an answer that need no buffer of Rust's.
_ROOM = 1024
#: Status, number or length, capacity, address: `Answer` of buffer.rs.
_ANSWER = struct.Struct("=qQQQ").unpack_from
_LENGTH = struct.Struct("=q").pack
_NUMBER = struct.Struct("=qq").pack
_HANDLE = struct.Struct("=qQQ").pack
_NO_TIME = _LENGTH(1) + b"\0"
_TIME = struct.Struct(">?q").pack
_PACKED = {
    "u8": struct.Struct(">B").pack,
    "i32": struct.Struct(">i").pack,
    "i64": struct.Struct(">q").pack,
    "u64": struct.Struct(">Q").pack,
}

#: How many elements an answer takes in UniFFI's form.
_ELEMENTS = {None: 0, ctypes.c_uint64: 1, generated._UniffiRustBuffer: 3}

_library = generated._UniffiLib
_call = _library.sekisho_call
_call.argtypes = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.c_char_p,
    ctypes.c_size_t,
)
_call.restype = ctypes.c_int64

# Memory for answers that nobody uses now: threads and signal handlers each take their own.
_idle: list[Any] = []


class Library:
    """Takes the place of ``_UniffiLib``: what is of the form that arguments in memory need, is so."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(_library, name)
        in_memory = getattr(_library, name.replace("uniffi_", "uniffi_ffibuffer_", 1), None)
        if in_memory is not None:
            function = (_address(in_memory), _ELEMENTS[function.restype])
        setattr(self, name, function)
        return function


def _address(function: Any) -> int | None:
    return ctypes.cast(function, ctypes.c_void_p).value


class _Packed(bytes):
    """An argument as `sekisho_call` reads it."""


def call(errors: Any, function: Any, *arguments: int | bytes) -> Any:
    """Takes the place of ``_uniffi_rust_call_with_error``."""
    if type(function) is not tuple:
        return _call_by_value(errors, function, *arguments)
    address, elements = function
    packed = b""
    for argument in arguments:
        if type(argument) is bytes:
            packed += _LENGTH(len(argument)) + argument
        else:
            packed += argument if type(argument) is _Packed else _NUMBER(-1, argument)
    return _called(errors, address, elements, packed)


def _called(errors: Any, address: int, elements: int, packed: bytes) -> Any:
    try:
        answer = _idle.pop()
    except IndexError:
        answer = ctypes.create_string_buffer(_ROOM)
    try:
        length = _call(address, elements, packed, len(packed), answer, _ROOM)
        if length >= 0:
            return answer[:length]
        status, number, capacity, data = _ANSWER(answer)
    finally:
        _idle.append(answer)
    if status == 0 and data == 0:
        return number
    found = _taken(number, capacity, data)
    if status == 0:
        return found
    if status == 1:
        raise errors.lift(found)
    raise generated.InternalError(found.decode(errors="replace"))


def _taken(number: int, capacity: int, data: int) -> bytes:
    buffer = generated._UniffiRustBuffer(capacity, number, ctypes.cast(data, ctypes.POINTER(ctypes.c_char)))
    try:
        return ctypes.string_at(data, number)
    finally:
        buffer.free()


class Builder:
    """Takes the place of ``_UniffiRustBufferBuilder``."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.write = self.bytes.extend


def _writer(name: str) -> Any:
    pack = _PACKED[name]

    def write(self: Builder, value: Any) -> None:
        self.bytes += pack(value)

    return write


for _name in _PACKED:
    setattr(Builder, f"write_{_name}", _writer(_name))


def _lower(converter: Any, value: Any) -> bytes:
    builder = Builder()
    converter.write(value, builder)
    return bytes(builder.bytes)


def _lower_optional(converter: Any, value: Any) -> bytes:
    return b"\0" if value is None else _lower(converter, value)


def _lift(converter: Any, found: bytes) -> Any:
    stream = generated._UniffiRustBufferStream(found, len(found))
    value = converter.read(stream)
    if stream.remaining():
        raise generated.InternalError("bytes are left of an answer")
    return value


def replace(owner: Any, name: str, replacement: Any) -> Any:
    """Puts something in the place of what is in generated code, which another version of UniFFI's may
    not have.
    """
    replaced = getattr(owner, name)
    setattr(owner, name, replacement)
    return replaced


def written_by(record: str, value: Any) -> bytes:
    """A record of UniFFI's as it crosses over."""
    converter = getattr(generated, f"_UniffiFfiConverterType{record}")
    converter.check_lower(value)
    written: bytes = converter.lower(value)
    return written


def lifts(record: str, read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """An answer (or error) of this type is read so. What did it before is returned."""
    converter = getattr(generated, f"_UniffiFfiConverterType{record}")
    return cast("Callable[[bytes], Any]", replace(converter, "lift", read))


def calls_with_bytes(kind: Any, name: str, answer: str) -> None:
    """A method of a record, which is passed as bytes, and perhaps a time. It needs nothing of what UniFFI's
    code does to arguments before a call.
    """
    address, elements = getattr(
        generated._UniffiLib, f"uniffi_sekisho_uniffi_fn_method_{kind.__name__.lower()}_{name}"
    )
    errors = generated._UniffiFfiConverterTypeSekishoError
    converter = getattr(generated, f"_UniffiFfiConverterType{answer}")

    def method(self: Any, record: bytes, now: int | None = None) -> Any:
        time = _NO_TIME if now is None else _LENGTH(9) + _TIME(True, now)
        packed = b"".join((self._uniffi_clone_handle(), _LENGTH(len(record)), record, time))
        return converter.lift(_called(errors, address, elements, packed))

    replace(kind, name, method)


def _clone_in_call(kind: Any) -> None:
    """Has a handle cloned where it is used."""
    address = _address(getattr(_library, f"uniffi_sekisho_uniffi_fn_clone_{kind.__name__.lower()}"))

    def packed(self: Any) -> Any:
        try:
            return self._packed
        except AttributeError:
            self._packed = _Packed(_HANDLE(-2, self._handle, address))
            return self._packed

    replace(kind, "_uniffi_clone_handle", packed)


_call_by_value = replace(generated, "_uniffi_rust_call_with_error", call)
replace(generated, "_UniffiLib", Library())
replace(generated._UniffiConverterRustBuffer, "lower", classmethod(_lower))
replace(generated._UniffiConverterRustBuffer, "lift", classmethod(_lift))
replace(generated._UniffiFfiConverterString, "lower", str.encode)
replace(generated._UniffiFfiConverterString, "lift", bytes.decode)
for _name in vars(generated):
    if _name.startswith("_UniffiFfiConverterOptional"):
        replace(getattr(generated, _name), "lower", classmethod(_lower_optional))
for _kind in (generated.Verifier, generated.VerifierWithoutCounters):
    _clone_in_call(_kind)
for _kind in vars(generated).values():
    if hasattr(_kind, "_uniffi_clone_handle"):
        # Each frees its handle: whoever copied the number would free what is not theirs.
        _kind.__reduce__ = refuse_copy
