"""Those the owner does not know yet: nobody there, one mail one way, a crowd, a notice, a meeting that was not held, a plain no."""

from __future__ import annotations

from plugin_backend.demo.cast import (
    ANNIKA,
    BEATRIZ,
    CATARINA,
    CHIARA,
    ELIN,
    EMILE,
    GRAHAM,
    HARUTO,
    HENRIK,
    IVANA,
    JONAS,
    JORIS,
    KAREL,
    LEIF,
    LUCIA,
    MAREK,
    NGOZI,
    OKSANA,
    ROHAN,
    SAMUEL,
    SANNA,
    SIIRI,
    TOBIAS,
)
from plugin_backend.demo.scenes import Mail, Meeting, Scene, Thread, between, from_machine, mailing, mine, theirs

NOTHING_YET: tuple[Scene, ...] = (
    Meeting(
        title="Kumo Sekkei: quiet waiting rooms, first talk",
        days=6,
        hour=8,
        minutes=45,
        organizer=HARUTO,
        guests=(ELIN,),
        link="https://meet.google.com/kum-oqui-etr",
    ),
    *(
        from_machine(
            JONAS,
            ELIN,
            f"Hörraum Nr. {number}: {theme}",
            days_ago,
            "Liebe Leserinnen und Leser,\n\nin dieser Ausgabe:\n\n* Drei Hallen, ein Nachhall\n* Was Vorhänge wirklich "
            "bringen\n* Termine im Herbst\n\nJonas Feld\n\nSie erhalten diesen Newsletter, weil Sie ihn bestellt haben. "
            "Newsletter abbestellen: https://hoerraum.example/abmelden",
            headers=mailing("brief.hoerraum.example"),
        )
        for number, theme, days_ago in (
            (41, "Filz oder Holz", 95),
            (42, "Leise Kantinen", 65),
            (43, "Der Ton der Treppe", 33),
            (44, "Schulen", 4),
        )
    ),
)

COLD_MAILS: tuple[Scene, ...] = (
    between(
        ELIN,
        BEATRIZ,
        "Quieter nights on the ward",
        mine(
            58,
            "Dear Ms Fontes,\n\npatients on a ward sleep worse from talk at the desk than from machines. In four hospitals "
            "we measured it, and felt panels took six decibels away. Would you have a quarter of an hour for a call?\n\nKind "
            "regards\nElin Sandberg",
        ),
        mine(44, "Dear Ms Fontes,\n\nmay I ask once more whether the nights on your ward are a matter for you?\n\nElin Sandberg"),
        mine(23, "Dear Ms Fontes,\n\none last attempt: shall I send you the measurements of the four hospitals?\n\nElin Sandberg"),
    ),
    Thread(
        subject="Acoustics day in Porto, programme",
        mails=(
            Mail(
                days_ago=70,
                sender=CATARINA,
                to=(ELIN,),
                cc=(BEATRIZ,),
                hour=15,
                text="Dear Elin,\n\nattached is the programme of the acoustics day that I promised you. Your talk is at "
                "eleven, before the one about hospital nights. What do you think of the order?\n\nCatarina",
                attached="programme.pdf",
            ),
        ),
    ),
    between(
        ELIN,
        HENRIK,
        "Sound in the new school hall",
        mine(
            36,
            "Dear Mr Dahl,\n\nyour new hall has glass on three sides. I would like to show you what that does to a choir, "
            "and what can be done. Could we talk in October?\n\nElin Sandberg",
        ),
    ),
    Thread(
        subject="Automatic reply: Sound in the new school hall",
        mails=(
            Mail(
                days_ago=36,
                sender=HENRIK,
                to=(ELIN,),
                hour=16,
                text="I am out of the office until the end of the month and do not read my mail. In urgent cases please call "
                "the reception.\n\nHenrik Dahl",
                headers=(("auto-submitted", "auto-replied"), ("x-auto-response-suppress", "All")),
            ),
        ),
    ),
    between(
        ELIN,
        KAREL,
        "The ceiling of your café",
        mine(
            31,
            "Dear Mr Dvořák,\n\nI sat under your beautiful vault for an hour and could not hear my neighbour. I have an idea "
            "for it that nobody would see. May I show you a drawing?\n\nElin Sandberg",
        ),
    ),
    between(
        ELIN,
        EMILE,
        "Le bruit en salle",
        mine(
            52,
            "Bonjour Monsieur,\n\nà table chez vous samedi, nous devions crier pour nous entendre. Nous avons équipé douze "
            "restaurants de panneaux en laine. Pourrais-je vous montrer les mesures ?\n\nElin Sandberg",
        ),
        theirs(50, "Madame,\n\nmerci, mais cela ne nous intéresse pas. Merci de ne plus me contacter à ce sujet.\n\nÉmile Roussel"),
        prefix="RE: ",
    ),
)

