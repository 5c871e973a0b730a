"""Those with whom the owner does something: pilots, series of meetings, turns on one topic; some on a plateau, sliding, or long silent."""

from __future__ import annotations

from plugin_backend.demo.cast import CAMILLE, CATARINA, DUARTE, ELIN, FRIEDRICH, JORIS, LEIF, LERATO, MATTEO, SIIRI
from plugin_backend.demo.scenes import Meeting, Scene, between, mine, theirs

SCHOOLS_BY_THE_RIVER: tuple[Scene, ...] = (
    between(
        ELIN,
        CATARINA,
        "Two classrooms as a pilot",
        theirs(
            128,
            "Dear Elin,\n\nI propose that we make two classrooms of the Ribeira school quiet together: you bring the panels, "
            "we measure before and after. The director agrees if we begin before Easter. What do you think?\n\nCatarina",
        ),
        mine(
            126,
            "Dear Catarina,\n\nyes, let us do it. I will send you the measuring plan by Friday, and twelve panels next week.\n\nElin",
            cc=(DUARTE,),
        ),
        mine(
            123,
            "Dear Catarina,\n\nthe measuring plan is attached, as promised. The panels left Gothenburg today.\n\nElin",
            attached="measuring-plan.pdf",
            cc=(DUARTE,),
        ),
        theirs(
            108,
            "Dear Elin,\n\nhere are the first measurements of both rooms, attached. The one with the panels is five decibels "
            "quieter, and the teacher says she goes home with a voice.\n\nCatarina",
            attached="ribeira-before-after.csv",
            cc=(DUARTE,),
        ),
        mine(
            106,
            "Dear Catarina,\n\nthat is more than I hoped for. I suggest that we add the corridor. Which of the two corridors "
            "is worse?\n\nElin",
            cc=(DUARTE,),
        ),
        theirs(
            92,
            "Dear Elin,\n\nthe upper one. We decided yesterday: go ahead with the upper corridor, twenty panels.\n\nCatarina",
            cc=(DUARTE,),
        ),
    ),
    Meeting(
        title="Ribeira schools: site visit",
        days=-81,
        hour=10,
        minutes=120,
        organizer=CATARINA,
        guests=(ELIN, DUARTE),
        place="Escola da Ribeira, Porto",
    ),
    between(
        ELIN,
        CATARINA,
        "Upper corridor",
        theirs(
            34,
            "Dear Elin,\n\nthe twenty panels hang. Here are the measurements, attached. Could you write the two pages for "
            "the council?\n\nCatarina",
            attached="corridor.csv",
            cc=(DUARTE,),
        ),
        mine(32, "Dear Catarina,\n\nwith joy. For whom are they, the teachers or the treasurer?\n\nElin", cc=(DUARTE,)),
        theirs(
            11,
            "Dear Elin,\n\nfor the treasurer. I propose that we show him the recording first and the figures afterwards. Do you "
            "agree?\n\nCatarina",
            cc=(DUARTE,),
        ),
        mine(
            10,
            "Dear Catarina,\n\nagreed, first the recording. I will send you the two pages for the council by the end of the month.\n\nElin",
            cc=(DUARTE,),
        ),
    ),
    between(
        ELIN,
        DUARTE,
        "Panels for the upper corridor",
        theirs(60, "Hello Elin,\n\ncould you tell me which screws you use on old plaster? I would like to order them this week.\n\nDuarte"),
        mine(59, "Hello Duarte,\n\nsix by sixty with a nylon plug. The drawing is attached.\n\nElin", attached="fixing.pdf"),
    ),
)

STUDIO_IN_LYON: tuple[Scene, ...] = (
    between(
        ELIN,
        CAMILLE,
        "Cloisons pour l'atelier",
        theirs(
            76,
            "Bonjour Elin,\n\nje vous propose de dessiner ensemble une cloison en laine pour notre atelier : vous la "
            "matière, nous la forme. Pouvez-vous m'envoyer trois échantillons ?\n\nCamille Laurent",
        ),
        mine(75, "Bonjour Camille,\n\navec plaisir. Je vous envoie les trois échantillons demain.\n\nElin"),
        theirs(
            55,
            "Bonjour Elin,\n\nvoici notre premier dessin en pièce jointe. La laine grise nous plaît le plus. Que pensez-vous "
            "de la courbe ?\n\nCamille",
            attached="cloison-1.pdf",
        ),
        mine(
            54,
            "Bonjour Camille,\n\nla courbe est belle, et elle renvoie la voix vers la fenêtre. Je propose de la casser en "
            "deux. Mon croquis est en pièce jointe.\n\nElin",
            attached="croquis.pdf",
        ),
        theirs(
            30,
            "Bonjour Elin,\n\nd'accord pour les deux courbes, c'est décidé. Je vous enverrai le plan définitif la semaine "
            "prochaine.\n\nCamille",
        ),
        mine(29, "Dear Camille,\n\nwonderful. I will send you the figures for the grey wool on Thursday.\n\nElin"),
        prefix="RE: ",
    ),
)

