"""Those who know the owner and whom she knows: a lunch, a thread, an introduction that both took up, a word of the owner's own."""

from __future__ import annotations

from plugin_backend.demo.cast import (
    ANNA_AT_THE_AGENCY,
    ANNA_AT_THE_HALL,
    BOGDAN,
    CHIARA,
    ELIN,
    EWA,
    ISABELLE,
    JUN,
    KERRY,
    LEIF,
    MOANA,
    PEKKA,
    ROOM,
    RUTH,
    RUTHS_PARTNER,
    SAMUEL,
    TOMAS,
    WANJIRU,
    WANJIRU_AT_HOME,
    YUSUF,
)
from plugin_backend.demo.scenes import Mail, Meeting, Scene, Thread, Who, between, mine, passed, theirs

MET: tuple[Scene, ...] = (
    Meeting(title="Lunch with Yusuf Demir", days=-34, hour=11, organizer=ELIN, guests=(YUSUF,), place="Kafé Magasinet, Gothenburg"),
    Meeting(
        title="Town library: walls that listen",
        days=-8,
        hour=9,
        minutes=90,
        organizer=RUTH,
        guests=(ELIN, LEIF, RUTHS_PARTNER),
        place="Quietroom, room Vinga",
        room=ROOM,
    ),
    Meeting(
        title="Hanok Hotels: paper walls",
        days=-17,
        hour=7,
        organizer=JUN,
        guests=(ELIN, LEIF),
        link="https://teams.microsoft.com/l/meetup-join/19%3ameeting_hanok",
    ),
    Meeting(
        title="Walk through the model of the concert shell",
        days=-43,
        hour=15,
        minutes=45,
        organizer=SAMUEL,
        guests=(ELIN,),
        place="https://framevr.io/accra-soundlab",
    ),
    Meeting(
        title="Phone call with Samuel Osei", days=-19, hour=14, minutes=30, organizer=ELIN, guests=(SAMUEL,), place="tel:+233-30-555-0142"
    ),
    between(
        ELIN,
        ISABELLE,
        "Our evening in Québec",
        theirs(
            49,
            "Dear Elin,\n\nyour idea about the tents by the river would make our festival bearable for the neighbours. I "
            "have to think about the money before I answer properly.\n\nIsabelle",
        ),
    ),
)

