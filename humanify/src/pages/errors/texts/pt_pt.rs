//! The texts of error pages in European Portuguese.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Pedido inválido",
        "O servidor não compreendeu este pedido.",
    ),
    (
        401,
        "É preciso iniciar sessão",
        "Tem de iniciar sessão para ver esta página.",
    ),
    (
        402,
        "Pagamento necessário",
        "Esta página só abre depois de um pagamento.",
    ),
    (403, "Sem acesso", "Não tem permissão para ver esta página."),
    (
        404,
        "Página não encontrada",
        "Não há nada neste endereço. Verifique se está bem escrito.",
    ),
    (
        405,
        "Método não permitido",
        "Este endereço não aceita esse tipo de pedido.",
    ),
    (
        406,
        "Nenhuma versão adequada",
        "Não há uma versão desta página que o seu navegador aceite.",
    ),
    (
        407,
        "É preciso iniciar sessão no proxy",
        "Tem primeiro de iniciar sessão no proxy.",
    ),
    (
        408,
        "O pedido demorou demasiado",
        "O seu pedido demorou demasiado a chegar. Tente novamente.",
    ),
    (
        409,
        "Conflito",
        "Entretanto, alguém alterou a mesma coisa. Recarregue a página e tente novamente.",
    ),
    (
        410,
        "Já não existe",
        "O que havia aqui foi removido definitivamente.",
    ),
    (411, "Falta o tamanho", "O pedido não indica o seu tamanho."),
    (
        412,
        "Condição não cumprida",
        "O que queria alterar mudou entretanto. Recarregue a página e tente novamente.",
    ),
    (
        413,
        "Demasiados dados",
        "O que enviou é maior do que o servidor aceita.",
    ),
    (
        414,
        "Endereço demasiado longo",
        "O endereço é mais longo do que o servidor aceita.",
    ),
    (
        415,
        "Formato não aceite",
        "O servidor não aceita o que enviou neste formato.",
    ),
    (416, "Essa parte não existe", "A parte pedida não existe."),
    (
        417,
        "Expectativa não cumprida",
        "O servidor não consegue fazer o que o pedido espera dele.",
    ),
    (418, "Sou um bule de chá", "Este bule não faz café."),
    (
        421,
        "Servidor errado",
        "O pedido chegou a um servidor que não responde por este endereço.",
    ),
    (
        422,
        "Não pode ser processado",
        "Falta algo no que enviou, ou há um erro. Verifique e tente novamente.",
    ),
    (423, "Bloqueado", "Isto está bloqueado de momento."),
    (
        424,
        "Um passo anterior falhou",
        "Isto depende de outro pedido, que falhou.",
    ),
    (
        425,
        "Demasiado cedo",
        "O pedido chegou demasiado cedo. Tente novamente.",
    ),
    (
        426,
        "É preciso um protocolo mais recente",
        "Aqui o servidor só responde através de um protocolo mais recente.",
    ),
    (
        428,
        "Condição necessária",
        "O pedido tem de indicar a que versão se refere. Recarregue a página e tente novamente.",
    ),
    (
        429,
        "Demasiados pedidos",
        "A sua ligação enviou mais pedidos do que o servidor aceita. Aguarde um momento e tente novamente.",
    ),
    (
        431,
        "Cabeçalhos demasiado grandes",
        "O seu navegador enviou demasiados dados com o pedido. Apagar os cookies deste site pode ajudar.",
    ),
    (
        451,
        "Indisponível por motivos legais",
        "Esta página não pode ser mostrada por motivos legais.",
    ),
    (
        500,
        "Algo correu mal",
        "O erro é nosso. Tente novamente daqui a pouco.",
    ),
    (
        501,
        "Não implementado",
        "O servidor ainda não sabe fazer isto.",
    ),
    (
        502,
        "Resposta inválida de outro servidor",
        "Um servidor por trás deste não deu uma resposta válida. Tente novamente daqui a pouco.",
    ),
    (
        503,
        "Indisponível de momento",
        "O site está sobrecarregado ou em manutenção. Tente novamente daqui a pouco.",
    ),
    (
        504,
        "Outro servidor demorou demasiado",
        "Um servidor por trás deste demorou demasiado. Tente novamente daqui a pouco.",
    ),
    (
        505,
        "Versão de HTTP não suportada",
        "O servidor não fala esta versão de HTTP.",
    ),
    (
        506,
        "Não foi possível escolher uma versão",
        "Pela sua configuração, o servidor não consegue escolher uma versão da página.",
    ),
    (
        507,
        "Armazenamento cheio",
        "O servidor já não tem espaço para guardar isto.",
    ),
    (508, "Ciclo sem fim", "O servidor andou às voltas e parou."),
    (
        510,
        "Extensão necessária",
        "O servidor precisa de mais dados do que os do pedido.",
    ),
    (
        511,
        "É preciso iniciar sessão na rede",
        "Tem primeiro de iniciar sessão na rede.",
    ),
];
