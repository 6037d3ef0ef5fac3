//! The texts of error pages in German.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Ungültige Anfrage",
        "Der Server hat diese Anfrage nicht verstanden.",
    ),
    (
        401,
        "Anmeldung erforderlich",
        "Sie müssen sich anmelden, um diese Seite zu sehen.",
    ),
    (
        402,
        "Zahlung erforderlich",
        "Diese Seite öffnet sich erst nach einer Zahlung.",
    ),
    (
        403,
        "Kein Zugriff",
        "Sie können diese Seite leider nicht aufrufen.",
    ),
    (
        404,
        "Seite nicht gefunden",
        "Unter dieser Adresse gibt es nichts. Prüfen Sie, ob sie richtig geschrieben ist.",
    ),
    (
        405,
        "Methode nicht erlaubt",
        "Diese Adresse nimmt Anfragen dieser Art nicht an.",
    ),
    (
        406,
        "Keine passende Fassung",
        "Es gibt keine Fassung dieser Seite, die Ihr Browser annimmt.",
    ),
    (
        407,
        "Anmeldung am Proxy erforderlich",
        "Sie müssen sich zuerst am Proxy anmelden.",
    ),
    (
        408,
        "Zeitüberschreitung der Anfrage",
        "Ihre Anfrage kam zu langsam an. Bitte versuchen Sie es noch einmal.",
    ),
    (
        409,
        "Konflikt",
        "Jemand hat inzwischen dasselbe geändert. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
    (
        410,
        "Nicht mehr vorhanden",
        "Was hier war, wurde endgültig entfernt.",
    ),
    (
        411,
        "Länge erforderlich",
        "Die Anfrage sagt nicht, wie lang sie ist.",
    ),
    (
        412,
        "Bedingung nicht erfüllt",
        "Was Sie ändern wollten, hat sich inzwischen geändert. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
    (
        413,
        "Zu viele Daten",
        "Was Sie gesendet haben, ist größer, als der Server annimmt.",
    ),
    (
        414,
        "Adresse zu lang",
        "Die Adresse ist länger, als der Server annimmt.",
    ),
    (
        415,
        "Format nicht angenommen",
        "Der Server nimmt Ihre Daten in diesem Format nicht an.",
    ),
    (
        416,
        "Teil nicht vorhanden",
        "Den angefragten Teil gibt es nicht.",
    ),
    (
        417,
        "Erwartung nicht erfüllt",
        "Der Server kann nicht tun, was die Anfrage von ihm erwartet.",
    ),
    (
        418,
        "Ich bin eine Teekanne",
        "Diese Teekanne kocht keinen Kaffee.",
    ),
    (
        421,
        "Falscher Server",
        "Die Anfrage hat einen Server erreicht, der für diese Adresse nicht zuständig ist.",
    ),
    (
        422,
        "Nicht verarbeitbar",
        "In Ihren Angaben fehlt etwas oder ist etwas falsch. Prüfen Sie sie und versuchen Sie es noch einmal.",
    ),
    (423, "Gesperrt", "Das ist im Moment gesperrt."),
    (
        424,
        "Ein früherer Schritt schlug fehl",
        "Dies hängt von einer anderen Anfrage ab, und die schlug fehl.",
    ),
    (
        425,
        "Zu früh",
        "Die Anfrage kam zu früh. Bitte versuchen Sie es noch einmal.",
    ),
    (
        426,
        "Neueres Protokoll erforderlich",
        "Der Server antwortet hier nur über ein neueres Protokoll.",
    ),
    (
        428,
        "Bedingung erforderlich",
        "Die Anfrage muss sagen, welche Fassung sie meint. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
    (
        429,
        "Zu viele Anfragen",
        "Von Ihrem Anschluss kamen mehr Anfragen, als der Server annimmt. Warten Sie einen Moment und versuchen Sie es dann noch einmal.",
    ),
    (
        431,
        "Kopfzeilen zu groß",
        "Ihr Browser hat zu viel mit der Anfrage gesendet. Oft hilft es, die Cookies dieser Website zu löschen.",
    ),
    (
        451,
        "Aus rechtlichen Gründen nicht verfügbar",
        "Diese Seite darf aus rechtlichen Gründen nicht gezeigt werden.",
    ),
    (
        500,
        "Etwas ist schiefgegangen",
        "Der Fehler liegt bei uns. Bitte versuchen Sie es gleich noch einmal.",
    ),
    (501, "Nicht umgesetzt", "Das kann der Server noch nicht."),
    (
        502,
        "Fehlerhafte Gegenstelle",
        "Ein Server hinter diesem hat keine gültige Antwort gegeben. Bitte versuchen Sie es gleich noch einmal.",
    ),
    (
        503,
        "Gerade nicht verfügbar",
        "Die Website ist überlastet oder wird gewartet. Bitte versuchen Sie es gleich noch einmal.",
    ),
    (
        504,
        "Zeitüberschreitung der Gegenstelle",
        "Ein Server hinter diesem hat zu lange gebraucht. Bitte versuchen Sie es gleich noch einmal.",
    ),
    (
        505,
        "HTTP-Version nicht unterstützt",
        "Der Server spricht diese Version von HTTP nicht.",
    ),
    (
        506,
        "Keine Fassung wählbar",
        "Der Server ist so eingerichtet, dass er keine Fassung der Seite wählen kann.",
    ),
    (
        507,
        "Speicher voll",
        "Der Server hat keinen Platz mehr, um das zu speichern.",
    ),
    (
        508,
        "Endlosschleife",
        "Der Server hat sich im Kreis gedreht und aufgehört.",
    ),
    (
        510,
        "Erweiterung erforderlich",
        "Der Server braucht mehr Angaben, als in der Anfrage waren.",
    ),
    (
        511,
        "Anmeldung am Netzwerk erforderlich",
        "Sie müssen sich zuerst am Netzwerk anmelden.",
    ),
];