WROTE: tuple[Scene, ...] = (
    between(
        ELIN,
        CHIARA,
        "Prova a porte chiuse",
        theirs(
            29,
            "Dear Elin,\n\nin our little theatre the actors hear the ventilation more than each other. Could you tell me "
            "whether felt in the duct would help, or only hide it?\n\nChiara Bellandi\nTeatro Minimo",
        ),
        mine(
            28,
            "Dear Chiara,\n\nit helps if the noise comes from the fan, and not if it comes from the grille. Put your ear to "
            "both. I attach a sheet with the three things to listen for.\n\nElin",
            attached="three-things-to-listen-for.pdf",
        ),
        theirs(
            26,
            "Dear Elin,\n\nit is the grille. I would not have believed that I could hear the difference. What would you do "
            "with forty-year-old grilles?\n\nChiara",
        ),
        mine(
            25,
            "Dear Chiara,\n\nI would take them out for one rehearsal and listen. After that you will know what a new one is "
            "worth to you.\n\nElin",
        ),
    ),
    between(
        ELIN,
        PEKKA,
        "Sauna acoustics",
        mine(
            141,
            "Dear Pekka,\n\nyou wrote that silence is part of a good sauna. I measured ours: 19 decibels. What do you get in "
            "yours?\n\nElin Sandberg",
        ),
        theirs(139, "Dear Elin,\n\nwe get 23, and we are ashamed. The stove ticks. Do you know of a stove that does not?\n\nPekka Laine"),
        mine(
            137,
            "Dear Pekka,\n\nI know a smith in Värmland who casts the sides thicker, and that stops the ticking. I attach his "
            "drawing.\n\nElin",
            attached="stove.pdf",
        ),
    ),
    between(
        ELIN,
        BOGDAN,
        "The hall in Slatina",
        theirs(
            655,
            "Dear Ms Sandberg,\n\nour hall was a cinema, and the strings sound like a film. Could you give me your opinion "
            "on the attached plan?\n\nBogdan Ionescu",
            attached="hall.pdf",
        ),
        mine(
            651,
            "Dear Mr Ionescu,\n\nmy opinion: leave the balcony alone and raise the floor of the stage by forty centimetres. "
            "The plan with my notes is attached.\n\nElin Sandberg",
            attached="hall-with-notes.pdf",
        ),
        theirs(
            650,
            "Dear Ms Sandberg,\n\nforty centimetres it is. The carpenters begin in May. I shall tell you how the cellos like "
            "it.\n\nBogdan Ionescu",
        ),
    ),
    between(
        ELIN,
        EWA,
        "Quiet corners",
        theirs(
            88,
            "Dear Elin,\n\nat our school every class now has a corner with felt where a child may go. The idea came from "
            "your talk. The teachers go there too.\n\nEwa Nowicka",
        ),
    ),
    between(
        ELIN,
        EWA,
        "A book you would like",
        mine(
            71,
            "Dear Ewa,\n\nI read a book about the sound of snow and thought of your corners: it says that children hear a "
            "room before they see it. It made me change my mind about carpets.\n\nElin",
        ),
    ),
    between(
        ELIN,
        EWA,
        "Seventh corner",
        theirs(
            46,
            "Dear Elin,\n\nthe seventh corner is in the staff room. Nobody admits to using it, and it is never empty. My "
            "experience: adults need it more.\n\nEwa",
        ),
    ),
    between(
        ELIN,
        EWA,
        "Snow, again",
        mine(
            24,
            "Dear Ewa,\n\nthe first snow fell on Gothenburg, and the yard of the school next door is six decibels quieter. I "
            "measured it for you, for no other reason.\n\nElin",
        ),
    ),
)

INTRODUCED: tuple[Scene, ...] = (
    Thread(
        subject="Introduction: Moana Tautahi and Elin Sandberg",
        mails=(
            Mail(
                days_ago=14,
                sender=TOMAS,
                to=(ELIN, MOANA),
                text="Elin, Moana,\n\nI would like to introduce the two of you. Moana builds schools near Rotorua and sings. Elin "
                "makes wool keep quiet. You two should talk.\n\nTomás",
            ),
            Mail(
                days_ago=13,
                sender=MOANA,
                to=(ELIN,),
                cc=(TOMAS,),
                hour=8,
                text="Kia ora Elin, thank you, Tomás!\n\nElin, our children sing in the hall every morning, and the walls "
                "shout back. Would you tell me how you would begin?\n\nMoana",
            ),
            Mail(
                days_ago=12,
                sender=ELIN,
                to=(MOANA,),
                cc=(TOMAS,),
                hour=9,
                text="Dear Moana, dear Tomás,\n\nI would begin with the ceiling and leave the walls to the voices. Here is a "
                "recording of a hall before and after; listen to the consonants.\n\nElin",
                attached="before-and-after.mp3",
            ),
        ),
    ),
    between(
        ELIN,
        MOANA,
        "Singing hall",
        theirs(
            9,
            "Kia ora Elin,\n\nI played your recording to the children, and they heard it at once. Could you tell me how "
            "thick the wool on the ceiling should be?\n\nMoana",
        ),
        mine(
            8,
            "Dear Moana,\n\nfifty millimetres, with fifty of air behind it. The sheet with all sizes is attached.\n\nElin",
            attached="sizes.pdf",
        ),
    ),
)

KERRYS_NUMBER = "15550142233.15550160177.nettlewren7@txt.voice.google.com"
KERRY_BY_TEXT = Who("Kerry Flint (SMS)", KERRYS_NUMBER)

