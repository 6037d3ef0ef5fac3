//! The names of subjects in each language.

use std::borrow::Cow;

use super::texts::fill;
use crate::challenge::PictureSubject;
use crate::language::Language;

/// A name with its translations, in the order of [`Language::ALL`]:
/// ar, zh, en, fr, de, hi, it, ja, ko, pt, ru, es, zh-Hant, pt-PT.
type SubjectNames = [(&'static str, [&'static str; Language::ALL.len()])];

impl PictureSubject {
    /// The object of "Select every picture that shows:".
    pub(super) fn name(&self, language: Language) -> Cow<'_, str> {
        let texts = language.texts();
        match self {
            PictureSubject::Animal(animal) => translated(ANIMALS, animal, language).into(),
            PictureSubject::SmilingDogs => texts.smiling_dog.into(),
            PictureSubject::Character(character) => {
                let character = character.to_string();
                fill(texts.character, &[("character", &character)]).into()
            }
            PictureSubject::Key(head) => {
                let shape = translated(KEY_HEADS, head, language);
                fill(texts.key, &[("shape", shape)]).into()
            }
            PictureSubject::Thing(name) => name.into(),
        }
    }

    /// The question beside the preview.
    pub(super) fn question(&self, language: Language) -> &'static str {
        let texts = language.texts();
        match self {
            PictureSubject::Animal(_) => texts.choose_animal,
            PictureSubject::SmilingDogs => texts.choose_smiling_dog,
            PictureSubject::Character(_) => texts.choose_character,
            PictureSubject::Key(_) => texts.choose_key,
            PictureSubject::Thing(_) => texts.choose_thing,
        }
    }
}

