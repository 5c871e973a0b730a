"""French rules."""

from __future__ import annotations

from plugin_backend.domain.classifier.rules.rule import Rule, Sign
from plugin_backend.domain.tags import Substance

RULES: tuple[Rule, ...] = (
    Rule(
        name="fr_asks_to_act",
        shows=Substance.REQUEST,
        strength=0.85,
        phrases="""
        pourriez|pouvez|pourrais|peux|voudriez|voulez vous|tu|me|nous;
        pourriez-vous; pouvez-vous; voudriez-vous; accepteriez-vous; auriez-vous; pourrais-tu; peux-tu; veux-tu;
        accepteriez|auriez vous;
        merci de me|nous|bien|confirmer|vérifier|transmettre|renvoyer|préciser|répondre|prendre; merci d'envoyer|indiquer;
        je vous|te prie|demande|saurais * de; veuillez; serait-il possible; est-il possible; est-ce possible; avez-vous|as-tu;
        qu'en pensez-vous; qu'en penses-tu; que pensez-vous; j'ai|j'aurais besoin; nous avons|aurions besoin;
        dites-moi|dis-moi|envoyez-moi|envoie-moi|donnez-moi|donne-moi|confirmez-moi|rappelez-moi;
        votre|ton avis|accord|retour|réponse; je souhaiterais|voudrais savoir|connaître|avoir;
        quel|quelle|quels|quelles est|sont|serait
        """,
    ),
    Rule(
        name="fr_no_request",
        shows=Sign.NO_ANSWER_WANTED,
        phrases="""
        comment allez-vous; comment vas-tu; comment ça va; ça va; n'hésitez pas; n'hésite pas;
        veuillez trouver|agréer|recevoir|noter; vous trouverez; je vous prie d'agréer; je reste à votre; n'est-ce pas
        """,
    ),
    Rule(
        name="fr_promises",
        shows=Substance.COMMITMENT,
        strength=0.85,
        phrases="""
        je vous|t|te|le|la|les|lui|m enverrai|rappellerai|rappelle|ferai|dirai|transmettrai|confirmerai|apporterai|tiens|tiendrai|
        donnerai|appellerai|écrirai|préparerai|occupe;
        je t'enverrai|t'appelle|m'en occupe|m'occupe|reviens|reviendrai|m'engage|promets|ferai|vais;
        j'enverrai|apporterai|appellerai|irai;
        nous vous enverrons|rappellerons|tiendrons|ferons|transmettrons|confirmerons|livrerons;
        nous reviendrons|enverrons|ferons|livrerons; je vais vous|te|le|la|les|lui|demander|vérifier|voir|faire|préparer;
        vous recevrez; tu recevras; c'est promis; reviens vers vous|toi
        """,
    ),
    Rule(name="fr_hands_over_or_promises", shows=Sign.HANDS_OVER, phrases="""
        je vous|te envoie|transmets|fais|joins|remets; je t'envoie; nous vous envoyons|transmettons|adressons
        """),
    Rule(
        name="fr_hands_over",
        shows=Substance.DELIVERY,
        strength=0.85,
        phrases="""
        ci-joint|ci-jointe|ci-joints|ci-jointes; ci joint; en pièce jointe; en pj; pièce jointe .; voici;
        comme promis|convenu|demandé; vous trouverez; tu trouveras; veuillez trouver; à votre demande; en réponse à votre|ta;
        pour répondre à votre
        """,
    ),
    Rule(
        name="fr_refuses",
        shows=Substance.REFUSAL,
        strength=0.95,
        phrases="""
        pas intéressé|intéressée|intéressés|intéressées; pas intéressé·e; ne * intéresse|intéressent pas;
        ne souhaitons|souhaite|désirons|désire pas|plus; ne donnerons|donnerai|donnons pas * suite; désinscrire;
        désinscrivez-moi|désinscrivez-nous; désabonnez-moi|désabonner;
        retirez-moi|retirer|supprimez|supprimer * liste|adresse|fichier; ne plus * recevoir|contacter|envoyer|écrire|solliciter;
        merci de ne plus; cessez de|vos; arrêtez de; n'avons|n'ai pas|aucun besoin; ne correspond pas à * besoins;
        sommes|suis au regret; devons|dois décliner; déclinons|décline; non merci; pas d'intérêt; aucun intérêt
        """,
    ),
    Rule(
        name="fr_refuses_mildly",
        shows=Substance.REFUSAL,
        strength=0.5,
        phrases="""
        malheureusement * ne|pas; je ne peux|pourrai pas; nous ne pouvons|pourrons pas; ce n'est pas possible
        """,
    ),
    Rule(
        name="fr_presents",
        shows=Sign.PRESENTS,
        phrases="""
        mettre en relation|contact; mettre * en relation|contact; mets en relation|contact; mets * en relation|contact;
        vous présenter l'un; je te|vous présente monsieur|madame|m|mme|mon|ma; faire les présentations
        """,
    ),
    Rule(
        name="fr_presents_self",
        shows=Substance.INTRODUCTION,
        strength=0.75,
        phrases="""
        je me présente; me présenter; je m'appelle; mon nom est; je suis le|la nouveau|nouvelle; de la part de;
        m'a donné|conseillé|recommandé * votre|vous; on m'a donné votre
        """,
    ),
    Rule(
        name="fr_offers",
        shows=Substance.OFFER,
        strength=0.75,
        phrases="""
        je|nous peux|pouvons vous|te; je vous|te propose|conseille|recommande|suggère|offre; nous vous proposons|offrons|conseillons;
        nous proposons|offrons; à votre|ta disposition; si vous voulez|souhaitez|le; si tu veux; mon conseil|avis|expérience;
        d'après mon expérience; à mon avis; une idée; pourrait vous|t intéresser|aider; que je vous présente|envoie|montre;
        nous équipons
        """,
    ),
    Rule(
        name="fr_proposes",
        shows=Sign.PROPOSAL,
        phrases="""
        je propose; nous proposons; ma|notre proposition; et si on|nous; on pourrait; nous pourrions; je suggère; essayons; faisons;
        commençons; prenons; gardons; il faudrait|faut; on devrait; nous devrions; prochaine étape; ensemble; je serais d'avis
        """,
    ),
    Rule(
        name="fr_decides",
        shows=Sign.DECISION,
        phrases="""
        d'accord pour|avec|sur; je suis|sommes d'accord; ^ d'accord; c'est d'accord; ^ entendu; c'est entendu; ^ convenu;
        nous avons décidé|convenu|retenu|choisi; on a décidé; c'est décidé; décidé; ^ approuvé;
        est|sont approuvé|approuvée|validé|validée|acceptée|accepté; je valide; nous validons; ^ validé; marché conclu;
        c'est bon pour; on part sur; va pour; j'accepte; nous acceptons; avec plaisir
        """,
    ),
    Rule(
        name="fr_works_together",
        shows=Substance.JOINT_WORK,
        strength=0.6,
        phrases="""
        notre projet|essai|rapport|étude|travail|contrat|dossier; le|du projet|brouillon|rapport|contrat|devis|compte-rendu|dossier;
        j'ai|nous|avons modifié|corrigé|ajouté|relu|changé|terminé|commencé|mesuré|testé|installé;
        a été modifié|corrigé|terminé|installé|changé; résultats; mesures; prochaine|prochaines étape|étapes; version; avancement;
        état d'avancement; essais
        """,
    ),
    Rule(
        name="fr_personal",
        shows=Substance.PERSONAL,
        strength=0.75,
        phrases="""
        ma mère|fille|femme|soeur|sœur|famille|grand-mère|cousine;
        mon père|fils|mari|frère|anniversaire|grand-père|cousin|chat|chien; mes enfants|parents|filles|fils;
        votre|ta|ton mère|fille|femme|famille|père|fils|mari|frère|anniversaire; vos|tes enfants|parents; joyeux|bon anniversaire;
        décédé|décédée; est mort|morte; obsèques; enterrement; hôpital; maladie; enceinte; mariage; naissance; condoléances;
        bon rétablissement; tu me manques; je t'aime; je vous aime; j'ai peur; fière|fier de toi|vous; pleuré; dormi; je t'embrasse;
        on vous embrasse; vacances étaient; nos vacances; le week-end était
        """,
    ),
    Rule(
        name="fr_personal_slightly",
        shows=Substance.PERSONAL,
        strength=0.4,
        phrases="""
        comment allez-vous; comment vas-tu; vacances; week-end; noël; enfants; famille; dîner; fête; maison; félicitations
        """,
    ),
    Rule(
        name="fr_logistics",
        shows=Substance.LOGISTICS,
        strength=0.7,
        phrases="""
        rendez-vous; réunion; créneau; train; gare; vol; aéroport; hôtel; taxi; navette; parking; salle; entrée; à quelle heure;
        quelle heure; heures; disponible|disponibles|disponibilité|disponibilités;
        reporter|reporté|décaler|décalé|déplacer|annuler|annulé; agenda; vous convient; te convient; me convient;
        à lundi|mardi|mercredi|jeudi|vendredi|demain;
        lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche prochain|matin|soir|après-midi|à; je serai en retard; en retard;
        arriver|arrive|arriverai à; on se retrouve; nous nous retrouvons
        """,
    ),
    Rule(
        name="fr_courtesy",
        shows=Substance.COURTESY,
        strength=0.8,
        phrases="""
        merci; remercie; remercions; ^ parfait; ^ super; ^ très bien; ^ bien reçu; bien reçu; bien noté; c'est noté; ^ ok;
        ^ excellent; ^ magnifique; bonne journée|soirée|semaine|année|continuation; bon week-end|courage|voyage;
        bonnes fêtes|vacances; à bientôt; au plaisir; félicitations; bravo; de rien; pas de problème; pas de souci
        """,
    ),
    Rule(
        name="fr_update_request",
        shows=Substance.UPDATE_REQUEST,
        strength=0.9,
        phrases="""
        mettre à jour vos|votre|mes|tes|ton; mettez à jour; mise à jour de vos|votre;
        confirmez votre|vos inscription|adresse|e-mail|coordonnées|abonnement; confirmer votre inscription|adresse|e-mail|abonnement;
        rejoindre mon réseau; compléter|complétez votre profil
        """,
    ),
    Rule(
        name="fr_met",
        shows=Sign.MET,
        phrases="""
        suite à notre|votre rencontre|réunion|entretien|échange|visite|appel|conversation;
        après notre|votre rencontre|réunion|entretien|échange|visite|appel;
        lors de notre|la rencontre|réunion|entretien|échange|dernière;
        merci pour|de * visite|accueil|rencontre|échange|temps|déjeuner|réunion;
        ravi|ravie|heureux|heureuse de vous|t avoir|rencontré; plaisir de vous|te rencontrer|voir|avoir;
        comme convenu|évoqué|discuté hier|ce|lors|au; hier * rencontré|parlé|vu|discuté; compte-rendu; compte rendu
        """,
    ),
    Rule(name="fr_absent", shows=Sign.ABSENT, phrases="""
        absent|absente jusqu'au|du|de; suis absent|absente; en congé|congés; de retour le; absence du bureau
        """),
)  # fmt: skip
