"""What is not a person, or is one through a machine: newsletters, receipts, a list, and notices of what somebody did elsewhere."""

from __future__ import annotations

from plugin_backend.demo.cast import (
    BILLING,
    CATARINA,
    DUARTE,
    ELIN,
    FAIR_OFFICE,
    GRAHAM,
    JORIS,
    LEIF,
    LUCIA,
    NEWSLETTER,
    PARCELS,
    PRIYA,
    ROHAN,
    RUTH,
    RUTHS_PARTNER,
    SANNA,
    SIIRI,
    SOUND_LIST,
    SUPPORT,
    YUSUF,
)
from plugin_backend.demo.scenes import Mail, Meeting, Scene, Thread, Who, failed, from_machine, mailing, passed

ROBOT = (("auto-submitted", "auto-generated"),)

NEWSLETTERS: tuple[Scene, ...] = tuple(
    from_machine(
        NEWSLETTER,
        ELIN,
        f"Acoustics Weekly {260 - week}: {theme}",
        3 + 7 * week,
        "ACOUSTICS WEEKLY\n\n* This week's measurement\n* Five products compared\n* Jobs\n\nYou receive this newsletter "
        "because you subscribed. To unsubscribe, click here: https://acousticsweekly.example/leave",
        headers=mailing("weekly.acousticsweekly.example"),
    )
    for week, theme in enumerate(
        (
            "the standard is out",
            "felt under test",
            "loud kitchens",
            "a hall in Oslo",
            "who buys whom",
            "microphones",
            "rain on roofs",
            "the quiet car",
        )
    )
)

RECEIPTS: tuple[Scene, ...] = (
    from_machine(
        BILLING,
        ELIN,
        "Your invoice MN-20417",
        12,
        "Your invoice MN-20417 over 39.00 EUR is ready. It will be charged to your card.\n\nThis message was generated "
        "automatically. Please do not reply.",
        headers=ROBOT,
    ),
    *(
        from_machine(
            PARCELS,
            ELIN,
            f"Your parcel {number} has been delivered",
            days_ago,
            f"Parcel {number} was delivered to your reception at 10:42.\n\nThis is an automatic message, please do not reply.",
            headers=ROBOT,
        )
        for number, days_ago in (("SE-4471", 70), ("SE-4490", 51), ("SE-4533", 15))
    ),
    from_machine(
        SUPPORT,
        ELIN,
        "[Ticket 8812] Calibration of your kit",
        18,
        "Dear customer,\n\nyour kit has been calibrated and leaves our workshop tomorrow.\n\nMeasuring Kit Support",
        headers=ROBOT,
    ),
    from_machine(
        FAIR_OFFICE,
        ELIN,
        "Nordic Build Fair: your exhibitor pass",
        57,
        "Dear exhibitor,\n\nyour pass for the Nordic Build Fair is attached. Doors open at eight.\n\nNordic Build Fair",
        headers=ROBOT,
    ),
)

ON_THE_LIST: tuple[Scene, ...] = tuple(
    Thread(
        subject=f"[Sound in Schools] {subject}",
        mails=(
            Mail(
                days_ago=days_ago,
                sender=sender,
                to=(SOUND_LIST,),
                text=text,
                headers=(
                    ("list-id", "<sound-in-schools.lists.schoolsound.example>"),
                    ("list-post", f"<mailto:{SOUND_LIST.address}>"),
                    ("precedence", "list"),
                ),
            ),
        ),
    )
    for subject, days_ago, sender, text in (
        ("Carpets in music rooms?", 39, SANNA, "Hello all,\n\ndoes anybody have figures for carpets in music rooms?\n\nSanna"),
        ("Bell that is kind", 25, ROHAN, "Dear list,\n\na school here replaced its bell by a wooden one. It works.\n\nRohan"),
    )
)

TEAMS = "noreply@email.teams.microsoft.com"
TEAMS_HOST = "email.teams.microsoft.com"