THE_DUTCH_SERIES: tuple[Scene, ...] = (
    Meeting(
        title="Stilteplan: quiet stations",
        days=-94,
        hour=9,
        minutes=45,
        organizer=JORIS,
        guests=(ELIN, LEIF),
        link="https://teams.microsoft.com/l/meetup-join/19%3ameeting_stilte",
        times=5,
        every_days=21,
    ),
    between(
        ELIN,
        JORIS,
        "Quiet stations",
        theirs(72, "Hi Elin,\n\ncould you send me the sample for the ceiling before we speak again?\n\nJoris"),
        mine(71, "Hi Joris,\n\nit is in the post.\n\nElin"),
    ),
)

MILL_IN_TARTU: tuple[Scene, ...] = (
    between(
        ELIN,
        SIIRI,
        "Wool from Estonian sheep",
        theirs(
            83,
            "Dear Elin,\n\nour mill has wool that nobody wants because it is too coarse. What would you need to try it for "
            "your panels?\n\nSiiri",
        ),
        mine(
            81,
            "Dear Siiri,\n\nforty kilos, washed. In my experience coarse wool is the better one for low notes. Could you "
            "tell me its thickness?\n\nElin",
        ),
        theirs(
            70,
            "Dear Elin,\n\nforty kilos are ready. The thickness is 38 microns; the sheet is attached. How would you press it?\n\nSiiri",
            attached="wool.pdf",
        ),
        mine(66, "Dear Siiri,\n\nI would press it twice and cold. What does the mill have for that, rollers or plates?\n\nElin"),
        theirs(
            52, "Dear Elin,\n\nrollers. My suggestion is to press it with steam once. Should I make you a square metre of each?\n\nSiiri"
        ),
        mine(50, "Dear Siiri,\n\nyes, one of each, please. I would measure both and tell you which one I believe in.\n\nElin"),
        theirs(18, "Dear Elin,\n\nboth pieces are on the way. Which result would make you buy a ton of it?\n\nSiiri"),
        mine(
            16,
            "Dear Siiri,\n\nthe one that takes four decibels at 125 hertz. I have thought about your steam: it might be the "
            "better idea of the two.\n\nElin",
        ),
    ),
)

ON_A_PLATEAU: tuple[Scene, ...] = (
    between(
        ELIN,
        LERATO,
        "Waiting rooms in Gqeberha",
        mine(
            310,
            "Dear Lerato,\n\nI propose that we make one waiting room quiet together and count how often the nurses have to "
            "call a name twice.\n\nElin",
        ),
        theirs(305, "Dear Elin,\n\nI like that. I will have the nurses count for a week, and send you the figures.\n\nLerato"),
        theirs(
            286,
            "Dear Elin,\n\nhere are the figures that I promised, attached: 41 names of 100 are called twice.\n\nLerato",
            attached="names.csv",
        ),
        mine(
            262,
            "Dear Lerato,\n\nthe panels are yours, I have sent them today. The plan is attached. Could you count again in "
            "four weeks?\n\nElin",
            attached="panels.pdf",
        ),
        theirs(
            232,
            "Dear Elin,\n\nwe counted again: 12 of 100. The list is attached. We decided to do the second waiting room as well.\n\nLerato",
            attached="names-2.csv",
        ),
        mine(205, "Dear Lerato,\n\nthen I suggest the children's ward as the second one. What do you think?\n\nElin"),
        theirs(178, "Dear Elin,\n\nthe children's ward it is. I have ordered the frames.\n\nLerato"),
    ),
    between(
        ELIN,
        LERATO,
        "Parcel for Khaya Clinics",
        mine(118, "Hi Lerato, the parcel arrives on Tuesday between 9 and 11 at gate B.\n\nElin"),
        theirs(117, "Hi Elin, Tuesday at gate B. Thanks!\n\nLerato"),
        mine(86, "Hi Lerato, the second parcel arrives on Wednesday at 10, gate B again.\n\nElin"),
        theirs(85, "Wednesday at 10, thanks!\n\nLerato"),
        mine(54, "Hi Lerato, the courier comes on Friday at 14:00 to pick up the empty boxes.\n\nElin"),
        theirs(53, "Friday at 14:00. Thank you!\n\nLerato"),
        mine(20, "Hi Lerato, next pick-up on Thursday at 9:30, gate A this time.\n\nElin"),
        theirs(19, "Gate A at 9:30. Thanks, Elin!\n\nLerato"),
    ),
    Meeting(
        title="Khaya Clinics: coffee over the camera",
        days=12,
        hour=10,
        minutes=30,
        organizer=LERATO,
        guests=(ELIN,),
        link="https://meet.google.com/kha-yacl-inc",
    ),
)

