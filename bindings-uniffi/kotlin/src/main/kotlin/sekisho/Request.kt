package sekisho

import sekisho.internal.CodeCheck as RustCodeCheck
import sekisho.internal.CodeResend as RustCodeResend
import sekisho.internal.CodeSend as RustCodeSend
import sekisho.internal.PasswordCheck as RustPasswordCheck
import sekisho.internal.Presentation as RustPresentation

/** A password that the user has typed. */
public class PasswordCheck
    @JvmOverloads
    constructor(
        /** The signed-in user, by your own stable id of 1 to 256 bytes. */
        public val subject: String,
        /** The password as typed. */
        public val password: String,
        /** The user's stored hash; without one the answer is that of a wrong password. */
        public val passwordHash: String?,
        /** The session of the request, if the record shall be bound to it. */
        public val session: String? = null,
        /** What is to be approved, if the record shall be good for that alone. */
        public val operation: Operation? = null,
    ) {
        internal fun lower(): RustPasswordCheck =
            RustPasswordCheck(
                subject.wellFormed(),
                password.wellFormed(),
                passwordHash?.wellFormed(),
                session?.wellFormed(),
                operation?.json,
            )
    }

/** A code to be sent. */
public class CodeSend
    @JvmOverloads
    constructor(
        /** The signed-in user, by your own stable id of 1 to 256 bytes. */
        public val subject: String,
        /** Where the code goes. */
        public val to: Identifier,
        /** What the record will be good for: see [purposeOfCode]. A permission if not given. */
        public val purpose: Purpose? = null,
        /** The session of the request, if the record shall be bound to it. */
        public val session: String? = null,
        /** What is to be approved, if the record shall be good for that alone. */
        public val operation: Operation? = null,
    ) {
        internal fun lower(): RustCodeSend =
            RustCodeSend(subject.wellFormed(), to.lower(), purpose?.lower(), session?.wellFormed(), operation?.json)
    }

/** A challenge's code to be sent again. */
public class CodeResend
    @JvmOverloads
    constructor(
        /** The signed-in user, by your own stable id of 1 to 256 bytes. */
        public val subject: String,
        /** Where the first message went. */
        public val to: Identifier,
        /** The challenge of the send. */
        public val challenge: String,
        /** The session of the request. */
        public val session: String? = null,
        /** The operation of the send, if it had one: the message tells of it again. */
        public val operation: Operation? = null,
    ) {
        internal fun lower(): RustCodeResend =
            RustCodeResend(
                subject.wellFormed(),
                to.lower(),
                challenge.wellFormed(),
                session?.wellFormed(),
                operation?.json,
            )
    }

/** A code that the user has typed. */
public class CodeCheck
    @JvmOverloads
    constructor(
        /** The signed-in user, by your own stable id of 1 to 256 bytes. */
        public val subject: String,
        /** Where the client says the code was sent. */
        public val to: Identifier,
        /** The challenge of the send. */
        public val challenge: String,
        /** The code as typed. */
        public val code: String,
        /** The session of the request. */
        public val session: String? = null,
    ) {
        internal fun lower(): RustCodeCheck =
            RustCodeCheck(
                subject.wellFormed(),
                to.lower(),
                challenge.wellFormed(),
                code.wellFormed(),
                session?.wellFormed(),
            )
    }

/** A record that is shown for an operation. */
public class Presentation
    @JvmOverloads
    constructor(
        /** The signed-in user, by your own stable id of 1 to 256 bytes. */
        public val subject: String,
        /** The record, or a challenge whose code was used. */
        public val record: String,
        /** What the operation demands; a permission by any method if not given. */
        public val requirement: Requirement? = null,
        /** For single use: names this one request, so that repeating it is the same use. */
        public val idempotencyKey: String? = null,
        /** The session of the request. */
        public val session: String? = null,
        /** What is about to be done. */
        public val operation: Operation? = null,
    ) {
        internal fun lower(): RustPresentation =
            RustPresentation(
                subject.wellFormed(),
                record.wellFormed(),
                requirement?.lower(),
                idempotencyKey?.wellFormed(),
                session?.wellFormed(),
                operation?.json,
            )
    }
