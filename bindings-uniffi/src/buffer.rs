//! `UniFFI`'s buffers by address, where a struct by value takes longer than the whole call: in Java, and
//! in Python.

use std::ptr;

use uniffi::{FfiBufferElement, FfiSerialize, RustBuffer, RustCallStatus};

/// A function of `UniFFI`'s that reads its arguments from memory and writes its answer and status there.
type Function = unsafe extern "C" fn(*const FfiBufferElement, *mut FfiBufferElement);

/// `UniFFI`'s function that clones a handle of one kind.
type Clone = extern "C" fn(u64, &mut RustCallStatus) -> u64;

/// What stands for the length of an argument that is no bytes.
const NUMBER: i64 = -1;
const HANDLE: i64 = -2;

/// What a call came to that is not bytes alone, or too many.
#[repr(C)]
struct Answer {
    /// `UniFFI`'s status; 0 is success.
    status: i64,
    /// The number that was returned, or how many bytes.
    number: u64,
    /// With `number` and `data` a buffer to free.
    capacity: u64,
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

/// Calls a function with arguments from the caller's memory. Bytes that it returns are written to
/// `answer`, and how many they are is the result; for what else comes of it the result is -1, and an
/// `Answer` is written.
///
/// # Safety
///
/// - `function` has the form above and returns in `returned` elements: none, one (a number) or three
///   (a buffer).
/// - At `arguments` are `length` bytes: for each argument its length in 8 bytes and its own bytes, or
///   -1 and a number, or -2, a handle and the address of the function that clones it.
/// - At `answer` `room` bytes can be written, aligned to 8; that is enough for an `Answer`.
#[expect(unsafe_code, reason = "one call instead of one for each buffer that is made and freed")]
#[unsafe(no_mangle)]
unsafe extern "C" fn sekisho_call(
    function: Function,
    returned: usize,
    arguments: *const u8,
    length: usize,
    answer: *mut Answer,
    room: usize,
) -> i64 {
    let arguments = unsafe { elements(std::slice::from_raw_parts(arguments, length)) };
    let mut found = [FfiBufferElement::default(); RustBuffer::SIZE + RustCallStatus::SIZE];
    unsafe { function(arguments.as_ptr(), found.as_mut_ptr()) };
    let (value, after) = found.split_at(returned.min(RustBuffer::SIZE));
    let status = i64::from(i8::get(after));
    let mut written = Answer { status, number: 0, capacity: 0, data: ptr::null() };
    let buffer = match (status, returned) {
        (0, 0) => None,
        (0, 1) => {
            written.number = u64::get(value);
            None
        }
        (0, _) => Some(RustBuffer::get(value)),
        _ => Some(RustBuffer::get(after.split_at(i8::SIZE).1)),
    };
    match buffer {
        Some(buffer) if status == 0 && buffer.len() <= room => {
            let bytes = buffer.destroy_into_vec();
            unsafe { answer.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            return i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        }
        Some(buffer) => {
            written.number = buffer.len() as u64;
            written.capacity = buffer.capacity() as u64;
            written.data = buffer.data_pointer();
        }
        None => {}
    }
    unsafe { answer.write(written) };
    -1
}

/// The arguments in the form in which `UniFFI`'s functions read them: buffers copied, handles cloned.
///
/// # Safety
///
/// The arguments are as `sekisho_call` has them.
#[expect(unsafe_code, reason = "handles are cloned by a function that is given by its address")]
#[expect(clippy::cast_possible_truncation, reason = "an address is as wide as it is here")]
unsafe fn elements(mut arguments: &[u8]) -> Vec<FfiBufferElement> {
    let mut elements = Vec::with_capacity(4 * RustBuffer::SIZE);
    while let Some((length, rest)) = arguments.split_first_chunk() {
        arguments = rest;
        let mut place = [FfiBufferElement::default(); RustBuffer::SIZE];
        let size = match i64::from_ne_bytes(*length) {
            NUMBER => {
                u64::put(&mut place, number(&mut arguments));
                1
            }
            HANDLE => {
                let (handle, clone) = (number(&mut arguments), number(&mut arguments));
                let clone: Clone = unsafe { std::mem::transmute(clone as usize) };
                u64::put(&mut place, clone(handle, &mut RustCallStatus::default()));
                1
            }
            length => {
                let length = usize::try_from(length).unwrap_or(0).min(arguments.len());
                let (bytes, rest) = arguments.split_at(length);
                arguments = rest;
                RustBuffer::put(&mut place, RustBuffer::from_vec(bytes.to_vec()));
                RustBuffer::SIZE
            }
        };
        elements.extend(place.iter().take(size));
    }
    elements
}

/// The number that comes next.
fn number(arguments: &mut &[u8]) -> u64 {
    let Some((number, rest)) = arguments.split_first_chunk() else { return 0 };
    *arguments = rest;
    u64::from_ne_bytes(*number)
}
