//! The setting of the builder that lets players show the clearance of their browser.

use super::HumanifyBuilder;

impl HumanifyBuilder {
    /// Whether a clearance also holds for the programs that load video and sound for its browser
    /// with a user agent of their own: AVPlayer, ExoPlayer, VLC, a television set. Default:
    /// `false`, so that they get 403 where a challenge is demanded.
    ///
    /// It then holds for `GET` and `HEAD` with `Sec-Fetch-Dest: video`, `audio` or `track` and,
    /// where that header is missing, for those with `Range` or the user agent of a player; only
    /// where its browser may show it as well, and never with the user agent of a crawler or of a
    /// program such as curl.
    ///
    /// Each of these marks can be forged. Whoever copies the cookie to another program *at the
    /// same address* can then load every page with it, which the user agent prevents otherwise. See
    /// [the guide](crate::guide::clients).
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
