"""Those who are more than business: a violin maker, a shepherd, a husband; and the colleagues down the corridor."""

from __future__ import annotations

from plugin_backend.demo.cast import DANIEL, ELIN, ELIN_PRIVATE, JORIS, LEIF, PRIYA, SIGRID, TOMAS
from plugin_backend.demo.scenes import Mail, Meeting, Scene, Thread, between, mine, theirs

THE_VIOLIN_MAKER: tuple[Scene, ...] = (
    between(
        ELIN,
        TOMAS,
        "Taller silencioso",
        mine(742, "Querido Tomás:\n\nte propongo que hagamos juntos una pared de lana para tu taller. ¿Me mandas las medidas?\n\nElin"),
        theirs(740, "Querida Elin:\n\ncon mucho gusto. Te envío las medidas el lunes.\n\nTomás"),
        theirs(735, "Querida Elin:\n\nadjunto las medidas, como te prometí.\n\nTomás", attached="medidas.pdf"),
        mine(
            718,
            "Querido Tomás:\n\nadjunto el plano de la pared. Propongo dejar libre la esquina de los violines.\n\nElin",
            attached="pared.pdf",
        ),
        theirs(704, "Querida Elin:\n\nde acuerdo, la esquina queda libre. Decidido.\n\nTomás"),
        prefix="RE: ",
    ),
    Meeting(
        title="Building the wall with Tomás",
        days=-690,
        hour=9,
        minutes=240,
        organizer=TOMAS,
        guests=(ELIN,),
        place="Taller Villalba, Granada",
    ),
    between(
        ELIN,
        TOMAS,
        "Your father",
        theirs(
            601,
            "Dear Elin,\n\nmy father died on Sunday, in his sleep, with the window open. I wanted you to hear it from me. He "
            "always asked after the lady with the wool. I am sad, and my daughter keeps me company in the workshop.\n\nTomás",
        ),
        mine(
            600,
            "Dear Tomás,\n\nI am so sorry. I still see him tapping on every wall and laughing. My mother lights a candle for "
            "him tonight, and so do I. Embrace your daughter from us.\n\nElin",
        ),
    ),
    between(
        ELIN,
        TOMAS,
        "Knee and cello",
        mine(
            502,
            "Dear Tomás,\n\nI broke my knee on the ice, and now I sit at home and learn the cello with one leg on a chair. "
            "The children suffer. How are you, and how is your daughter?\n\nElin",
        ),
        theirs(
            500,
            "Dear Elin,\n\npoor knee! My daughter has moved to Seville and I miss her at breakfast. I go running again, "
            "badly. Play slowly, that helps the cello and the knee.\n\nTomás",
        ),
    ),
    between(
        ELIN,
        TOMAS,
        "Second wall",
        theirs(
            402, "Dear Elin,\n\nI propose a second wall, for the varnish room. Could you tell me if wool may hang near varnish?\n\nTomás"
        ),
        mine(401, "Dear Tomás,\n\nit may, with one metre between. The drawing is attached.\n\nElin", attached="varnish-room.pdf"),
    ),
    between(
        ELIN,
        TOMAS,
        "A granddaughter",
        theirs(
            305,
            "Dear Elin,\n\nI am a grandfather! She is called Alba, she weighs three kilos, and she has the hands of a "
            "pianist. I have been crying in the workshop all morning for joy.\n\nTomás",
        ),
        mine(
            304,
            "Dear Tomás,\n\nwhat happiness! Our whole family sings for Alba tonight, even our teenage son. I knit her a cap "
            "from the grey wool.\n\nElin",
        ),
    ),
    Meeting(
        title="Dinner at Tomás's", days=-210, hour=18, minutes=180, organizer=TOMAS, guests=(ELIN,), place="Carmen de los Villalba, Granada"
    ),
    between(
        ELIN,
        TOMAS,
        "Marathon",
        mine(
            178,
            "Dear Tomás,\n\nmy husband ran his first marathon on Saturday, with the dog for the last mile. I was so proud "
            "that I lost my voice. How does Alba sleep?\n\nElin",
        ),
        theirs(
            176,
            "Dear Elin,\n\nbravo for him and the dog! Alba sleeps when I play, and my daughter laughs at us. My heart is "
            "well again, the doctor says.\n\nTomás",
        ),
    ),
    between(
        ELIN,
        TOMAS,
        "Summer",
        theirs(
            88,
            "Dear Elin,\n\nwe spent the summer at the sea with Alba, and I taught her to whistle. My wife says that we both "
            "snore. Are you all healthy?\n\nTomás",
        ),
        mine(
            86,
            "Dear Tomás,\n\nwe are. Our son has fallen in love and speaks to nobody, and I swim in the fjord every morning. "
            "I miss your kitchen.\n\nElin",
        ),
    ),
    between(
        ELIN,
        TOMAS,
        "Cello, finally",
        mine(
            17,
            "Dear Tomás,\n\nI played the sarabande for my mother's birthday without a stop. She cried, and so did the dog. "
            "Come and visit us at Christmas!\n\nElin",
        ),
        theirs(16, "Dear Elin,\n\nI would have cried too. We come, all four of us, with Alba. My wife brings the ham.\n\nTomás"),
    ),
    Meeting(title="Lunch with Tomás", days=3, hour=11, minutes=90, organizer=TOMAS, guests=(ELIN,), place="Feskekörka, Gothenburg"),
)

