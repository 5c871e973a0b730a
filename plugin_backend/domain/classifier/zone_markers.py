"""The words that mail programs put between what somebody wrote and what they quote, forward or append, in many languages.

Tables only: to teach the scanner another program or language, add its words here. Everything is lower case, as the scanner compares.
"""

from __future__ import annotations

ORIGINAL_SEPARATORS = (
    "original message",
    "original appointment",
    "original mail",
    "original email",
    "original e-mail",
    "ursprüngliche nachricht",
    "urspruengliche nachricht",
    "originalnachricht",
    "originaltermin",
    "ursprünglicher termin",
    "message d'origine",
    "message d’origine",
    "message original",
    "rendez-vous d'origine",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "messaggio original",
    "oorspronkelijk bericht",
    "oprindelig meddelelse",
    "oprindelig besked",
    "original meddelelse",
    "ursprungligt meddelande",
    "originalmeddelande",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "eredeti üzenet",
    "özgün ileti",
    "orijinal mesaj",
    "исходное сообщение",
    "reply message",
    "reply separator",
)
"""Between dashes: what follows is quoted."""

FORWARD_SEPARATORS = (
    "forwarded by",
    "forwarded message",
    "forwarded letter",
    "forwarded mail",
    "forward message",
    "begin forwarded message",
    "weitergeleitete nachricht",
    "weitergeleitet von",
    "weitergeleitet durch",
    "anfang der weitergeleiteten",
    "message transféré",
    "message transmis",
    "réacheminé par",
    "transféré par",
    "début du message réexpédié",
    "début du message transféré",
    "mensaje reenviado",
    "reenviado por",
    "inicio del mensaje reenviado",
    "mensagem encaminhada",
    "encaminhado por",
    "início da mensagem reencaminhada",
    "messaggio inoltrato",
    "inoltrato da",
    "inizio messaggio inoltrato",
    "doorgestuurd bericht",
    "doorgestuurd door",
    "begin doorgestuurd bericht",
    "videresendt",
    "vidarebefordrat",
    "wiadomość przekazana",
    "przekazana wiadomość",
    "přeposlaná zpráva",
    "пересылаемое сообщение",
    "пересланное сообщение",
)
"""Between dashes, or alone on a line that ends with a colon: what follows is forwarded."""

UNDASHED_FORWARDS = tuple(word for word in FORWARD_SEPARATORS if word.startswith(("begin", "anfang", "début", "inicio", "início",
"inizio")))
"""Apple Mail writes these without dashes."""

FROM, SENT, TO, CC, SUBJECT, OTHER = "from", "sent", "to", "cc", "subject", "other"

HEADER_KEYS: dict[str, str] = {
    **dict.fromkeys(
        ("from", "von", "de", "da", "van", "от", "fra", "från", "od", "lähettäjä", "feladó", "kimden", "差出人", "发件人", "寄件者",
        "보낸 사람"), FROM
    ),
    **dict.fromkeys(
        (
            "sent", "date", "gesendet", "datum", "envoyé", "date d'envoi", "enviado", "enviado el", "enviado em", "fecha", "data",
            "inviato",
            "verzonden", "skickat", "sendt", "dato", "wysłano", "odesláno", "lähetetty", "päiväys", "elküldve", "gönderildi", "tarih",
            "дата", "отправлено", "送信日時", "日付", "日期", "发送时间",
        ),
        SENT,
    ),
    **dict.fromkeys(
        ("to", "an", "à", "para", "a", "aan", "til", "till", "do", "komu", "vastaanottaja", "címzett", "kime", "кому", "宛先", "收件人"), TO
    ),
    **dict.fromkeys(("cc", "kopie", "kopie an", "copie", "copie à", "copia", "c.c.", "kopia", "kopi", "копия", "抄送"), CC),
    **dict.fromkeys(
        (
            "subject", "betreff", "betrifft", "objet", "asunto", "assunto", "oggetto", "onderwerp", "emne", "ämne", "temat",
            "předmět", "aihe",
            "tárgy", "konu", "тема", "件名", "主题", "re",
        ),
        SUBJECT,
    ),
    **dict.fromkeys(("reply-to", "reply to", "antwort an", "bcc", "importance", "attachments", "organization", "wichtigkeit",
    "please respond to"), OTHER),
}  # fmt: skip
"""The first word of a line of a quoted header block, and which field it is."""