THEY_WROTE_FIRST: tuple[Scene, ...] = (
    between(
        ELIN,
        TOBIAS,
        "Übungsräume zu laut",
        theirs(
            4,
            "Sehr geehrte Frau Sandberg,\n\nunsere elf Übungsräume liegen Wand an Wand, und die Trompete gewinnt immer. "
            "Können Sie mir sagen, was Filz an einer Tür bringt und was elf Räume kosten würden?\n\nMit freundlichen "
            "Grüßen\nTobias Kern\nMusikschule Illertal",
        ),
        prefix="AW: ",
    ),
    Thread(
        subject="Introduction: Lucía Ferrer and Elin Sandberg",
        mails=(
            Mail(
                days_ago=9,
                sender=CATARINA,
                to=(ELIN, LUCIA),
                hour=11,
                text="Elin, Lucía,\n\nI would like to introduce the two of you. Lucía builds libraries for children in Valencia, and her "
                "reading room hums. Elin makes rooms quiet. You two should talk.\n\nCatarina",
            ),
        ),
    ),
    between(
        ELIN,
        NGOZI,
        "Your talk about nets",
        theirs(
            47,
            "Dear Elin,\n\nI heard your talk about old fishing nets on the radio while mixing a record. No question, only "
            "joy: I did not know that waste could sound so soft.\n\nNgozi Adeyemi\nLagos Studios",
        ),
    ),
    between(
        ELIN,
        IVANA,
        "Hotel on the Danube",
        theirs(
            27,
            "Dear Ms Sandberg,\n\nwe rebuild a hotel on the Danube, ninety rooms. I will call you about the corridors.\n\nIvana Petrović",
        ),
    ),
    between(
        ELIN,
        ROHAN,
        "Open data on classroom noise",
        theirs(
            62,
            "Dear Elin,\n\nwe collect measurements of classroom noise from all over the world and put them on the web for "
            "everybody. Your figures from Portugal would be welcome there.\n\nRohan Mehta\nOpen Classroom",
        ),
    ),
    between(
        ELIN,
        MAREK,
        "Orchestra pit",
        theirs(
            40,
            "Dear Ms Sandberg,\n\nin our orchestra pit the brass measures 96 decibels in front of the violas. I shall be in "
            "Gothenburg in two weeks and will send you an invitation.\n\nMarek Zieliński",
        ),
    ),
)

NOT_QUITE_MET: tuple[Scene, ...] = (
    Meeting(
        title="Visit of the Opera Bałtycka", days=-26, organizer=MAREK, guests=(ELIN,), place="Quietroom, Packhusplatsen 4", cancelled=True
    ),
    Meeting(
        title="Harbour office, a look at the atrium",
        days=-38,
        organizer=ELIN,
        guests=(ANNIKA,),
        place="Havnekontoret, Aarhus",
        declined=(ANNIKA,),
    ),
    between(
        ELIN,
        ANNIKA,
        "Your atrium",
        mine(
            45,
            "Dear Annika Sørensen,\n\nI walked through your atrium last week and clapped my hands: four seconds. May I come "
            "and measure it?\n\nElin Sandberg",
        ),
    ),
    Meeting(
        title="Nordic Build Fair: round table on sound",
        days=-50,
        hour=12,
        minutes=120,
        organizer=GRAHAM,
        guests=(ELIN, LEIF, CATARINA, JORIS, SIIRI, SAMUEL, CHIARA, SANNA),
        place="Svenska Mässan, hall F",
    ),
    Meeting(
        title="Webinar: measuring rooms with a telephone",
        days=-21,
        hour=12,
        organizer=SANNA,
        guests=(ELIN,),
        link="https://us02web.zoom.us/w/84412279031",
        guests_hidden=True,
    ),
)

FADED: tuple[Scene, ...] = (
    between(
        ELIN,
        OKSANA,
        "Curtains for the small stage",
        theirs(
            1720,
            "Dear Elin,\n\nour small stage has a flutter echo behind the third row. Could you tell me which curtain would "
            "take it away?\n\nOksana Hrytsenko",
        ),
        mine(
            1717,
            "Dear Oksana,\n\ntake wool, 600 grams, hung with double width. I attach the measurement of such a stage.\n\nElin",
            attached="stage.pdf",
        ),
        theirs(1715, "Dear Elin,\n\nwe hung it, and the echo is gone. I will send you a photograph of the first night.\n\nOksana"),
    ),
)

SCENES: tuple[Scene, ...] = (*NOTHING_YET, *COLD_MAILS, *THEY_WROTE_FIRST, *NOT_QUITE_MET, *FADED)