/// The name in that language. A name that is not in the table is not translated.
fn translated(names: &SubjectNames, wanted: &'static str, language: Language) -> &'static str {
    names
        .iter()
        .find(|(name, _)| *name == wanted)
        .and_then(|(_, names)| names.get(language as usize))
        .unwrap_or(&wanted)
}

/// The names of animals, in the singular.
#[rustfmt::skip]
pub(super) const ANIMALS: &SubjectNames = &[
    ("butterfly", ["فراشة", "蝴蝶", "a butterfly", "un papillon", "ein Schmetterling", "तितली", "una farfalla", "チョウ", "나비", "uma borboleta", "бабочка", "una mariposa", "蝴蝶", "uma borboleta"]),
    ("camel", ["جمل", "骆驼", "a camel", "un chameau", "ein Kamel", "ऊँट", "un cammello", "ラクダ", "낙타", "um camelo", "верблюд", "un camello", "駱駝", "um camelo"]),
    ("cat", ["قطة", "猫", "a cat", "un chat", "eine Katze", "बिल्ली", "un gatto", "ネコ", "고양이", "um gato", "кошка", "un gato", "貓", "um gato"]),
    ("crab", ["سلطعون", "螃蟹", "a crab", "un crabe", "eine Krabbe", "केकड़ा", "un granchio", "カニ", "게", "um caranguejo", "краб", "un cangrejo", "螃蟹", "um caranguejo"]),
    ("crocodile", ["تمساح", "鳄鱼", "a crocodile", "un crocodile", "ein Krokodil", "मगरमच्छ", "un coccodrillo", "ワニ", "악어", "um crocodilo", "крокодил", "un cocodrilo", "鱷魚", "um crocodilo"]),
    ("duck", ["بطة", "鸭子", "a duck", "un canard", "eine Ente", "बत्तख", "un’anatra", "アヒル", "오리", "um pato", "утка", "un pato", "鴨子", "um pato"]),
    ("elephant", ["فيل", "大象", "an elephant", "un éléphant", "ein Elefant", "हाथी", "un elefante", "ゾウ", "코끼리", "um elefante", "слон", "un elefante", "大象", "um elefante"]),
    ("fish", ["سمكة", "鱼", "a fish", "un poisson", "ein Fisch", "मछली", "un pesce", "魚", "물고기", "um peixe", "рыба", "un pez", "魚", "um peixe"]),
    ("flamingo", ["طائر الفلامنغو", "火烈鸟", "a flamingo", "un flamant rose", "ein Flamingo", "फ़्लेमिंगो", "un fenicottero", "フラミンゴ", "홍학", "um flamingo", "фламинго", "un flamenco (el ave)", "紅鶴", "um flamingo"]),
    ("giraffe", ["زرافة", "长颈鹿", "a giraffe", "une girafe", "eine Giraffe", "जिराफ़", "una giraffa", "キリン", "기린", "uma girafa", "жираф", "una jirafa", "長頸鹿", "uma girafa"]),
    ("hedgehog", ["قنفذ", "刺猬", "a hedgehog", "un hérisson", "ein Igel", "काँटाचूहा (हेजहॉग)", "un riccio", "ハリネズミ", "고슴도치", "um ouriço", "ёж", "un erizo", "刺蝟", "um ouriço-cacheiro"]),
    ("mouse", ["فأر", "老鼠", "a mouse", "une souris", "eine Maus", "चूहा", "un topo", "ネズミ", "쥐", "um rato", "мышь", "un ratón", "老鼠", "um rato"]),
    ("octopus", ["أخطبوط", "章鱼", "an octopus", "une pieuvre", "ein Oktopus", "ऑक्टोपस", "un polpo", "タコ", "문어", "um polvo", "осьминог", "un pulpo", "章魚", "um polvo"]),
    ("owl", ["بومة", "猫头鹰", "an owl", "un hibou", "eine Eule", "उल्लू", "un gufo", "フクロウ", "부엉이", "uma coruja", "сова", "un búho", "貓頭鷹", "uma coruja"]),
    ("penguin", ["بطريق", "企鹅", "a penguin", "un manchot", "ein Pinguin", "पेंगुइन", "un pinguino", "ペンギン", "펭귄", "um pinguim", "пингвин", "un pingüino", "企鵝", "um pinguim"]),
    ("pig", ["خنزير", "猪", "a pig", "un cochon", "ein Schwein", "सूअर", "un maiale", "ブタ", "돼지", "um porco", "свинья", "un cerdo", "豬", "um porco"]),
    ("rabbit", ["أرنب", "兔子", "a rabbit", "un lapin", "ein Kaninchen", "खरगोश", "un coniglio", "ウサギ", "토끼", "um coelho", "кролик", "un conejo", "兔子", "um coelho"]),
    ("sheep", ["خروف", "绵羊", "a sheep", "un mouton", "ein Schaf", "भेड़", "una pecora", "ヒツジ", "양", "uma ovelha", "овца", "una oveja", "綿羊", "uma ovelha"]),
    ("snail", ["حلزون", "蜗牛", "a snail", "un escargot", "eine Schnecke", "घोंघा", "una lumaca", "カタツムリ", "달팽이", "um caracol", "улитка", "un caracol", "蝸牛", "um caracol"]),
    ("snake", ["ثعبان", "蛇", "a snake", "un serpent", "eine Schlange", "साँप", "un serpente", "ヘビ", "뱀", "uma cobra", "змея", "una serpiente", "蛇", "uma cobra"]),
    ("spider", ["عنكبوت", "蜘蛛", "a spider", "une araignée", "eine Spinne", "मकड़ी", "un ragno", "クモ", "거미", "uma aranha", "паук", "una araña", "蜘蛛", "uma aranha"]),
    ("turtle", ["سلحفاة", "乌龟", "a turtle", "une tortue", "eine Schildkröte", "कछुआ", "una tartaruga", "カメ", "거북이", "uma tartaruga", "черепаха", "una tortuga", "烏龜", "uma tartaruga"]),
    ("whale", ["حوت", "鲸鱼", "a whale", "une baleine", "ein Wal", "व्हेल", "una balena", "クジラ", "고래", "uma baleia", "кит", "una ballena", "鯨魚", "uma baleia"]),
];

/// The shapes of keys' heads, in the grammatical case of each language's sentence about keys.
#[rustfmt::skip]
pub(super) const KEY_HEADS: &SubjectNames = &[
    ("ring", ["حلقة", "圆环形", "a ring", "un anneau", "einem Ring", "छल्ले", "anello", "輪", "고리", "um anel", "кольца", "un anillo", "圓環形", "um anel"]),
    ("heart", ["قلب", "心形", "a heart", "un cœur", "einem Herzen", "दिल", "cuore", "ハート", "하트", "um coração", "сердца", "un corazón", "心形", "um coração"]),
    ("star", ["نجمة", "星形", "a star", "une étoile", "einem Stern", "तारे", "stella", "星", "별", "uma estrela", "звезды", "una estrella", "星形", "uma estrela"]),
    ("square", ["مربع", "方形", "a square", "un carré", "einem Quadrat", "चौकोर डिब्बे", "quadrato", "四角", "네모", "um quadrado", "квадрата", "un cuadrado", "方形", "um quadrado"]),
    ("triangle", ["مثلث", "三角形", "a triangle", "un triangle", "einem Dreieck", "त्रिकोण", "triangolo", "三角", "세모", "um triângulo", "треугольника", "un triángulo", "三角形", "um triângulo"]),
    ("clover", ["ورقة برسيم", "三叶草形", "a clover leaf", "un trèfle", "einem Kleeblatt", "तिपतिया पत्ती", "trifoglio", "クローバー", "클로버", "um trevo", "листа клевера", "un trébol", "三葉草形", "um trevo"]),
    ("crown", ["تاج", "王冠形", "a crown", "une couronne", "einer Krone", "मुकुट", "corona", "王冠", "왕관", "uma coroa", "короны", "una corona", "王冠形", "uma coroa"]),
    ("crescent", ["هلال", "月牙形", "a crescent moon", "un croissant de lune", "einer Mondsichel", "अर्धचंद्र", "mezzaluna", "三日月", "초승달", "uma lua crescente", "полумесяца", "una media luna", "月牙形", "uma meia-lua"]),
    ("fish", ["سمكة", "鱼形", "a fish", "un poisson", "einem Fisch", "मछली", "pesce", "魚", "물고기", "um peixe", "рыбы", "un pez", "魚形", "um peixe"]),
    ("bolt", ["صاعقة", "闪电形", "a lightning bolt", "un éclair", "einem Blitz", "बिजली", "fulmine", "稲妻", "번개", "um raio", "молнии", "un rayo", "閃電形", "um raio"]),
];