ATTRIBUTION_VERBS = (
    "wrote", "writes", "written", "said", "schrieb", "schreibt", "geschrieben", "a écrit", "écrit", "escribió", "escribio",
    "escreveu", "ha scritto",
    "scrisse", "schreef", "geschreven", "skrev", "skrifaði", "napisał", "napisała", "pisze", "napsal", "kirjoitti", "írta", "yazdı",
    "пишет", "написал",
    "написала", "писал", "のメール", "写道", "寫道", "님이 작성",
)  # fmt: skip
"""What an attribution line ("On ... wrote:") has as its verb."""

ATTRIBUTION_STARTS = (
    "on ", "am ", "le ", "el ", "em ", "il ", "op ", "den ", "på ", "dnia ", "w dniu ", "dne ", "a(z) ", "at ", "in ", "il giorno ",
    "mo", "di", "mi", "do",
    "fr", "sa", "so", "tu", "we", "th", "su", "ma", "vr", "za", "zo", "\"", "'", "<", "“", "„", "*on ", "quoting ",
)  # fmt: skip
"""How an attribution line may begin, other than with a figure."""

MOBILE_SIGNATURES = (
    "sent from ", "sent via blackberry",
    "sent via mobile", "sent by galaxy", "sent on the go", "sent with ", "get outlook for", "sent by my ", "sent using ",
    "sent wirelessly", "von meinem ",
    "von unterwegs gesendet", "gesendet mit", "gesendet von", "holen sie sich outlook", "outlook für", "envoyé de mon",
    "envoyé depuis", "envoyé à partir",
    "obtenez outlook", "télécharger outlook", "enviado desde", "enviado do meu", "enviado de mi", "enviado con", "obtener outlook",
    "obtenga outlook",
    "inviato da", "inviato dal", "verstuurd vanaf", "verzonden vanaf", "verstuurd met", "skickat från", "sendt fra", "lähetetty ",
    "wysłane z", "wysłano z",
    "отправлено с", "iphoneから送信", "发自我的",
)  # fmt: skip
"""A line that begins with one of these, and is short, was added by the device."""

LIST_FOOTERS = (
    "to unsubscribe", "unsubscribe", "you received this message because", "you are receiving this", "you receive this",
    "you are subscribed",
    "you're receiving this", "to stop receiving", "to post to this group", "to view this discussion", "view this message in context",
    "this email was sent from an unmonitored", "this email was sent to", "this message was sent to",
    "to respond to this text message", "reply in teams",
    "reply to this email directly", "reply to this email to comment", "you can snooze notifications", "view in the archives",
    "install microsoft teams",
    "visit topic or reply", "mute this topic", "manage your subscription", "manage preferences", "update your email preferences",
    "do you yahoo!?",
    "do you yahoo", "get your free download of msn", "get your private, free email", "join the world's largest e-mail",
    "send and receive hotmail",
    "get more from the web", "chat with friends online, try msn", "msn photos is", "your account help center help forum",
    "zum abbestellen", "abmelden:",
    "sie erhalten diese", "newsletter abbestellen", "se désabonner", "pour vous désabonner", "vous recevez ce", "para darse de baja",
    "darse de baja",
    "ha recibido este", "mailing list archive at nabble", "sent from the apache", "virus-free", "virenfrei",
    "this email has been checked for viruses",
)  # fmt: skip
"""A line that begins with one of these opens a footer that a list, a service or a provider appended."""

DISCLAIMER_WORDS = (
    "intended recipient", "intended solely for", "intended only for", "for the sole use of", "if you have received this e",
    "if you have received this m", "if you received this message in error",
    "received this message in error", "received this e-mail in error", "received this email in error", "received it in error",
    "property of enron",
    "this e-mail is confidential", "this email is confidential", "this message is confidential", "confidential and may be",
    "may contain confidential",
    "contains confidential", "may contain privileged", "contains privileged", "legally privileged", "privileged and confidential",
    "confidentiality notice",
    "this e-mail and any attachment", "this email and any attachment", "this message and any attachment", "this e-mail transmission",
    "consider the environment", "before printing this", "vertrauliche", "nicht der richtige adressat", "nicht der beabsichtigte",
    "diese e-mail enthält", "irrtümlich erhalten", "ses pièces jointes", "si vous avez reçu ce", "pensez à l'environnement",
    "avant d'imprimer",
    "pensez à l’environnement", "este mensaje es confidencial", "este mensaje y sus", "este correo electrónico y",
    "información confidencial",
    "si ha recibido este", "antes de imprimir", "questo messaggio", "esta mensagem", "aviso legal", "circular 230",
    "safe harbor statement",
)  # fmt: skip
"""Words that only a disclaimer says. They are looked for in the last paragraphs alone."""

