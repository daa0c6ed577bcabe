//! `UniFFI`'s buffers by address, where a struct by value takes longer than the whole call: in Java, and
//! in Python.

use std::ptr;

use uniffi::{FfiBufferElement, FfiSerialize, RustBuffer, RustCallStatus};

/// A function of `UniFFI`'s that reads its arguments from memory and writes its answer and status there.
type Function = unsafe extern "C" fn(*const FfiBufferElement, *mut FfiBufferElement);

/// What a call came to. What fits follows at once; what does not is at `data`.
#[repr(C)]
struct Answer {
    /// `UniFFI`'s status; 0 is success.
    status: i64,
    /// The number that was returned, or how many bytes.
    number: u64,
    /// With `number` and `data` a buffer to free.
    capacity: u64,
    /// Null where the bytes follow.
    data: *const u8,
}

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

/// Calls a function with arguments from the caller's memory, and writes what it came to into that.
///
/// # Safety
///
/// - `function` has the form above and returns in `returned` elements: none, one (a number) or three
///   (a buffer).
/// - At `arguments` are `length` bytes, all that it takes: for each a length of 8 bytes and what it
///   counts, or -1 and a number.
/// - At `answer` there is room for an `Answer` and `room` bytes after it.
#[expect(unsafe_code, reason = "one call instead of one for each buffer that is made and freed")]
#[unsafe(no_mangle)]
unsafe extern "C" fn sekisho_call(
    function: Function,
    returned: usize,
    arguments: *const u8,
    length: usize,
    answer: *mut Answer,
    room: usize,
) {
    let arguments = elements(unsafe { std::slice::from_raw_parts(arguments, length) });
    let mut found = [FfiBufferElement::default(); RustBuffer::SIZE + RustCallStatus::SIZE];
    unsafe { function(arguments.as_ptr(), found.as_mut_ptr()) };
    let (value, after) = found.split_at(returned.min(RustBuffer::SIZE));
    let status = i8::get(after);
    let (number, buffer) = match (status, returned) {
        (0, 0) => (0, None),
        (0, 1) => (u64::get(value), None),
        (0, _) => (0, Some(RustBuffer::get(value))),
        _ => (0, Some(RustBuffer::get(after.split_at(i8::SIZE).1))),
    };
    let written = Answer { status: status.into(), number, capacity: 0, data: ptr::null() };
    let Some(buffer) = buffer else {
        return unsafe { answer.write(written) };
    };
    let (number, capacity) = (buffer.len() as u64, buffer.capacity() as u64);
    if buffer.len() > room {
        let data = buffer.data_pointer();
        return unsafe { answer.write(Answer { number, capacity, data, ..written }) };
    }
    let bytes = buffer.destroy_into_vec();
    unsafe {
        answer.write(Answer { number, ..written });
        answer.add(1).cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
    }
}

/// The arguments in the form in which `UniFFI`'s functions read them, buffers copied.
fn elements(mut arguments: &[u8]) -> Vec<FfiBufferElement> {
    let mut elements = Vec::with_capacity(4 * RustBuffer::SIZE);
    while let Some((length, rest)) = arguments.split_first_chunk() {
        let mut place = [FfiBufferElement::default(); RustBuffer::SIZE];
        let length = i64::from_ne_bytes(*length);
        let (taken, size) = match usize::try_from(length) {
            Ok(length) => (length, RustBuffer::SIZE),
            Err(_) => (size_of::<i64>(), i64::SIZE),
        };
        let (bytes, rest) = rest.split_at(taken.min(rest.len()));
        match bytes.try_into() {
            Ok(number) if length < 0 => i64::put(&mut place, i64::from_ne_bytes(number)),
            _ => RustBuffer::put(&mut place, RustBuffer::from_vec(bytes.to_vec())),
        }
        elements.extend(place.iter().take(size));
        arguments = rest;
    }
    elements
}
