# UniFFI's Kotlin, made internal and made fast: a call passes addresses, as `Crossing` has it, where UniFFI
# would have JNA make structs and pass them by value. That took nine tenths of the time of a call.

# UniFFI declares what asynchronous functions would need, though there are none. Its structs hold others that
# are none any more.
/^\/\/ Define FFI callback types/ { in_callbacks = 1 }
/^\/\/ A JNA Library to expose/ { in_callbacks = 0 }
in_callbacks { next }

# The two structs become plain objects.
/^@Structure.FieldOrder\("(capacity|code)"/ { next }
/^(internal )?open class (RustBuffer|UniffiRustCallStatus) : Structure\(\)/ { sub(/ : Structure\(\)/, "") }
/class By(Value|Reference): (RustBuffer|UniffiRustCallStatus)\(\), Structure/ { sub(/, Structure.*/, "") }

# Bytes are copied at once: to have Rust's memory as a buffer of Java's takes longer.
{ sub(/rbuf\.data!!\.getByteBuffer\(0, rbuf\.capacity\)/, "ByteBuffer.allocate(rbuf.capacity.toInt())") }
{ sub(/rbuf\.writeField\("len", bbuf\.position\(\)\.toLong\(\)\)/, "rbuf.fill(bbuf.array(), bbuf.position())") }
{ sub(/rbuf\.asByteBuffer\(\)!!\.put\(byteBuf\)/, "rbuf.fill(byteBuf.array(), byteBuf.limit())") }
{ sub(/this\.data\?\.getByteBuffer\(0, this\.len\)/, "ByteBuffer.wrap(this.data!!.getByteArray(0, this.len.toInt()))") }

# No text that comes here has lone surrogates any more, and this is several times as fast.
/return Charsets\.UTF_8\.newEncoder\(\)\.run/ { print "        return ByteBuffer.wrap(value.toByteArray(Charsets.UTF_8))"; in_encoder = 1 }
in_encoder { if (/^        }/) in_encoder = 0; next }

# A call of an object's method keeps it open meanwhile. So does one that it is an argument of: UniFFI would
# pass on one that is closed, whose memory is freed.
/^    internal inline fun <R> callWithHandle\(block: \(handle: Long\) -> R\): R/ {
  print "    internal inline fun <R> callWithHandle(block: (handle: Long) -> R): R = held { block(uniffiCloneHandle()) }\n"
  sub(/callWithHandle\(block: \(handle: Long\) -> R\)/, "held(block: () -> R)")
}
{ sub(/return block\(this\.uniffiCloneHandle\(\)\)/, "return block()") }
{ sub(/return value\.uniffiCloneHandle\(\)/, "return value.callWithHandle { it }") }

/^internal object UniffiLib / { in_library = 1 }
in_library && /^}/ { in_library = 0; print; print_direct(); next }
in_library && /Native\.register/ { sub(/Native\.register.*/, "Direct.ensureInitialized()") }
in_library && /external fun / { declared = $0; next }
in_library && declared != "" { declare(declared $0); declared = ""; next }

# What stands at the top of the file is internal.
/^public / { sub(/^public /, "internal ") }
/^(open|sealed|enum|data|abstract|object|interface|class|fun|inline) / { sub(/^/, "internal ") }
/^( +\*\/|    @Throws\([A-Za-z]+::class\)) fun / { sub(/ fun /, " internal fun ") }
{ print }

# A function of UniFFI's by its declaration `external fun NAME(`a`: TYPE,…,uniffi_out_err: …, ): TYPE`.
function declare(text,   name, parameters, result) {
  name = text
  sub(/^ *external fun /, "", name)
  sub(/\(.*/, "", name)
  if (name ~ /rust_future|rustbuffer_(reserve|from_bytes)/) return
  parameters = text
  sub(/^[^(]*\(/, "", parameters)
  sub(/, *\): *[A-Za-z.]+ *$/, "", parameters)
  result = text
  sub(/^.*\): */, "", result)
  gsub(/ /, "", result)
  print "    fun " name "(" parameters "): " result " = crossing {"
  if (name ~ /rustbuffer_alloc$/) allocate()
  else if (name ~ /rustbuffer_free$/) free()
  else if (name ~ /_fn_(clone|free)_/) pass_handle(name, result)
  else pass_memory(name, parameters, result)
  print "    }"
}

function allocate() {
  print "        Direct.sekisho_buffer_alloc(size, answer)"
  print "        buffer()"
  direct[++directs] = "external fun sekisho_buffer_alloc(size: Long, buffer: Long)"
}

function free() {
  print "        put(buf)"
  print "        Direct.sekisho_buffer_free(arguments)"
  direct[++directs] = "external fun sekisho_buffer_free(buffer: Long)"
}

function pass_handle(name, result) {
  print "        succeed()"
  print "        Direct." name "(handle, answer).also { tell(uniffi_out_err) }"
  direct[++directs] = "external fun " name "(handle: Long, status: Long): " result
}

# To the form of the function that reads its arguments from memory and writes there its answer and the status.
function pass_memory(name, parameters, result,   count, each, i, parts) {
  count = split(parameters, each, /, */)
  for (i = 1; i < count; i++) {
    split(each[i], parts, /: */)
    print "        put(" parts[1] ")"
  }
  sub(/^uniffi_/, "uniffi_ffibuffer_", name)
  print "        Direct." name "(arguments, answer)"
  direct[++directs] = "external fun " name "(arguments: Long, answer: Long)"
  if (result == "Long") print "        long(uniffi_out_err)"
  else if (result == "RustBuffer.ByValue") print "        buffer(uniffi_out_err)"
  else if (result == "Unit") print "        tell(uniffi_out_err)"
  else { print "bindings.awk: an answer of a new type, " result >"/dev/stderr"; exit 1 }
}

function print_direct(   i) {
  print "\ninternal object Direct {"
  print "    init {"
  print "        Native.register(Direct::class.java, findLibraryName(componentName = \"sekisho\"))"
  print "    }\n"
  print "    fun ensureInitialized() = Unit\n"
  for (i = 1; i <= directs; i++) print "    " direct[i]
  print "}"
}
