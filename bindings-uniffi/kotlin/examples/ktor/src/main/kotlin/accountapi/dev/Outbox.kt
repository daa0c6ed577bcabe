package accountapi.dev

import accountapi.Delivery
import accountapi.Message
import java.util.concurrent.CopyOnWriteArrayList
import sekisho.Identifier

/** Keeps messages, oldest first, instead of delivering them. */
class Outbox : Delivery {
    private val messages = CopyOnWriteArrayList<Message>()

    override suspend fun send(message: Message) {
        messages += message
    }

    /** The messages to this recipient; to all without one. */
    fun to(recipient: String?): List<Map<String, String>> =
        messages.filter { recipient == null || it.to.value == recipient }.map(::shown)

    private fun shown(message: Message): Map<String, String> {
        val isMail = message.to.type == Identifier.Type.EMAIL
        val sent =
            mapOf(
                "channel" to if (isMail) "email" else "sms",
                "to" to message.to.value,
                "templateType" to message.purpose.text,
                "code" to message.code,
                "locale" to message.locale,
                "text" to message.text,
            )
        return if (isMail) sent + ("subject" to message.subject) else sent
    }
}
