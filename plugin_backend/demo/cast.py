"""Who plays in the made-up mailbox. All of them are invented, and so are their firms."""

from __future__ import annotations

from plugin_backend.demo.scenes import Who

# The owner: she makes quiet rooms out of wool and old fishing nets, in Gothenburg.
ELIN = Who("Elin Sandberg", "elin@quietroom.example")
ELIN_PRIVATE = Who("Elin Sandberg", "elin.sandberg@postlada.example")

# Colleagues
LEIF = Who("Leif Nordin", "leif.nordin@quietroom.example")
PRIYA = Who("Priya Raman", "priya.raman@quietroom.example")

# No contact yet
HARUTO = Who("Haruto Ishikawa", "h.ishikawa@kumo-sekkei.example")
JONAS = Who("Jonas Feld", "jonas@hoerraum.example")

# Encounters
ANNIKA = Who("Annika Sørensen", "annika.sorensen@havnekontor.example")
BEATRIZ = Who("Beatriz Fontes", "b.fontes@hospital-santaclara.example")
EMILE = Who("Émile Roussel", "e.roussel@brasserie-lumen.example")
GRAHAM = Who("Graham Whitlock", "g.whitlock@whitlock-theatres.example")
HENRIK = Who("Henrik Dahl", "henrik.dahl@fjordskoler.example")
IVANA = Who("Ivana Petrović", "ivana.petrovic@dunavgradnja.example")
KAREL = Who("Karel Dvořák", "karel.dvorak@kavarna-slavia.example")
LUCIA = Who("Lucía Ferrer", "lucia.ferrer@bibliotecas-levante.example")
MAREK = Who("Marek Zieliński", "marek.zielinski@opera-baltycka.example")
NGOZI = Who("Ngozi Adeyemi", "ngozi.adeyemi@lagos-studios.example")
OKSANA = Who("Oksana Hrytsenko", "o.hrytsenko@teatr-dnipro.example")
ROHAN = Who("Rohan Mehta", "rohan.mehta@openclassroom.example")
SANNA = Who("Sanna Koskela", "sanna.koskela@rakennusopisto.example")
TOBIAS = Who("Tobias Kern", "t.kern@musikschule-illertal.example")

# Recognition
ANNA_AT_THE_HALL = Who("Anna Berglund", "anna.berglund@kulturhus-sund.example")
ANNA_AT_THE_AGENCY = Who("Anna Berglund", "anna@berglund-akustik.example")
BOGDAN = Who("Bogdan Ionescu", "bogdan.ionescu@filarmonica-olt.example")
CHIARA = Who("Chiara Bellandi", "chiara.bellandi@teatrominimo.example")
EWA = Who("Ewa Nowicka", "ewa.nowicka@cichaszkola.example")
ISABELLE = Who("Isabelle Tremblay", "isabelle.tremblay@boreal-festivals.example")
JUN = Who("Jun Park", "jun.park@hanok-hotels.example")
KERRY = Who("Kerry Flint", "kerry@flintfarmshop.example")
MOANA = Who("Moana Tautahi", "moana.tautahi@waimarie-schools.example")
PEKKA = Who("Pekka Laine", "pekka.laine@saunaseura.example")
RUTH = Who("Ruth Abramson", "ruth.abramson@abramson-architects.example")
RUTHS_PARTNER = Who("Owen Castellanos", "owen.castellanos@abramson-architects.example")
SAMUEL = Who("Samuel Osei", "samuel.osei@accra-soundlab.example")
WANJIRU = Who("Wanjiru Kamau", "w.kamau@library-uhuru.example")
WANJIRU_AT_HOME = Who("Wanjiru Kamau", "wanjiru.kamau@sanduku.example")
YUSUF = Who("Yusuf Demir", "yusuf@demir-hali.example")

# Relationship development
CAMILLE = Who("Camille Laurent", "camille.laurent@atelier-laurent.example")
CATARINA = Who("Catarina Melo", "catarina.melo@escolas-ribeira.example")
DUARTE = Who("Duarte Pinto", "duarte.pinto@escolas-ribeira.example")
FRIEDRICH = Who("Friedrich Aumann", "f.aumann@tuchfabrik-aumann.example")
JORIS = Who("Joris Achterberg", "joris.achterberg@stilteplan.example")
LERATO = Who("Lerato Mokoena", "lerato.mokoena@khaya-clinics.example")
MATTEO = Who("Matteo Ricci", "matteo.ricci@officina-ricci.example")
SIIRI = Who("Siiri Maripuu", "siiri.maripuu@villavabrik.example")

# Friendship and intimacy
DANIEL = Who("Daniel Sandberg", "daniel.sandberg@postlada.example")
SIGRID = Who("Sigrid Haugen", "sigrid@haugen-ull.example")
TOMAS = Who("Tomás Villalba", "tomas@villalba-luthier.example")

# Not persons
BILLING = Who("Molnet Billing", "billing@molnet.example")
FAIR_OFFICE = Who("Nordic Build Fair", "info@nordicbuild.example")
NEWSLETTER = Who("Acoustics Weekly", "newsletter@acousticsweekly.example")
PARCELS = Who("Paketlinjen", "noreply@paketlinjen.example")
ROOM = Who("Room Vinga", "room-vinga@quietroom.example")
SOUND_LIST = Who("Sound in Schools", "sound-in-schools@lists.schoolsound.example")
SUPPORT = Who("Measuring Kit Support", "support@messkoffer.example")
