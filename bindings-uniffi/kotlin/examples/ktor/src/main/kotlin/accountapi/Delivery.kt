package accountapi

import jakarta.mail.MessagingException
import jakarta.mail.Session
import jakarta.mail.internet.MimeMessage
import java.net.URI
import java.util.Properties
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory
import sekisho.Identifier

private val log = LoggerFactory.getLogger("accountapi.delivery")

/** The longest a relay may take for each answer, in milliseconds. */
private const val TIME_LIMIT = "15000"

/** Hands messages to their provider. */
fun interface Delivery {
    /** When this returns, the provider has taken the message; what it throws is a [Problem]. */
    suspend fun send(message: Message)
}

/** An SMTP relay: `smtps://user:password@mail.example.com`. It delivers no text messages. */
class Relay(
    private val url: URI,
    private val sender: String,
) : Delivery {
    private val session = Session.getInstance(properties(url.scheme))

    override suspend fun send(message: Message) {
        if (message.to.type != Identifier.Type.EMAIL) throw Problem.of(Refusal.CONNECTOR_NOT_FOUND)
        try {
            withContext(Dispatchers.IO) { hand(mail(message)) }
        } catch (cause: MessagingException) {
            log.error("the relay did not take a message: {}", cause.javaClass.simpleName)
            throw Problem.of(Refusal.CONNECTOR_FAILED)
        }
    }

    private fun mail(message: Message): MimeMessage =
        MimeMessage(session).apply {
            setFrom(sender)
            setRecipients(jakarta.mail.Message.RecipientType.TO, message.to.value)
            setSubject(message.subject, "UTF-8")
            setText(message.text, "UTF-8")
            saveChanges()
        }

    private fun hand(mail: MimeMessage) {
        val (user, password) = url.userInfo?.split(":", limit = 2)?.let { it[0] to it.getOrNull(1) } ?: (null to null)
        session.getTransport(url.scheme).use { relay ->
            relay.connect(url.host, url.port, user, password)
            relay.sendMessage(mail, mail.allRecipients)
        }
    }

    private fun properties(protocol: String): Properties {
        if (protocol != "smtp" && protocol != "smtps") fail("SEKISHO_SMTP_URL must begin with smtp:// or smtps://.")
        val times = listOf("connectiontimeout", "timeout", "writetimeout")
        return Properties().apply {
            times.forEach { put("mail.$protocol.$it", TIME_LIMIT) }
            put("mail.$protocol.ssl.checkserveridentity", "true")
            put("mail.$protocol.auth", (url.userInfo != null).toString())
        }
    }
}
