//! Korean writes particles right behind a word, and so behind a link: `…/r/team에서`.

/// Particles that go on into no other word: behind ASCII letters, what begins with one is a
/// particle whatever follows.
const CLEAR: [&str; 17] = [
    "에서",
    "에게",
    "에는",
    "에도",
    "에다",
    "으로",
    "로들어",
    "로오",
    "로와",
    "까지",
    "부터",
    "한테",
    "입니다",
    "이에요",
    "예요",
    "이라",
    "라고",
];

/// Particles that are a particle only if nothing follows.
const SHORT: [&str; 56] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "의",
    "와",
    "과",
    "도",
    "만",
    "로",
    "랑",
    "요",
    "야",
    "나",
    "뿐",
    "에만",
    "에요",
    "로는",
    "로도",
    "로만",
    "로요",
    "로서",
    "로부터",
    "와는",
    "과는",
    "이랑",
    "이랑은",
    "랑은",
    "이나",
    "이고",
    "이며",
    "이면",
    "이야",
    "이죠",
    "죠",
    "네요",
    "이네요",
    "인가요",
    "인지",
    "인데",
    "인데요",
    "하고",
    "보다",
    "보다는",
    "처럼",
    "처럼요",
    "만큼",
    "마다",
    "대로",
    "밖에",
    "조차",
    "께서",
    "님",
];

/// A link or a piece of one, without scheme, up to the particle behind it. What stands behind
/// Hangul stays whole, as in `/r/우리-마당에서`: there nothing tells where the name ends.
pub fn without_particle(link: &str) -> &str {
    let before = link.trim_end_matches(is_hangul);
    let tail = &link[before.len()..];
    let is_clear =
        CLEAR.iter().any(|particle| tail.starts_with(particle)) || tail.starts_with(is_jamo);
    let word =
        before.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '`', ']', '}']);
    let ends_word = word.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')');
    let ends_path = word.ends_with('/');
    let is_host = ends_path && word.matches('/').count() == 1;
    let is_particle = if ends_word || is_host {
        is_clear || SHORT.contains(&tail)
    } else {
        ends_path && is_clear
    };
    if is_particle { before } else { link }
}

/// A syllable, or a letter of one.
pub fn is_hangul(c: char) -> bool {
    is_jamo(c) || matches!(c, '가'..='힣')
}

/// Letters that are no syllable: laughter and tears, ㅋㅋ and ㅠㅠ.
fn is_jamo(c: char) -> bool {
    matches!(c, 'ㄱ'..='ㅣ')
}
