{const i18n = {
  ariaLinkLabel: "Altcha (الموقع الرسمي)",
  enterCode: "أدخل الرمز",
  enterCodeAria: "أدخل الرمز الذي تسمعه. اضغط على المسافة لتشغيل الصوت.",
  error: "فشل التحقق. حاول مرة أخرى لاحقاً.",
  expired: "انتهت صلاحية التحقق. حاول مرة أخرى.",
  footer: 'محمي بواسطة <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (الموقع الرسمي)">ALTCHA</a>',
  getAudioChallenge: "احصل على تحدي صوتي",
  label: "أنا لست روبوتاً",
  loading: "جارٍ التحميل...",
  reload: "إعادة تحميل",
  verify: "تحقق",
  verificationRequired: "مطلوب التحقق!",
  verified: "تم التحقق",
  verifying: "جارٍ التحقق...",
  waitAlert: "جارٍ التحقق... يرجى الانتظار.",
  cancel: "إلغاء",
  enterCodeFromImage: "للمتابعة، يرجى إدخال الرمز من الصورة أدناه."
};
globalThis.$altcha.i18n.set("ar", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (offizielle Website)",
  enterCode: "Code eingeben",
  enterCodeAria: "Geben Sie den Code ein, den Sie hören. Drücken Sie die Leertaste, um die Audio abzuspielen.",
  error: "Überprüfung fehlgeschlagen. Bitte versuchen Sie es später erneut.",
  expired: "Überprüfung abgelaufen. Bitte versuchen Sie es erneut.",
  footer: 'Geschützt durch <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (offizielle Website)">ALTCHA</a>',
  getAudioChallenge: "Audio-Herausforderung anfordern",
  label: "Ich bin kein Roboter",
  loading: "Lade...",
  reload: "Neu laden",
  verify: "Überprüfen",
  verificationRequired: "Überprüfung erforderlich!",
  verified: "Überprüft",
  verifying: "Wird überprüft...",
  waitAlert: "Überprüfung läuft... bitte warten.",
  cancel: "Abbrechen",
  enterCodeFromImage: "Um fortzufahren, geben Sie bitte den Code aus dem Bild unten ein."
};
globalThis.$altcha.i18n.set("de", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (sitio web oficial)",
  enterCode: "Introduce el código",
  enterCodeAria: "Introduce el código que escuchas. Pulsa Espacio para reproducir el audio.",
  error: "Falló la verificación. Por favor intente nuevamente más tarde.",
  expired: "Verificación expirada. Por favor intente nuevamente.",
  footer: 'Protegido por <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (sitio web oficial)">ALTCHA</a>',
  getAudioChallenge: "Obtener un desafío de audio",
  label: "No soy un robot",
  loading: "Cargando...",
  reload: "Recargar",
  verify: "Verificar",
  verificationRequired: "¡Verificación requerida!",
  verified: "Verificado",
  verifying: "Verificando...",
  waitAlert: "Verificando... por favor espere.",
  cancel: "Cancelar",
  enterCodeFromImage: "Para continuar, introduzca el código de la imagen de abajo."
};
globalThis.$altcha.i18n.set("es-es", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (site officiel)",
  enterCode: "Entrez le code",
  enterCodeAria: "Entrez le code que vous entendez. Appuyez sur Espace pour écouter l'audio.",
  error: "Échec de la vérification. Essayez à nouveau plus tard.",
  expired: "La vérification a expiré. Essayez à nouveau.",
  footer: 'Protégé par <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (site officiel)">ALTCHA</a>',
  getAudioChallenge: "Obtenir un défi audio",
  label: "Je ne suis pas un robot",
  loading: "Chargement...",
  reload: "Recharger",
  verify: "Vérifier",
  verificationRequired: "Vérification requise !",
  verified: "Vérifié",
  verifying: "Vérification en cours...",
  waitAlert: "Vérification en cours... veuillez patienter.",
  cancel: "Annuler",
  enterCodeFromImage: "Pour continuer, veuillez entrer le code de l'image ci-dessous."
};
globalThis.$altcha.i18n.set("fr-fr", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (आधिकारिक वेबसाइट)",
  enterCode: "कोड दर्ज करेंं",
  enterCodeAria: "आप जो कोड सुनते हैं उसे दर्ज करें। ऑडियो चलाने के लिए स्पेस दबाएं।",
  error: "सत्यापन विफल। कृपया बाद में फिर से प्रयास करें।",
  expired: "सत्यापन समाप्त हो गया है। कृपया पुनः प्रयास करें।",
  footer: 'द्वारा संरक्षित <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (आधिकारिक वेबसाइट)">ALTCHA</a>',
  getAudioChallenge: "ऑडियो चुनौती प्राप्त करें",
  label: "मैं रोबोट नहीं हूँ",
  loading: "लोड हो रहा है...",
  reload: "पुनः लोड करें",
  verify: "सत्यापित करें",
  verificationRequired: "सत्यापन आवश्यक है!",
  verified: "सत्यापित",
  verifying: "सत्यापित कर रहे हैं...",
  waitAlert: "सत्यापित किया जा रहा है... कृपया प्रतीक्षा करें।",
  cancel: "रद्द करें",
  enterCodeFromImage: "आगे बढ़ने के लिए, कृपया नीचे दी गई छवि से कोड दर्ज करें।"
};
globalThis.$altcha.i18n.set("hi", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (sito ufficiale)",
  enterCode: "Inserisci il codice",
  enterCodeAria: "Inserisci il codice che senti. Premi Spazio per riprodurre l'audio.",
  error: "Verifica fallita. Riprova più tardi.",
  expired: "Verifica scaduta. Riprova.",
  footer: 'Protetto da <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (sito ufficiale)">ALTCHA</a>',
  getAudioChallenge: "Ottieni una sfida audio",
  label: "Non sono un robot",
  loading: "Caricamento...",
  reload: "Ricarica",
  verify: "Verifica",
  verificationRequired: "Verifica richiesta!",
  verified: "Verificato",
  verifying: "Verifica in corso...",
  waitAlert: "Verifica in corso... attendere.",
  cancel: "Annulla",
  enterCodeFromImage: "Per procedere, inserisci il codice dall'immagine sottostante."
};
globalThis.$altcha.i18n.set("it", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (公式ウェブサイト)",
  enterCode: "コードを入力",
  enterCodeAria: "聞こえるコードを入力してください。スペースキーを押して音声を再生します。",
  error: "認証に失敗しました。後でもう一度試してください。",
  expired: "認証が期限切れです。再試行してください。",
  footer: '保護されています <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (公式ウェブサイト)">ALTCHA</a>',
  getAudioChallenge: "音声チャレンジを取得",
  label: "私はロボットではありません",
  loading: "読み込み中...",
  reload: "再読み込み",
  verify: "確認",
  verificationRequired: "認証が必要です！",
  verified: "確認済み",
  verifying: "確認中...",
  waitAlert: "確認中...少々お待ちください。",
  cancel: "キャンセル",
  enterCodeFromImage: "続行するには、以下の画像からコードを入力してください。"
};
globalThis.$altcha.i18n.set("ja", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (공식 웹사이트)",
  enterCode: "코드 입력",
  enterCodeAria: "들리는 코드를 입력하세요. 스페이스 바를 눌러 오디오를 재생합니다.",
  error: "인증 실패. 나중에 다시 시도해주세요.",
  expired: "인증이 만료되었습니다. 다시 시도해주세요.",
  footer: 'ALTCHA에서 보호됨 <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (공식 웹사이트)">ALTCHA</a>',
  getAudioChallenge: "오디오 챌린지 받기",
  label: "저는 로봇이 아닙니다",
  loading: "로딩 중...",
  reload: "새로 고침",
  verify: "확인",
  verificationRequired: "인증이 필요합니다!",
  verified: "확인됨",
  verifying: "확인 중...",
  waitAlert: "확인 중... 잠시만 기다려주세요.",
  cancel: "취소",
  enterCodeFromImage: "계속 진행하려면 아래 이미지에서 코드를 입력하세요."
};
globalThis.$altcha.i18n.set("ko", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (site oficial)",
  enterCode: "Digite o código",
  enterCodeAria: "Digite o código que você ouve. Pressione Espaço para reproduzir o áudio.",
  error: "Falha na verificação. Por favor, tente novamente mais tarde.",
  expired: "Verificação expirada. Por favor, tente novamente.",
  footer: 'Protegido por <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (site oficial)">ALTCHA</a>',
  getAudioChallenge: "Obter desafio de áudio",
  label: "Eu não sou um robô",
  loading: "Carregando...",
  reload: "Recarregar",
  verify: "Verificar",
  verificationRequired: "Verificação necessária!",
  verified: "Verificado",
  verifying: "Verificando...",
  waitAlert: "Verificando... por favor aguarde.",
  cancel: "Cancelar",
  enterCodeFromImage: "Para prosseguir, digite o código da imagem abaixo."
};
globalThis.$altcha.i18n.set("pt-br", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (официальный сайт)",
  enterCode: "Введите код",
  enterCodeAria: "Введите код, который слышите. Нажмите пробел для воспроизведения аудио.",
  error: "Ошибка верификации. Попробуйте позже.",
  expired: "Срок действия верификации истек. Попробуйте снова.",
  footer: 'Защищено <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (официальный сайт)">ALTCHA</a>',
  getAudioChallenge: "Получить аудио задачу",
  label: "Я не робот",
  loading: "Загрузка...",
  reload: "Перезагрузить",
  verify: "Проверить",
  verificationRequired: "Требуется проверка!",
  verified: "Проверено",
  verifying: "Идет проверка...",
  waitAlert: "Идет проверка... Пожалуйста, подождите.",
  cancel: "Отмена",
  enterCodeFromImage: "Чтобы продолжить, пожалуйста, введите код с изображения ниже."
};
globalThis.$altcha.i18n.set("ru", i18n);}
{const i18n = {
  ariaLinkLabel: "Altcha (官方网站)",
  enterCode: "输入代码",
  enterCodeAria: "输入您听到的代码。按空格键播放音频。",
  error: "验证失败。稍后再试。",
  expired: "验证已过期。请重试。",
  footer: '由 <a href="https://altcha.org/" tabindex="-1" target="_blank" aria-label="Altcha (官方网站)">ALTCHA</a> 保护',
  getAudioChallenge: "获取音频挑战",
  label: "我不是机器人",
  loading: "加载中...",
  reload: "重新加载",
  verify: "验证",
  verificationRequired: "需要验证！",
  verified: "已验证",
  verifying: "正在验证...",
  waitAlert: "正在验证... 请稍等。",
  cancel: "取消",
  enterCodeFromImage: "为继续操作，请输入下图中显示的验证码。"
};
globalThis.$altcha.i18n.set("zh-cn", i18n);}
