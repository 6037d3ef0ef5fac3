//! Recognises requests for video and sound, which a media player sends in place of the browser.

use http::Method;
use http::header::{HeaderName, RANGE};

use crate::crawlers::JUDGED_BYTES;
use crate::rules::MatchContext;

static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Words in the user agents of players and of television sets, in small letters. The names of
/// programs that anybody runs to load files, such as curl, are crawlers' and not among them.
const PLAYERS: [&[u8]; 26] = [
    b"coremedia",
    b"exoplayer",
    b"media3",
    b"stagefright",
    b"lavf/",
    b"vlc/",
    b"libmpv",
    b"gstreamer",
    b"nsplayer",
    b"windows-media-player",
    b"quicktime",
    b"kodi/",
    b"xbmc",
    b"appletv",
    b"apple tv",
    b"tvos",
    b"roku",
    b"crkey",
    b"hbbtv",
    b"dlnadoc/",
    b"sec_hhp_",
    b"smarttv",
    b"smart-tv",
    b"bravia",
    b"web0s",
    b"tizen",
];

/// Whether a request asks for video, sound or subtitles. A browser says so by `Sec-Fetch-Dest`;
/// where nothing is said of that, a player asks, by its user agent, or a part of a file is asked
/// for. The user agents of crawlers and of programs never count.
pub(super) fn is_for_media(context: &MatchContext<'_>) -> bool {
    let only_asks = matches!(*context.method, Method::GET | Method::HEAD);
    let is_media = || match context.headers.get(&SEC_FETCH_DEST) {
        Some(destination) => matches!(destination.as_bytes(), b"video" | b"audio" | b"track"),
        None => context.headers.contains_key(RANGE) || is_player(context.client.user_agent_bytes()),
    };
    only_asks && is_media() && !context.detection.is_crawler()
}

fn is_player(agent: &[u8]) -> bool {
    let agent = agent.get(..JUDGED_BYTES).unwrap_or(agent);
    let agent = agent.to_ascii_lowercase();
    let names = |word: &&[u8]| agent.windows(word.len()).any(|part| part == *word);
    PLAYERS.iter().any(names)
}
