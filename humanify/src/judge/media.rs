//! Recognises requests for video and sound, which a media player sends in place of the browser.

use http::Method;
use http::header::{HeaderName, RANGE};

use crate::crawlers::JUDGED_BYTES;
use crate::rules::MatchContext;

static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Words in the user agents of media players and television sets, in lower case. Programs that load
/// files for anybody, such as curl, are crawlers and are not in this list.
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

/// Whether a request asks for video, sound or subtitles. Browsers send `Sec-Fetch-Dest`. Without
/// that header, the user agent of a media player or a `Range` header counts. Crawlers and other
/// programs never count.
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