THE_SHEPHERD: tuple[Scene, ...] = (
    between(
        ELIN,
        SIGRID,
        "Høstull",
        theirs(
            420,
            "Kjære Elin,\n\nthe autumn wool is in, softer than last year. I propose that you take the dark half. Could you "
            "tell me how much?\n\nSigrid",
        ),
        mine(418, "Kjære Sigrid,\n\nall of it, if I may. I attach the order.\n\nElin", attached="order-wool.pdf"),
        theirs(397, "Kjære Elin,\n\nit is on the ferry. The list of the bales is attached.\n\nSigrid", attached="bales.pdf"),
    ),
    Meeting(title="Shearing at Haugen", days=-330, hour=8, minutes=300, organizer=SIGRID, guests=(ELIN,), place="Haugen gård, Voss"),
    between(
        ELIN,
        SIGRID,
        "The old ram",
        theirs(
            188,
            "Kjære Elin,\n\nthe old ram died, the one that ate your hat. I buried him under the birch, and I miss him. How "
            "is your mother?\n\nSigrid",
        ),
        mine(
            187,
            "Kjære Sigrid,\n\npoor old thief. My mother is well and asks when you come to visit us. I still have what is "
            "left of the hat.\n\nElin",
        ),
    ),
    between(
        ELIN,
        SIGRID,
        "Spring lambs",
        mine(133, "Kjære Sigrid,\n\nhow many lambs are there? I dream of holding one again when my back allows it.\n\nElin"),
        theirs(132, "Kjære Elin,\n\nthirty-one! One of them is named after you, and it kicks. Take care of your back.\n\nSigrid"),
    ),
)

AT_HOME: tuple[Scene, ...] = (
    between(
        ELIN_PRIVATE,
        DANIEL,
        "Your father's clock",
        mine(
            64,
            "Darling,\n\nI found your father's clock behind the paint. I have wound it, and the house breathes differently. "
            "I love you.\n\nElin",
        ),
        theirs(
            64,
            "My love,\n\nhe would have pretended not to care. I sat in the car for a while after reading that. Home at six, "
            "I bring cinnamon buns.\n\nDaniel",
            hour=15,
        ),
    ),
    between(
        ELIN_PRIVATE,
        DANIEL,
        "The boy",
        theirs(
            22,
            "My love,\n\nour son came home with wet eyes and said nothing. I made pancakes. Could you talk to him tonight? "
            "He listens to you.\n\nDaniel",
        ),
        mine(22, "Darling,\n\nI will. It is the girl with the bicycle, I think. Thank you for the pancakes.\n\nElin", hour=15),
    ),
    between(
        ELIN_PRIVATE,
        DANIEL,
        "Saturday",
        mine(
            5,
            "Darling,\n\nI have booked the cabin for Saturday, only us and the dog. I need to sleep by the sea and hear "
            "nothing but you.\n\nElin",
        ),
        theirs(5, "My love,\n\nyes. I bring the stove and the bad wine. I have been tired too, and I missed us.\n\nDaniel", hour=16),
    ),
)

COLLEAGUES: tuple[Scene, ...] = (
    Meeting(
        title="Monday round",
        days=-63,
        hour=8,
        minutes=30,
        organizer=LEIF,
        guests=(ELIN,),
        place="Quietroom, kitchen table",
        times=9,
        every_days=7,
    ),
    between(
        ELIN,
        LEIF,
        "Felt press, new plates",
        theirs(
            38,
            "Elin,\n\nI propose that we change the plates of the press before winter. Could you look at the attached offer?\n\nLeif",
            attached="offer.pdf",
        ),
        mine(37, "Leif,\n\nI did. Agreed, take the thicker ones. My notes are attached.\n\nElin", attached="offer-with-notes.pdf"),
        theirs(28, "Elin,\n\nordered. I will fit them on the first Friday of next month.\n\nLeif"),
        mine(27, "Leif,\n\ngood. I suggest that we press Siiri's wool on them first.\n\nElin"),
    ),
    Thread(
        subject="Welcome to Priya",
        mails=(
            Mail(
                days_ago=15,
                sender=LEIF,
                to=(ELIN, PRIYA),
                text="Hello both,\n\nPriya begins on the first and takes the desk by the window. The key is with me.\n\nLeif",
            ),
        ),
    ),
    Thread(
        subject="Stations, minutes",
        mails=(
            Mail(
                days_ago=30,
                sender=LEIF,
                to=(ELIN, JORIS),
                text="Hello both,\n\nattached are the minutes of our last call about the stations. I will bring the ceiling "
                "sample next time.\n\nLeif",
                attached="minutes.pdf",
            ),
        ),
    ),
)

SCENES: tuple[Scene, ...] = (*THE_VIOLIN_MAKER, *THE_SHEPHERD, *AT_HOME, *COLLEAGUES)
