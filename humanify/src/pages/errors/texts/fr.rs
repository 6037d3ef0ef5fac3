//! The texts of error pages in French.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Requête incorrecte",
        "Le serveur n’a pas compris cette requête.",
    ),
    (
        401,
        "Connexion nécessaire",
        "Vous devez vous connecter pour voir cette page.",
    ),
    (
        402,
        "Paiement requis",
        "Cette page ne s’ouvre qu’après un paiement.",
    ),
    (
        403,
        "Pas d’accès",
        "Vous n’avez pas le droit de voir cette page.",
    ),
    (
        404,
        "Page introuvable",
        "Il n’y a rien à cette adresse. Vérifiez qu’elle est bien écrite.",
    ),
    (
        405,
        "Méthode non autorisée",
        "Cette adresse n’accepte pas ce type de requête.",
    ),
    (
        406,
        "Aucune version adaptée",
        "Il n’existe pas de version de cette page que votre navigateur accepte.",
    ),
    (
        407,
        "Connexion au proxy nécessaire",
        "Vous devez d’abord vous connecter au proxy.",
    ),
    (
        408,
        "Délai de la requête dépassé",
        "Votre requête a mis trop de temps à arriver. Réessayez.",
    ),
    (
        409,
        "Conflit",
        "Quelqu’un a modifié la même chose entre-temps. Rechargez la page et réessayez.",
    ),
    (
        410,
        "Supprimé",
        "Ce qui se trouvait ici a été supprimé définitivement.",
    ),
    (
        411,
        "Longueur requise",
        "La requête n’indique pas sa longueur.",
    ),
    (
        412,
        "Condition non remplie",
        "Ce que vous vouliez modifier a changé entre-temps. Rechargez la page et réessayez.",
    ),
    (
        413,
        "Trop de données",
        "Ce que vous avez envoyé dépasse ce que le serveur accepte.",
    ),
    (
        414,
        "Adresse trop longue",
        "L’adresse est plus longue que ce que le serveur accepte.",
    ),
    (
        415,
        "Format non accepté",
        "Le serveur n’accepte pas ce que vous avez envoyé dans ce format.",
    ),
    (
        416,
        "Partie inexistante",
        "La partie demandée n’existe pas.",
    ),
    (
        417,
        "Attente non satisfaite",
        "Le serveur ne peut pas faire ce que la requête attend de lui.",
    ),
    (
        418,
        "Je suis une théière",
        "Cette théière ne fait pas de café.",
    ),
    (
        421,
        "Mauvais serveur",
        "La requête est arrivée à un serveur qui ne répond pas pour cette adresse.",
    ),
    (
        422,
        "Impossible à traiter",
        "Il manque quelque chose dans votre envoi, ou une indication est fausse. Vérifiez et réessayez.",
    ),
    (423, "Verrouillé", "Ceci est verrouillé pour le moment."),
    (
        424,
        "Une étape précédente a échoué",
        "Ceci dépend d’une autre requête, qui a échoué.",
    ),
    (
        425,
        "Trop tôt",
        "La requête est arrivée trop tôt. Réessayez.",
    ),
    (
        426,
        "Protocole plus récent nécessaire",
        "Ici, le serveur ne répond que par un protocole plus récent.",
    ),
    (
        428,
        "Condition requise",
        "La requête doit dire de quelle version elle parle. Rechargez la page et réessayez.",
    ),
    (
        429,
        "Trop de requêtes",
        "Plus de requêtes sont venues de votre connexion que le serveur n’en accepte. Attendez un instant, puis réessayez.",
    ),
    (
        431,
        "En-têtes trop volumineux",
        "Votre navigateur a joint trop de données à la requête. Supprimer les cookies de ce site peut aider.",
    ),
    (
        451,
        "Indisponible pour raisons légales",
        "Cette page ne peut pas être montrée pour des raisons légales.",
    ),
    (
        500,
        "Une erreur s’est produite",
        "L’erreur vient de nous. Réessayez dans un instant.",
    ),
    (
        501,
        "Non pris en charge",
        "Le serveur ne sait pas encore faire cela.",
    ),
    (
        502,
        "Mauvaise réponse d’un autre serveur",
        "Un serveur situé derrière celui-ci n’a pas donné de réponse valable. Réessayez dans un instant.",
    ),
    (
        503,
        "Indisponible pour le moment",
        "Le site est surchargé ou en maintenance. Réessayez dans un instant.",
    ),
    (
        504,
        "Un autre serveur tarde trop",
        "Un serveur situé derrière celui-ci a mis trop de temps. Réessayez dans un instant.",
    ),
    (
        505,
        "Version de HTTP non prise en charge",
        "Le serveur ne parle pas cette version de HTTP.",
    ),
    (
        506,
        "Aucune version n’a pu être choisie",
        "Par sa configuration, le serveur ne peut choisir aucune version de la page.",
    ),
    (
        507,
        "Stockage plein",
        "Le serveur n’a plus de place pour enregistrer ceci.",
    ),
    (
        508,
        "Boucle sans fin",
        "Le serveur a tourné en rond et s’est arrêté.",
    ),
    (
        510,
        "Extension nécessaire",
        "Le serveur a besoin de plus d’indications que n’en contenait la requête.",
    ),
    (
        511,
        "Connexion au réseau nécessaire",
        "Vous devez d’abord vous connecter au réseau.",
    ),
];