BY_TEXT: tuple[Scene, ...] = (
    Thread(
        subject="New text message from Kerry Flint",
        mails=(
            Mail(
                days_ago=14,
                sender=KERRY_BY_TEXT,
                to=(ELIN,),
                hour=12,
                text="Is wool really safe next to a bread oven? Which thickness would you put behind it?\n\nTo respond to "
                "this text message, reply to this email or visit Google Voice.",
                headers=passed("txt.voice.google.com"),
            ),
            Mail(
                days_ago=14,
                sender=ELIN,
                to=(KERRY_BY_TEXT,),
                hour=13,
                text="Not wool: stone wool, 40 mm, behind a steel sheet. I will send you the drawing tomorrow. Elin",
            ),
            Mail(
                days_ago=13,
                sender=KERRY_BY_TEXT,
                to=(ELIN,),
                hour=8,
                text="You just saved me a fire. What do I owe you, bread or money?\n\nTo respond to this text message, reply "
                "to this email or visit Google Voice.",
                headers=passed("txt.voice.google.com"),
            ),
        ),
    ),
    between(
        ELIN,
        KERRY,
        "Farm shop",
        theirs(16, "Hello Elin,\n\nKerry from the farm shop. You have my number now, I shall text you about the bakery.\n\nKerry Flint"),
    ),
)

TWO_ADDRESSES: tuple[Scene, ...] = (
    Thread(
        subject="Reading room in Nairobi",
        mails=(
            Mail(
                days_ago=33,
                sender=ELIN,
                to=(WANJIRU,),
                text="Dear Wanjiru,\n\nhere is the sketch of the reading room with the low shelves that you asked for. Which "
                "of the two entrances do the children use?\n\nElin",
                attached="reading-room.pdf",
            ),
            Mail(
                days_ago=31,
                sender=WANJIRU_AT_HOME,
                to=(ELIN,),
                hour=19,
                text="Dear Elin,\n\nI answer from home, the library is without power. The children use the small entrance, "
                "always. I propose that we move the shelves by two metres; I have drawn it into your sketch.\n\nWanjiru",
                attached="sketch-with-shelves.jpg",
            ),
            Mail(
                days_ago=30,
                sender=ELIN,
                to=(WANJIRU_AT_HOME,),
                text="Dear Wanjiru,\n\ntwo metres it is, agreed. I will send the new plan to both your addresses.\n\nElin",
            ),
            Mail(
                days_ago=29,
                sender=ELIN,
                to=(WANJIRU, WANJIRU_AT_HOME),
                text="Dear Wanjiru,\n\nthe new plan is attached, as promised.\n\nElin",
                attached="plan-2.pdf",
            ),
        ),
    ),
)

TWO_OF_ONE_NAME: tuple[Scene, ...] = (
    between(
        ELIN,
        ANNA_AT_THE_HALL,
        "Stage towers",
        theirs(40, "Hej Elin,\n\ncould you lend us four stage towers for the children's week?\n\nAnna Berglund\nKulturhuset Sund"),
        mine(39, "Hej Anna,\n\nyes. I will bring them on the Monday before.\n\nElin"),
        theirs(36, "Hej Elin,\n\nthe children have painted one of the towers green, and everybody loves it.\n\nAnna"),
    ),
    between(
        ELIN,
        ANNA_AT_THE_AGENCY,
        "Standard for open-plan offices",
        theirs(
            20,
            "Dear Elin,\n\nhow do you measure speech at three metres in an open-plan office? I would like your opinion "
            "before our panel.\n\nAnna Berglund",
        ),
        mine(
            19,
            "Dear Anna,\n\nin my experience with a voice and not with noise. I attach how we do it.\n\nElin",
            attached="speech-at-three-metres.pdf",
        ),
    ),
)

SCENES: tuple[Scene, ...] = (*MET, *WROTE, *INTRODUCED, *BY_TEXT, *TWO_ADDRESSES, *TWO_OF_ONE_NAME)
