//! The texts of error pages in Brazilian Portuguese.

use super::ErrorText;

pub(super) static TEXTS: [ErrorText; 40] = [
    (
        400,
        "Solicitação inválida",
        "O servidor não entendeu esta solicitação.",
    ),
    (
        401,
        "É preciso entrar",
        "Você precisa entrar na sua conta para ver esta página.",
    ),
    (
        402,
        "Pagamento necessário",
        "Esta página só abre depois de um pagamento.",
    ),
    (
        403,
        "Sem acesso",
        "Você não tem permissão para ver esta página.",
    ),
    (
        404,
        "Página não encontrada",
        "Não há nada neste endereço. Verifique se ele está escrito corretamente.",
    ),
    (
        405,
        "Método não permitido",
        "Este endereço não aceita esse tipo de solicitação.",
    ),
    (
        406,
        "Nenhuma versão adequada",
        "Não há uma versão desta página que o seu navegador aceite.",
    ),
    (
        407,
        "É preciso entrar no proxy",
        "Você precisa primeiro entrar no proxy.",
    ),
    (
        408,
        "Tempo da solicitação esgotado",
        "Sua solicitação demorou demais para chegar. Tente de novo.",
    ),
    (
        409,
        "Conflito",
        "Enquanto isso, alguém alterou a mesma coisa. Recarregue a página e tente de novo.",
    ),
    (
        410,
        "Não existe mais",
        "O que havia aqui foi removido de vez.",
    ),
    (
        411,
        "Falta o tamanho",
        "A solicitação não informa o seu tamanho.",
    ),
    (
        412,
        "Condição não atendida",
        "O que você queria alterar mudou enquanto isso. Recarregue a página e tente de novo.",
    ),
    (
        413,
        "Dados demais",
        "O que você enviou é maior do que o servidor aceita.",
    ),
    (
        414,
        "Endereço longo demais",
        "O endereço é mais longo do que o servidor aceita.",
    ),
    (
        415,
        "Formato não aceito",
        "O servidor não aceita o que você enviou neste formato.",
    ),
    (
        416,
        "Essa parte não existe",
        "A parte solicitada não existe.",
    ),
    (
        417,
        "Expectativa não atendida",
        "O servidor não consegue fazer o que a solicitação espera dele.",
    ),
    (418, "Sou um bule de chá", "Este bule não faz café."),
    (
        421,
        "Servidor errado",
        "A solicitação chegou a um servidor que não responde por este endereço.",
    ),
    (
        422,
        "Não pode ser processado",
        "Algo no que você enviou está faltando ou está errado. Verifique e tente de novo.",
    ),
    (423, "Bloqueado", "Isto está bloqueado no momento."),
    (
        424,
        "Uma etapa anterior falhou",
        "Isto depende de outra solicitação, que falhou.",
    ),
    (
        425,
        "Cedo demais",
        "A solicitação chegou cedo demais. Tente de novo.",
    ),
    (
        426,
        "É preciso um protocolo mais novo",
        "Aqui o servidor só responde por um protocolo mais novo.",
    ),
    (
        428,
        "Condição necessária",
        "A solicitação precisa dizer a que versão se refere. Recarregue a página e tente de novo.",
    ),
    (
        429,
        "Solicitações demais",
        "Da sua conexão vieram mais solicitações do que o servidor aceita. Espere um momento e tente de novo.",
    ),
    (
        431,
        "Cabeçalhos grandes demais",
        "Seu navegador enviou dados demais junto com a solicitação. Apagar os cookies deste site pode ajudar.",
    ),
    (
        451,
        "Indisponível por motivos legais",
        "Esta página não pode ser mostrada por motivos legais.",
    ),
    (
        500,
        "Algo deu errado",
        "O erro é nosso. Tente de novo daqui a pouco.",
    ),
    (
        501,
        "Não implementado",
        "O servidor ainda não sabe fazer isto.",
    ),
    (
        502,
        "Resposta inválida de outro servidor",
        "Um servidor por trás deste não deu uma resposta válida. Tente de novo daqui a pouco.",
    ),
    (
        503,
        "Indisponível no momento",
        "O site está sobrecarregado ou em manutenção. Tente de novo daqui a pouco.",
    ),
    (
        504,
        "Outro servidor demorou demais",
        "Um servidor por trás deste demorou demais. Tente de novo daqui a pouco.",
    ),
    (
        505,
        "Versão de HTTP não aceita",
        "O servidor não fala esta versão de HTTP.",
    ),
    (
        506,
        "Nenhuma versão pôde ser escolhida",
        "Pela sua configuração, o servidor não consegue escolher uma versão da página.",
    ),
    (
        507,
        "Armazenamento cheio",
        "O servidor não tem mais espaço para guardar isto.",
    ),
    (
        508,
        "Ciclo sem fim",
        "O servidor andou em círculos e parou.",
    ),
    (
        510,
        "Extensão necessária",
        "O servidor precisa de mais dados do que havia na solicitação.",
    ),
    (
        511,
        "É preciso entrar na rede",
        "Você precisa primeiro entrar na rede.",
    ),
];
