//! The texts of error pages in English.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Bad request",
        "The server did not understand this request.",
    ),
    (
        401,
        "Sign-in needed",
        "You have to sign in to see this page.",
    ),
    (
        402,
        "Payment required",
        "This page opens after a payment only.",
    ),
    (403, "No access", "Sorry, you cannot open this page."),
    (
        404,
        "Page not found",
        "There is nothing at this address. Check it for a typing mistake.",
    ),
    (
        405,
        "Method not allowed",
        "This address does not take that kind of request.",
    ),
    (
        406,
        "No suitable version",
        "There is no version of this page that your browser takes.",
    ),
    (
        407,
        "Sign-in to the proxy needed",
        "You have to sign in to the proxy first.",
    ),
    (
        408,
        "Request timed out",
        "Your request took too long to arrive. Please try again.",
    ),
    (
        409,
        "Conflict",
        "Somebody has changed the same thing meanwhile. Reload the page and try again.",
    ),
    (410, "Gone", "What was here has been removed for good."),
    (
        411,
        "Length required",
        "The request does not say how long it is.",
    ),
    (
        412,
        "Condition not met",
        "What you wanted to change has changed meanwhile. Reload the page and try again.",
    ),
    (
        413,
        "Too much data",
        "What you sent is larger than the server takes.",
    ),
    (
        414,
        "Address too long",
        "The address is longer than the server takes.",
    ),
    (
        415,
        "Format not accepted",
        "The server does not take what you sent in this format.",
    ),
    (
        416,
        "No such part",
        "The part that was asked for does not exist.",
    ),
    (
        417,
        "Expectation failed",
        "The server cannot do what the request expects of it.",
    ),
    (418, "I’m a teapot", "This teapot does not brew coffee."),
    (
        421,
        "Wrong server",
        "The request reached a server that does not answer for this address.",
    ),
    (
        422,
        "Cannot be processed",
        "Something in what you sent is missing or wrong. Check it and try again.",
    ),
    (423, "Locked", "This is locked at the moment."),
    (
        424,
        "An earlier step failed",
        "This depends on another request, which failed.",
    ),
    (
        425,
        "Too early",
        "The request came too early. Please try again.",
    ),
    (
        426,
        "Upgrade needed",
        "The server answers here over a newer protocol only.",
    ),
    (
        428,
        "Condition required",
        "The request has to say which version it is about. Reload the page and try again.",
    ),
    (
        429,
        "Too many requests",
        "More requests came from your connection than the server takes. Wait a moment, then try again.",
    ),
    (
        431,
        "Headers too large",
        "Your browser sent too much along with the request. Deleting this site’s cookies may help.",
    ),
    (
        451,
        "Not available for legal reasons",
        "This page may not be shown for legal reasons.",
    ),
    (
        500,
        "Something went wrong",
        "The mistake is on our side. Please try again in a moment.",
    ),
    (501, "Not implemented", "The server cannot do this yet."),
    (
        502,
        "Bad gateway",
        "A server behind this one gave no valid answer. Please try again in a moment.",
    ),
    (
        503,
        "Not available just now",
        "The site is overloaded or being worked on. Please try again in a moment.",
    ),
    (
        504,
        "Gateway timed out",
        "A server behind this one took too long. Please try again in a moment.",
    ),
    (
        505,
        "HTTP version not supported",
        "The server does not speak this version of HTTP.",
    ),
    (
        506,
        "No version could be chosen",
        "The server is set up in a way that leaves it without a page to choose.",
    ),
    (
        507,
        "Storage is full",
        "The server has no room left to store this.",
    ),
    (
        508,
        "Endless loop",
        "The server went round in circles and stopped.",
    ),
    (
        510,
        "Extension needed",
        "The server needs more in the request than there was.",
    ),
    (
        511,
        "Sign-in to the network needed",
        "You have to sign in to the network first.",
    ),
];