SLIDING: tuple[Scene, ...] = (
    between(
        ELIN,
        MATTEO,
        "A chair that keeps quiet",
        mine(342, "Dear Matteo,\n\nI propose that we build a chair together that does not scrape: your steel, my felt.\n\nElin"),
        theirs(338, "Dear Elin,\n\nyes! I will send you two steel feet next week.\n\nMatteo"),
        theirs(
            322,
            "Dear Elin,\n\nthe drawing of the feet is attached, and the feet themselves are in the post.\n\nMatteo",
            attached="feet.pdf",
        ),
        mine(
            301,
            "Dear Matteo,\n\nI glued felt under them and dragged them over stone. The recording is attached. I suggest a "
            "thicker rim.\n\nElin",
            attached="scrape.wav",
        ),
        theirs(277, "Dear Elin,\n\nagreed, a thicker rim. The new drawing is attached.\n\nMatteo", attached="feet-2.pdf"),
        mine(252, "Dear Matteo,\n\nthis one is silent. I propose six chairs for the reading room in Sund.\n\nElin"),
        theirs(226, "Dear Elin,\n\nsix chairs, decided. I will weld them in spring.\n\nMatteo"),
        mine(198, "Dear Matteo,\n\nhere is the order for the six chairs, attached.\n\nElin", attached="order.pdf"),
        theirs(
            170,
            "Dear Elin,\n\nthe first two chairs are finished, photographs attached. Could you tell me the colour of the felt?\n\nMatteo",
            attached="chairs.jpg",
        ),
        mine(142, "Dear Matteo,\n\nmoss green. I will send you a metre of it.\n\nElin"),
    ),
)

LONG_SILENT: tuple[Scene, ...] = (
    between(
        ELIN,
        FRIEDRICH,
        "Filz aus Resten",
        theirs(
            942,
            "Liebe Frau Sandberg,\n\nich schlage vor, dass wir gemeinsam Filz aus unseren Tuchresten pressen. Wir liefern "
            "die Reste, Sie die Presse. Können Sie mir sagen, wie viel Sie im Monat verarbeiten?\n\nFriedrich Aumann",
        ),
        mine(940, "Lieber Herr Aumann,\n\nsehr gern. Zwei Tonnen im Monat. Ich schicke Ihnen diese Woche einen Plan.\n\nElin Sandberg"),
        mine(936, "Lieber Herr Aumann,\n\nanbei der Plan, wie versprochen.\n\nElin Sandberg", attached="plan.pdf"),
        theirs(
            921,
            "Liebe Frau Sandberg,\n\nanbei die Liste unserer Reste mit Gewicht und Farbe. Die erste Lieferung ist "
            "unterwegs.\n\nFriedrich Aumann",
            attached="reste.pdf",
        ),
        mine(
            899,
            "Lieber Herr Aumann,\n\nder Filz ist gut geworden, die Messung ist im Anhang. Ich schlage Grau und Blau vor.\n\nElin Sandberg",
            attached="messung.pdf",
        ),
        theirs(880, "Liebe Frau Sandberg,\n\neinverstanden, wir machen Grau und Blau. Ich schicke Ihnen den Vertrag.\n\nFriedrich Aumann"),
        theirs(858, "Liebe Frau Sandberg,\n\nanbei der unterschriebene Vertrag.\n\nFriedrich Aumann", attached="vertrag.pdf"),
        mine(
            856,
            "Lieber Herr Aumann,\n\nmein Exemplar ist unterschrieben und liegt bei. Auf gute Zusammenarbeit!\n\nElin Sandberg",
            attached="vertrag-2.pdf",
        ),
        prefix="AW: ",
    ),
)

SCENES: tuple[Scene, ...] = (
    *SCHOOLS_BY_THE_RIVER,
    *STUDIO_IN_LYON,
    *THE_DUTCH_SERIES,
    *MILL_IN_TARTU,
    *ON_A_PLATEAU,
    *SLIDING,
    *LONG_SILENT,
)