NOTICES: tuple[Scene, ...] = (
    from_machine(
        Who("Jun Park in Teams", TEAMS),
        ELIN,
        "Jun sent a message",
        9,
        "Jun sent a message in chat\n\nJun Park (External)\nHi Elin, which paper would you put in front of the wool, hanji "
        "or linen?\n\nReply in Teams\n\nThis email was sent from an unmonitored mailbox.",
        hour=7,
        headers=passed(TEAMS_HOST),
    ),
    from_machine(
        Who("Graham Whitlock in Teams", TEAMS),
        ELIN,
        "Graham sent a message",
        13,
        "Graham sent a message in chat\n\nGraham Whitlock (External)\nI need you to confirm a payment for me today.\n\nReply in Teams",
        headers=failed(TEAMS_HOST),
    ),
    from_machine(
        Who("LinkedIn", "invitations@linkedin.com"),
        ELIN,
        "Ngozi Adeyemi accepted your invitation",
        45,
        "Ngozi Adeyemi accepted your invitation. See what you have in common.\n\nUnsubscribe",
        headers=passed("linkedin.com"),
    ),
    from_machine(
        Who("Ivana Petrović", "noreply@skype.voicemail.microsoft.com"),
        ELIN,
        "Voice Mail (42 seconds)",
        25,
        "You received a voice mail from Ivana Petrović.\n\nHello Ms Sandberg, this is Ivana Petrović. It is about ninety "
        "rooms and four corridors. I will try again.\n\nThank you for using Transcription!",
        headers=passed("skype.voicemail.microsoft.com"),
    ),
    from_machine(
        Who("Rohan Mehta (Google Docs)", "comments-noreply@docs.google.com"),
        ELIN,
        "Classroom noise, the format of the data",
        57,
        "Rohan Mehta added a comment to the following document\n\nShould the age of the children be a column?\n\nOpen\n\nGoogle LLC",
        headers=passed("docs.google.com"),
    ),
    from_machine(
        Who("Hall and Echo", "donotreply@wordpress.com"),
        ELIN,
        "New post: What a carpet cannot do",
        29,
        "Hall and Echo posted: What a carpet cannot do.\n\nA carpet eats the high notes and leaves the rumble.\n\nRead more\n\nUnsubscribe",
        headers=(*passed("wordpress.com"), ("list-unsubscribe", "<https://wordpress.com/leave>")),
    ),
    from_machine(
        Who("LinkedIn", "invitations@linkedin.com"),
        ELIN,
        "Bram Verhoeven would like to join your network",
        55,
        "Bram Verhoeven would like to join your network. Accept or ignore.\n\nUnsubscribe",
        headers=passed("linkedin.com"),
    ),
)

AHEAD: tuple[Scene, ...] = (
    Meeting(
        title="Reading rooms: Porto meets Valencia",
        days=1,
        hour=14,
        minutes=45,
        organizer=CATARINA,
        guests=(ELIN, LUCIA),
        link="https://meet.google.com/por-tova-len",
    ),
    Meeting(
        title="Sound in public buildings: advisory circle",
        days=5,
        hour=13,
        minutes=120,
        organizer=RUTH,
        guests=(
            ELIN,
            LEIF,
            PRIYA,
            CATARINA,
            DUARTE,
            JORIS,
            SIIRI,
            YUSUF,
            GRAHAM,
            ROHAN,
            RUTHS_PARTNER,
        ),
        unanswered=(GRAHAM, ROHAN),
        declined=(DUARTE,),
        place="Byggnadsrådet, great hall",
    ),
    Meeting(title="Tea with Yusuf Demir", days=9, hour=13, organizer=YUSUF, guests=(ELIN,), place="Demir Halı, Istanbul", cancelled=True),
)

SCENES: tuple[Scene, ...] = (*NEWSLETTERS, *RECEIPTS, *ON_THE_LIST, *NOTICES, *AHEAD)