CLOSINGS = frozenset(
    """
    thanks|thank you|thanks again|many thanks|thanks a lot|thanks in advance|thank you in advance|thanks so much|thank you very much
    thanks very much|thx|tks|ty
    thanks and regards|thanks & regards|thanks for your help|thank you for your help|thanks in anticipation|best|all the best
    best regards|best wishes|regards
    kind regards|warm regards|warmest regards|kindest regards|with kind regards|with best regards|sincerely|sincerely yours
    yours sincerely|yours truly|yours
    yours faithfully|respectfully|cheers|take care|cordially|love|lots of love|hugs|talk soon|see you|see ya|later|ciao|cu|br|rgds
    brgds|kr|warmly|xo|xoxo
    have a great day|have a good day|have a nice day|have a great weekend|have a good weekend|enjoy|hope this helps|hth|bye
    thanking you|gratefully
    mit freundlichen grüßen|mit freundlichen gruessen|mit freundlichem gruß|freundliche grüße|viele grüße|viele gruesse|liebe grüße
    beste grüße|herzliche grüße
    herzlichen gruß|herzliche grüsse|schöne grüße|grüße|gruß|mfg|lg|vg|danke|vielen dank|besten dank|herzlichst|alles gute
    hochachtungsvoll|bis bald
    danke und gruß|schönen gruß|schöne grüsse|freundliche grüsse|viele grüsse|liebe grüsse|beste grüsse
    cordialement|bien cordialement|bien à vous|bien à toi|sincères salutations|salutations|amicalement|très cordialement|merci
    merci d'avance|merci beaucoup
    à bientôt|bises|bisous|meilleures salutations|respectueusement|cdlt|bàv
    saludos|un saludo|saludos cordiales|un cordial saludo|atentamente|muchas gracias|gracias|un abrazo|abrazos|cordialmente|besos
    hasta pronto
    atenciosamente|abraço|obrigado|obrigada|cumprimentos|cordiali saluti|saluti|grazie|met vriendelijke groet|groeten|groetjes
    bedankt|med vänliga hälsningar
    hälsningar|med venlig hilsen|venlig hilsen|hilsen|mvh|vennlig hilsen|pozdrawiam|z poważaniem|mit besten grüßen|с уважением
    """.replace("\n", "|").replace("    ", "").split("|")
) - {""}
"""What stands before the name at the end, without its comma."""

SIGNATURE_WORDS = frozenset(
    """
    phone tel telephone telefon tél téléphone teléfono fon fax mobile mobil cell cellular handy pager office direct main email e-mail
    mail web www skype linkedin twitter ext x
    t f m p e w o inc inc. corp corp. corporation llc l.l.c. llp ltd ltd. limited gmbh ag kg mbh plc s.a. sarl s.à sas sl bv b.v. nv
    co co. company group partners
    associates university universität université institute bank museum director manager president vice-president vp evp svp ceo cfo
    cto coo chairman partner counsel attorney
    analyst assistant associate engineer consultant head senior chief officer coordinator administrator specialist supervisor
    secretary professor prof. dr. developer architect
    representative executive trader department dept dept. division floor suite street st. st ave avenue blvd road rd rd. box p.o.
    building bldg tower plaza square
    leiter leiterin geschäftsführer geschäftsführerin abteilung vorstand straße str. str postfach hrb ust-id directeur directrice
    responsable gérant rue cedex boîte
    directora gerente jefe jefa calle avenida área departamento services consulting technologies solutions systems international
    energy trading north america
    """.split()
)
"""Words by which a line at the end is taken for part of a signature: means of contact, forms of company, titles, addresses."""
