//! The texts of error pages in Spanish.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Solicitud incorrecta",
        "El servidor no ha entendido esta solicitud.",
    ),
    (
        401,
        "Hay que iniciar sesión",
        "Debe iniciar sesión para ver esta página.",
    ),
    (
        402,
        "Pago necesario",
        "Esta página solo se abre después de un pago.",
    ),
    (403, "Sin acceso", "No tiene permiso para ver esta página."),
    (
        404,
        "Página no encontrada",
        "No hay nada en esta dirección. Compruebe que esté bien escrita.",
    ),
    (
        405,
        "Método no permitido",
        "Esta dirección no admite ese tipo de solicitud.",
    ),
    (
        406,
        "Ninguna versión adecuada",
        "No hay ninguna versión de esta página que su navegador acepte.",
    ),
    (
        407,
        "Hay que iniciar sesión en el proxy",
        "Primero debe iniciar sesión en el proxy.",
    ),
    (
        408,
        "Tiempo de solicitud agotado",
        "Su solicitud ha tardado demasiado en llegar. Vuelva a intentarlo.",
    ),
    (
        409,
        "Conflicto",
        "Entretanto, alguien ha cambiado lo mismo. Recargue la página y vuelva a intentarlo.",
    ),
    (
        410,
        "Ya no existe",
        "Lo que había aquí se ha eliminado definitivamente.",
    ),
    (
        411,
        "Falta la longitud",
        "La solicitud no indica su longitud.",
    ),
    (
        412,
        "Condición no cumplida",
        "Lo que quería cambiar ha cambiado entretanto. Recargue la página y vuelva a intentarlo.",
    ),
    (
        413,
        "Demasiados datos",
        "Lo que ha enviado es mayor de lo que el servidor admite.",
    ),
    (
        414,
        "Dirección demasiado larga",
        "La dirección es más larga de lo que el servidor admite.",
    ),
    (
        415,
        "Formato no admitido",
        "El servidor no admite lo que ha enviado en este formato.",
    ),
    (416, "Esa parte no existe", "La parte solicitada no existe."),
    (
        417,
        "Expectativa no cumplida",
        "El servidor no puede hacer lo que la solicitud espera de él.",
    ),
    (418, "Soy una tetera", "Esta tetera no prepara café."),
    (
        421,
        "Servidor equivocado",
        "La solicitud ha llegado a un servidor que no responde por esta dirección.",
    ),
    (
        422,
        "No se puede procesar",
        "Algo de lo que ha enviado falta o es incorrecto. Revíselo y vuelva a intentarlo.",
    ),
    (423, "Bloqueado", "Esto está bloqueado en este momento."),
    (
        424,
        "Ha fallado un paso anterior",
        "Esto depende de otra solicitud que ha fallado.",
    ),
    (
        425,
        "Demasiado pronto",
        "La solicitud ha llegado demasiado pronto. Vuelva a intentarlo.",
    ),
    (
        426,
        "Se necesita un protocolo más nuevo",
        "Aquí el servidor solo responde con un protocolo más nuevo.",
    ),
    (
        428,
        "Falta una condición",
        "La solicitud debe indicar a qué versión se refiere. Recargue la página y vuelva a intentarlo.",
    ),
    (
        429,
        "Demasiadas solicitudes",
        "Desde su conexión han llegado más solicitudes de las que el servidor admite. Espere un momento y vuelva a intentarlo.",
    ),
    (
        431,
        "Cabeceras demasiado grandes",
        "Su navegador ha enviado demasiados datos con la solicitud. Borrar las cookies de este sitio puede ayudar.",
    ),
    (
        451,
        "No disponible por motivos legales",
        "Esta página no se puede mostrar por motivos legales.",
    ),
    (
        500,
        "Algo ha salido mal",
        "El fallo es nuestro. Vuelva a intentarlo dentro de un momento.",
    ),
    (
        501,
        "No implementado",
        "El servidor todavía no puede hacer esto.",
    ),
    (
        502,
        "Respuesta no válida de otro servidor",
        "Un servidor situado detrás de este no ha dado una respuesta válida. Vuelva a intentarlo dentro de un momento.",
    ),
    (
        503,
        "No disponible por ahora",
        "El sitio está sobrecargado o en mantenimiento. Vuelva a intentarlo dentro de un momento.",
    ),
    (
        504,
        "Otro servidor ha tardado demasiado",
        "Un servidor situado detrás de este ha tardado demasiado. Vuelva a intentarlo dentro de un momento.",
    ),
    (
        505,
        "Versión de HTTP no admitida",
        "El servidor no admite esta versión de HTTP.",
    ),
    (
        506,
        "No se ha podido elegir una versión",
        "Por su configuración, el servidor no puede elegir una versión de la página.",
    ),
    (
        507,
        "Almacenamiento lleno",
        "El servidor no tiene espacio para guardar esto.",
    ),
    (
        508,
        "Bucle sin fin",
        "El servidor ha entrado en un bucle y se ha detenido.",
    ),
    (
        510,
        "Falta una extensión",
        "El servidor necesita más datos de los que traía la solicitud.",
    ),
    (
        511,
        "Hay que iniciar sesión en la red",
        "Primero debe iniciar sesión en la red.",
    ),
];
