"""German rules."""

from __future__ import annotations

from plugin_backend.domain.classifier.rules.rule import Rule, Sign
from plugin_backend.domain.tags import Substance

RULES: tuple[Rule, ...] = (
    Rule(
        name="de_asks_to_act",
        shows=Substance.REQUEST,
        strength=0.85,
        phrases="""
        könnten|können|könntest|kannst|würden|würdest sie|du|ihr; könntet|könnt ihr;
        bitte schicken|senden|geben|prüfen|teilen|sagen|melden|rufen|lassen|bestätigen|schauen|lesen|korrigieren|ergänzen|beantworten;
        bitte schick|sende|gib|prüfe|prüf|sag|melde|ruf|lass|bestätige|schau|lies|korrigiere|ergänze;
        schicken|senden|geben|sagen|nennen|teilen sie mir|uns * bitte; ich bitte|bräuchte; wir bitten|bräuchten;
        was bräuchten|brauchen sie|du|ihr; ich brauche * von ihnen|dir|euch; wir brauchen * von ihnen|dir|euch;
        haben sie|haben erfahrung|lust|zeit|interesse|fragen ?; hast du lust|zeit|interesse; wären sie|wärst bereit|du|so;
        darf ich * ?; dürfte|dürften ich|wir; ist es möglich; wäre es möglich; über eine * auskunft|antwort|rückmeldung|nachricht;
        um rückmeldung|antwort|auskunft|hilfe|bestätigung; ihre|deine|eure meinung|einschätzung|hilfe|zustimmung;
        würde * mich * freuen wenn; was meinen|denken|halten sie; was meinst|denkst|hältst du; sagen sie|sag mir|uns
        """,
    ),
    Rule(
        name="de_no_request",
        shows=Sign.NO_ANSWER_WANTED,
        phrases="""
        wie geht es ihnen|dir|euch; wie geht's; wie läuft's; stehe * gern|gerne zur verfügung; bei fragen; falls sie fragen;
        sollten sie fragen;
        wenn sie fragen; bei rückfragen; melden sie sich gern|gerne; bitte beachten; bitte finden; nicht wahr ?; oder ?; alles gut ?
        """,
    ),
    Rule(
        name="de_promises",
        shows=Substance.COMMITMENT,
        strength=0.85,
        phrases="""
        ich|wir schicke|schicken|sende|senden|melde|melden|rufe|rufen|kümmere|kümmern|prüfe|prüfen|kläre|klären|frage|fragen|bringe|
        bringen|liefere|liefern|bereite|bereiten|schreibe|schreiben|gebe|geben|übernehme|übernehmen|besorge|erledige|erledigen|leite;
        schicke|sende|melde|rufe|kümmere|prüfe|kläre|frage|bringe|liefere|schreibe|gebe|lege|erledige|besorge ich;
        schicken|senden|melden|prüfen|klären|bringen|liefern|geben|öffnen|entscheiden wir;
        ich werde * schicken|senden|melden|prüfen|klären|fragen|bringen|liefern; ich werde sie|dich|ihnen|dir|das|es|mich;
        wir werden sie|ihnen|das|es|uns; sie bekommen|erhalten; du bekommst|erhältst; ich verspreche; versprochen .; wird erledigt;
        mache ich; machen wir .; gehen * raus; kommen am|nächste|diese; ich bringe|komme;
        wir öffnen|liefern|schicken|bringen|kommen|messen
        """,
    ),
    Rule(
        name="de_hands_over",
        shows=Substance.DELIVERY,
        strength=0.85,
        phrases="""
        anbei; im anhang; angehängt; beigefügt; beiliegend; als anhang; in der anlage; hier ist|sind|kommt|kommen; hier der|die|das;
        wie versprochen|besprochen|gewünscht|erbeten|vereinbart; wie von ihnen|dir gewünscht|erbeten; zu ihrer frage|anfrage;
        ihre frage
        """,
    ),
    Rule(
        name="de_refuses",
        shows=Substance.REFUSAL,
        strength=0.95,
        phrases="""
        kein interesse; keinen bedarf; kein bedarf; nicht interessiert; bitte keine weiteren|werbung|mails|e-mails; keine werbung;
        keine weiteren mails|e-mails|nachrichten|angebote|anfragen; tragen|nehmen|streichen|löschen sie mich|uns|meine|unsere;
        lösch mich|meine; aus * verteiler|liste; abmelden .; nicht mehr anschreiben|kontaktieren|anrufen|schreiben;
        schreiben sie mir|uns nicht; wir müssen|lehnen * ablehnen|ab; ich lehne; muss ich ablehnen; leider ablehnen;
        von weiteren * abzusehen|absehen; sehen sie von * ab; kommt für uns nicht; passt nicht zu uns;
        haben uns dagegen|anders entschieden
        """,
    ),
    Rule(
        name="de_refuses_mildly",
        shows=Substance.REFUSAL,
        strength=0.5,
        phrases="""
        leider kann|können ich|wir nicht|ihnen; das geht leider nicht; leider nicht möglich; kann|können ich|wir leider nicht;
        nein danke; ^ danke nein
        """,
    ),
    Rule(
        name="de_presents",
        shows=Sign.PRESENTS,
        phrases="""
        darf ich * bekannt|vorstellen; ich möchte euch|sie|dich * vorstellen|bekannt|verbinden;
        euch|sie beide|miteinander|einander * vorstellen|verbinden|bekannt; bringe euch|sie|dich * zusammen|in;
        ich stelle euch|ihnen|dir * vor; in kontakt bringen; miteinander in kontakt; lernt euch kennen
        """,
    ),
    Rule(
        name="de_presents_self",
        shows=Substance.INTRODUCTION,
        strength=0.75,
        phrases="""
        mein name ist; ich möchte|darf mich * vorstellen; mich kurz vorstellen; ich stelle mich * vor; ich bin die|der neue;
        ihren|deinen namen|kontakt|adresse habe ich; habe ich ihren namen|kontakt|adresse; hat mir * gesagt dass sie;
        hat mir ihren|deinen namen|kontakt; auf empfehlung von
        """,
    ),
    Rule(
        name="de_offers",
        shows=Substance.OFFER,
        strength=0.75,
        phrases="""
        ich|wir biete|bieten; ich kann ihnen|dir|euch; wir können ihnen|dir|euch; kann ich * helfen|schicken|anbieten;
        gern|gerne helfen|helfe|zeige|zeigen|schicke|erkläre; darf ich ihnen|dir|euch; mein rat|tipp; meiner erfahrung|meinung nach;
        aus unserer|meiner erfahrung; ich würde empfehlen|raten|zuerst|erst; ich empfehle|rate; eine idee|anregung; ein gedanke;
        vielleicht hilft; falls sie möchten; wenn sie möchten|wollen|mögen; könnte sie|dich interessieren; hilft ihnen|dir
        """,
    ),
    Rule(
        name="de_proposes",
        shows=Sign.PROPOSAL,
        phrases="""
        ich schlage vor; schlage ich; ich schlage; wir schlagen; mein|unser vorschlag; ^ vorschlag; lassen sie uns; lass uns;
        lasst uns; wollen wir; sollen|sollten wir; wie wäre es; gemeinsam mit ihnen|dir|euch;
        mit ihnen|dir|euch * schreiben|messen|bauen|machen|planen|vermessen; würden|würde * gern|gerne * mit|gemeinsam
        """,
    ),
    Rule(
        name="de_decides",
        shows=Sign.DECISION,
        phrases="""
        ^ einverstanden; bin|sind * einverstanden; ^ abgemacht; abgemacht .; wir haben entschieden|beschlossen|vereinbart;
        hat entschieden|beschlossen|zugestimmt|genehmigt; haben entschieden|beschlossen|zugestimmt; es bleibt so; so machen wir;
        machen wir so; ^ genehmigt; ist|sind genehmigt|freigegeben|beschlossen; freigegeben .; ich stimme zu; wir stimmen zu;
        wir nehmen; dann nehmen wir; es gilt; ^ ja gern|gerne; ^ sehr gern|gerne; ^ und ob; ^ mit freude; ^ beschlossen
        """,
    ),
    Rule(
        name="de_works_together",
        shows=Substance.JOINT_WORK,
        strength=0.6,
        phrases="""
        unser projekt|versuch|bericht|entwurf|plan|antrag|vertrag; entwurf; auswertung; bericht; angebot|vertrag liegt|ist; geändert;
        ergänzt; überarbeitet; korrigiert; eingereicht; eingebaut; ausgewertet; gemessen; getestet; installiert; umgestellt;
        umgedreht; abgeschaltet; gestartet; geöffnet; fertig; zwischenstand; stand der dinge; beobachtungen; ergebnis; ergebnisse;
        messung; nächste|nächster|nächsten schritt|schritte; gemeinsam; wir haben nur|die|das|den; hat recht; alles hängt;
        seit heute * aus|an
        """,
    ),
    Rule(
        name="de_personal",
        shows=Substance.PERSONAL,
        strength=0.75,
        phrases="""
        meine|unsere mutter|tochter|frau|schwester|familie|kinder|oma|hochzeit|eltern|kleine|große|katze;
        mein|unser vater|sohn|mann|bruder|opa|kleiner|hund|geburtstag;
        meiner|meinem|meinen|unserer mutter|tochter|frau|schwester|familie|vater|sohn|mann|bruder|kindern|eltern;
        deine|ihre mutter|tochter|frau|schwester|familie|kinder|hochzeit; dein|ihr vater|sohn|mann|bruder|geburtstag;
        der|die kleine ist; geburtstag; gestorben; verstorben; beerdigung; beileid; krankenhaus; krank; operation; schwanger;
        geheiratet; hochzeit; gute besserung; ich vermisse|liebe; hab dich|euch lieb; stolz auf; ich habe angst; geweint; geschlafen;
        enkel; patenkind; taufe; im urlaub waren|war; urlaub war; unser urlaub; wochenende war; war das wochenende|der urlaub;
        zum geburtstag; umarmung; ich wollte dass sie es wissen; lange nichts gehört
        """,
    ),
    Rule(
        name="de_personal_slightly",
        shows=Substance.PERSONAL,
        strength=0.4,
        phrases="""
        wie geht es ihnen|dir|euch; wochenende; urlaub; ferien; weihnachten; kuchen; abendessen; feier; zuhause; zu hause; kinder;
        vater; mutter; tochter; sohn; bruder; schwester; herzlichen glückwunsch
        """,
    ),
    Rule(
        name="de_logistics",
        shows=Substance.LOGISTICS,
        strength=0.7,
        phrases="""
        uhr; termin; treffpunkt; zug; bahnhof; flug; flughafen; hotel; taxi; ankunft; abfahrt; parkplatz; eingang; raum;
        besprechungsraum; kalender; verschieben; verschoben; absagen; einwahl; einwählen; einwahldaten; passt ihnen|dir|euch|mir|uns;
        wann passt|können|kannst|kommen|kommst; haben|hast * zeit ?; am montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag;
        treffen wir; bis morgen|montag|dienstag|mittwoch|donnerstag|freitag|dann|später; komme|kommen * später;
        diese|nächste woche anrufen|telefonieren|treffen; verspätung
        """,
    ),
    Rule(
        name="de_courtesy",
        shows=Substance.COURTESY,
        strength=0.8,
        phrases="""
        danke; vielen|besten|herzlichen|lieben dank; dankeschön; ich danke; wir danken; ^ super; ^ prima; ^ perfekt; ^ wunderbar;
        ^ großartig; ^ toll; ^ schön; ^ klasse; ^ ok; ^ okay; ^ gut; freue mich; freuen uns; schönes wochenende;
        schönen abend|tag|urlaub; gute reise; frohe weihnachten; frohes|gutes neues; glückwunsch; gern geschehen; erhalten .;
        angekommen .; zur kenntnis; alles klar; kein problem; keine ursache; bis bald; notiert
        """,
    ),
    Rule(
        name="de_update_request",
        shows=Substance.UPDATE_REQUEST,
        strength=0.9,
        phrases="""
        kontaktdaten|adresse|daten|profil|angaben * aktualisieren|prüfen|bestätigen|vervollständigen;
        aktualisieren|bestätigen|vervollständigen sie * daten|profil|adresse|kontaktdaten|angaben|anmeldung|e-mail-adresse;
        meinem netzwerk hinzufügen; zu meinem netzwerk
        """,
    ),
    Rule(
        name="de_met",
        shows=Sign.MET,
        phrases="""
        nach ihrem|deinem|eurem|unserem besuch|gespräch|treffen|termin|telefonat;
        danke für * besuch|gespräch|treffen|telefonat|termin|zeit; dank für * besuch|gespräch|treffen|telefonat|termin|zeit;
        schön * kennenzulernen|kennengelernt|gesehen|getroffen; es war schön|nett|gut; hat mich gefreut sie|dich;
        wie heute|gestern|vorhin besprochen|gesagt; wie besprochen;
        in unserem|unserer|der gestrigen|heutigen gespräch|treffen|besprechung|sitzung;
        gestern|heute * besprochen|gesprochen|getroffen|gesehen; protokoll;
        bei unserem|unserer treffen|termin|gespräch|besprechung|besuch
        """,
    ),
    Rule(
        name="de_absent",
        shows=Sign.ABSENT,
        phrases="""
        nicht im haus|büro; bin * abwesend; nicht erreichbar; auf fortbildung|dienstreise; abwesenheitsnotiz; im urlaub und|bis;
        nach meiner rückkehr
        """,
    ),
)  # fmt: skip
