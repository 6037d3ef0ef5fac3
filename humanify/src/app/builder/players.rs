//! The setting of the builder that lets media players present the clearance of their browser.

use super::HumanifyBuilder;

impl HumanifyBuilder {
    /// Whether a clearance also holds for the media players that load video and sound in place of
    /// its browser, with their own user agent: AVPlayer, ExoPlayer, VLC, a television set. Default:
    /// `false`, so that they get 403 if a challenge is demanded.
    ///
    /// It then holds for `GET` and `HEAD` with `Sec-Fetch-Dest: video`, `audio` or `track` and,
    /// without that header, for requests with `Range` or the user agent of a media player. It holds
    /// only at addresses where its browser may present it as well, and never with the user agent of
    /// a crawler or of a program such as curl.
    ///
    /// Each of these marks can be forged. A program *at the same address* with a copy of the cookie
    /// can then load every page, which the user agent prevents otherwise. See [the
    /// guide](crate::guide::clients).
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// # fn main() -> Result<(), humanify::ConfigError> {
    /// let humanify = Humanify::builder()
    ///     .media_players(true)
    ///     .rules(protect! { always_challenge on "/films/*"; })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn media_players(mut self, allow: bool) -> Self {
        self.media_players = allow;
        self
    }
}
