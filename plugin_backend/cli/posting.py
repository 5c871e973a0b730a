"""Sending a brief to its owner by e-mail, over a server of the owner's own."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from plugin_backend.settings import Settings
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.prepare_briefs import NotSent

TIMEOUT_SECONDS = 20.0
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
NOT_ACCEPTED = "The mail server did not take the brief: {}. Look at the ACQUAINT_SMTP settings."


def brief_mail(title: str, text: str, *, sender: str, to: str, now: datetime) -> EmailMessage:
    """A brief as a mail to its owner alone, marked as written by a machine, so that nobody's holiday note answers it."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = title
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text)
    return mail


def post(mail: EmailMessage, settings: Settings) -> None:
    """Send a mail.

    Raises:
        Invalid: the settings would send it in the clear over a network.
        NotSent: the server cannot be reached, or does not take it.
    """
    if settings.smtp_security == "none" and settings.smtp_host not in THIS_MACHINE:
        raise Invalid("A brief does not go over a network in the clear: set ACQUAINT_SMTP_SECURITY to starttls or tls.")
    try:
        with _server(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        # Its message may repeat addresses and words of the server's: the kind says enough.
        raise NotSent(NOT_ACCEPTED.format(type(error).__name__)) from None


def _server(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.ca_bundle or None)
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
