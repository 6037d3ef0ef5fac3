//! The texts of error pages in Italian.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Richiesta non valida",
        "Il server non ha capito questa richiesta.",
    ),
    (
        401,
        "Accesso necessario",
        "Devi accedere per vedere questa pagina.",
    ),
    (
        402,
        "Pagamento richiesto",
        "Questa pagina si apre solo dopo un pagamento.",
    ),
    (
        403,
        "Accesso non consentito",
        "Non hai il permesso di vedere questa pagina.",
    ),
    (
        404,
        "Pagina non trovata",
        "A questo indirizzo non c’è nulla. Controlla che sia scritto bene.",
    ),
    (
        405,
        "Metodo non consentito",
        "Questo indirizzo non accetta quel tipo di richiesta.",
    ),
    (
        406,
        "Nessuna versione adatta",
        "Non c’è una versione di questa pagina che il tuo browser accetti.",
    ),
    (
        407,
        "Accesso al proxy necessario",
        "Devi prima accedere al proxy.",
    ),
    (
        408,
        "Richiesta scaduta",
        "La richiesta ha impiegato troppo tempo ad arrivare. Riprova.",
    ),
    (
        409,
        "Conflitto",
        "Nel frattempo qualcuno ha modificato la stessa cosa. Ricarica la pagina e riprova.",
    ),
    (
        410,
        "Non c’è più",
        "Quello che era qui è stato rimosso per sempre.",
    ),
    (
        411,
        "Lunghezza richiesta",
        "La richiesta non dice quanto è lunga.",
    ),
    (
        412,
        "Condizione non soddisfatta",
        "Quello che volevi modificare è cambiato nel frattempo. Ricarica la pagina e riprova.",
    ),
    (
        413,
        "Troppi dati",
        "Quello che hai inviato supera quanto il server accetta.",
    ),
    (
        414,
        "Indirizzo troppo lungo",
        "L’indirizzo è più lungo di quanto il server accetti.",
    ),
    (
        415,
        "Formato non accettato",
        "Il server non accetta quello che hai inviato in questo formato.",
    ),
    (416, "Parte inesistente", "La parte richiesta non esiste."),
    (
        417,
        "Aspettativa non soddisfatta",
        "Il server non può fare quello che la richiesta si aspetta.",
    ),
    (418, "Sono una teiera", "Questa teiera non fa il caffè."),
    (
        421,
        "Server sbagliato",
        "La richiesta è arrivata a un server che non risponde per questo indirizzo.",
    ),
    (
        422,
        "Impossibile da elaborare",
        "In quello che hai inviato manca qualcosa o c’è un errore. Controlla e riprova.",
    ),
    (423, "Bloccato", "Al momento è bloccato."),
    (
        424,
        "Un passo precedente non è riuscito",
        "Questo dipende da un’altra richiesta, che non è riuscita.",
    ),
    (
        425,
        "Troppo presto",
        "La richiesta è arrivata troppo presto. Riprova.",
    ),
    (
        426,
        "Serve un protocollo più recente",
        "Qui il server risponde solo con un protocollo più recente.",
    ),
    (
        428,
        "Condizione richiesta",
        "La richiesta deve dire a quale versione si riferisce. Ricarica la pagina e riprova.",
    ),
    (
        429,
        "Troppe richieste",
        "Dalla tua connessione sono arrivate più richieste di quante il server ne accetti. Aspetta un momento e riprova.",
    ),
    (
        431,
        "Intestazioni troppo grandi",
        "Il tuo browser ha inviato troppi dati insieme alla richiesta. Può aiutare cancellare i cookie di questo sito.",
    ),
    (
        451,
        "Non disponibile per motivi legali",
        "Questa pagina non può essere mostrata per motivi legali.",
    ),
    (
        500,
        "Qualcosa è andato storto",
        "L’errore è nostro. Riprova tra un momento.",
    ),
    (501, "Non realizzato", "Il server non sa ancora farlo."),
    (
        502,
        "Risposta non valida da un altro server",
        "Un server dietro a questo non ha dato una risposta valida. Riprova tra un momento.",
    ),
    (
        503,
        "Non disponibile per ora",
        "Il sito è sovraccarico o in manutenzione. Riprova tra un momento.",
    ),
    (
        504,
        "Un altro server è troppo lento",
        "Un server dietro a questo ha impiegato troppo tempo. Riprova tra un momento.",
    ),
    (
        505,
        "Versione di HTTP non supportata",
        "Il server non parla questa versione di HTTP.",
    ),
    (
        506,
        "Nessuna versione da scegliere",
        "Il server è configurato in modo da non poter scegliere una versione della pagina.",
    ),
    (
        507,
        "Spazio esaurito",
        "Il server non ha più spazio per salvare questi dati.",
    ),
    (
        508,
        "Ciclo infinito",
        "Il server girava in tondo e si è fermato.",
    ),
    (
        510,
        "Estensione necessaria",
        "Il server ha bisogno di più dati di quanti ce n’erano nella richiesta.",
    ),
    (
        511,
        "Accesso alla rete necessario",
        "Devi prima accedere alla rete.",
    ),
];
