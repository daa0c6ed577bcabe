//! `UniFFI`'s buffers by address, for Java: there a struct by value takes longer than the whole call.

use uniffi::{FfiBufferElement, FfiSerialize, RustBuffer};

/// Makes a buffer of zeros and writes where it is, as `UniFFI`'s functions read it from memory.
///
/// # Safety
///
/// Three elements can be written at `buffer`.
#[expect(unsafe_code, reason = "the same as UniFFI's own, but for the way back")]
#[unsafe(no_mangle)]
unsafe extern "C" fn sekisho_buffer_alloc(size: u64, buffer: *mut FfiBufferElement) {
    let place = unsafe { std::slice::from_raw_parts_mut(buffer, RustBuffer::SIZE) };
    RustBuffer::put(place, RustBuffer::new_with_size(size));
}

/// Frees a buffer that is written like that.
///
/// # Safety
///
/// At `buffer` is one that nobody has freed or given back.
#[expect(unsafe_code, reason = "the same as UniFFI's own, but for the way there")]
#[unsafe(no_mangle)]
unsafe extern "C" fn sekisho_buffer_free(buffer: *const FfiBufferElement) {
    RustBuffer::get(unsafe { std::slice::from_raw_parts(buffer, RustBuffer::SIZE) }).destroy();
}
