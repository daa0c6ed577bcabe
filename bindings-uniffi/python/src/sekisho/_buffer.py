"""The buffers in which data crosses over, written and read at once.

UniFFI's own grow and are read a number at a time, each in a call of its own: that takes half of the
time of a call. The generated code uses these as it uses them.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any

from ._rust import sekisho

generated: Any = sekisho

_PACKED = {
    name: struct.Struct(form).pack
    for name, form in [
        ("i8", ">b"),
        ("u8", ">B"),
        ("i16", ">h"),
        ("u16", ">H"),
        ("i32", ">i"),
        ("u32", ">I"),
        ("i64", ">q"),
        ("u64", ">Q"),
        ("float", ">f"),
        ("double", ">d"),
    ]
}


class Builder:
    """Takes the place of ``_UniffiRustBufferBuilder``."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.write = self._bytes.extend

    def finalize(self) -> Any:
        length = len(self._bytes)
        buffer = generated._UniffiRustBuffer.alloc(length)
        ctypes.memmove(buffer.data, bytes(self._bytes), length)
        buffer.len = length
        return buffer

    def discard(self) -> None:
        """There is nothing to free before the end."""


def _writer(name: str) -> Any:
    pack = _PACKED[name]

    def write(self: Builder, value: Any) -> None:
        self._bytes += pack(value)

    return write


for _name in _PACKED:
    setattr(Builder, f"write_{_name}", _writer(_name))


def _lower(converter: Any, value: Any) -> Any:
    builder = Builder()
    converter.write(value, builder)
    return builder.finalize()


def _lift(converter: Any, buffer: Any) -> Any:
    try:
        stream = generated._UniffiRustBufferStream.from_rust_buffer(buffer)
        value = converter.read(stream)
        if stream.remaining():
            raise generated.InternalError("bytes are left in a buffer")
        return value
    finally:
        buffer.free()


def _stream(kind: Any, buffer: Any) -> Any:
    length = buffer.len
    return kind(ctypes.string_at(buffer.data, length) if length else b"", length)


generated._UniffiRustBufferBuilder = Builder
generated._UniffiConverterRustBuffer.lower = classmethod(_lower)
generated._UniffiConverterRustBuffer.lift = classmethod(_lift)
generated._UniffiRustBufferStream.from_rust_buffer = classmethod(_stream)
# Of zeros, as a structure is that nothing was written to.
generated._UniffiRustCallStatus.default = staticmethod(generated._UniffiRustCallStatus)
