//! Recognises the texts of a form: paths, hosts and media types.

use super::path::PathState;

/// The state of a recogniser after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormState {
    Path(PathState),
    Host(HostState),
    MediaType(MediaTypeState),
}

impl FormState {
    /// The state after one more byte; `None` if no text of the form has this prefix.
    pub(super) const fn step(self, byte: u8) -> Option<FormState> {
        match self {
            FormState::Path(state) => match state.step(byte) {
                Some(next) => Some(FormState::Path(next)),
                None => None,
            },
            FormState::Host(state) => match state.step(byte) {
                Some(next) => Some(FormState::Host(next)),
                None => None,
            },
            FormState::MediaType(state) => match state.step(byte) {
                Some(next) => Some(FormState::MediaType(next)),
                None => None,
            },
        }
    }

    /// Whether a text can end in this state.
    pub(super) const fn is_whole(self) -> bool {
        match self {
            FormState::Path(state) => state.is_whole(),
            FormState::Host(state) => matches!(state, HostState::Label | HostState::AddressEnd),
            FormState::MediaType(state) => !matches!(state, MediaTypeState::Space),
        }
    }

    /// The number of the state among those of its form.
    pub(super) const fn number(self) -> u32 {
        match self {
            FormState::Path(state) => state as u32,
            FormState::Host(state) => state as u32,
            FormState::MediaType(state) => state as u32,
        }
    }
}

/// The state of a recogniser for hosts, in lower case, without port and without a dot at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostState {
    Before,
    Label,
    /// After a dot between two labels.
    Dot,
    /// Inside of the brackets of an IPv6 address.
    Address,
    AddressEnd,
}

impl HostState {
    const fn step(self, byte: u8) -> Option<HostState> {
        match (self, byte) {
            (HostState::Before, b'[') => Some(HostState::Address),
            (
                HostState::Before | HostState::Label | HostState::Dot,
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_',
            ) => Some(HostState::Label),
            (HostState::Label, b'.') => Some(HostState::Dot),
            (HostState::Address, b'0'..=b'9' | b'a'..=b'f' | b':' | b'.') => {
                Some(HostState::Address)
            }
            (HostState::Address, b']') => Some(HostState::AddressEnd),
            _ => None,
        }
    }
}

/// The state of a recogniser for media types, in lower case and without parameters. Clients may send
/// any text as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaTypeState {
    Before,
    Inside,
    /// After white space, which no media type ends with.
    Space,
}

impl MediaTypeState {
    const fn step(self, byte: u8) -> Option<MediaTypeState> {
        match (self, byte) {
            (MediaTypeState::Before, b' ' | b'\t') => None,
            (_, b' ' | b'\t') => Some(MediaTypeState::Space),
            (_, b';' | b'A'..=b'Z' | 0..=0x1f | 0x7f) => None,
            _ => Some(MediaTypeState::Inside),
        }
    }
}

/// The role of a byte in a path, by which no pattern and no expression has told it apart yet.
pub(super) const fn role_in_paths(byte: u8) -> u16 {
    match byte {
        b'/' => 1,
        b'.' => 2,
        b'\\' | b';' | b'?' | b'#' | 0..=0x1f | 0x7f => 3,
        0x80..=0xbf => 4,
        0xc0.. => 5,
        _ => 0,
    }
}

/// The role of a byte in a path as clients may send it.
pub(super) const fn role_in_sent_paths(byte: u8) -> u16 {
    match byte {
        b'/' => 1,
        b'?' | b'#' | 0..=0x20 | 0x7f.. => 2,
        _ => 0,
    }
}

/// The role of a byte in a host.
pub(super) const fn role_in_hosts(byte: u8) -> u16 {
    match byte {
        b'0'..=b'9' | b'a'..=b'f' => 1,
        b'g'..=b'z' | b'-' | b'_' => 2,
        b'.' => 3,
        b':' => 4,
        b'[' => 5,
        b']' => 6,
        _ => 0,
    }
}

/// The role of a byte in a media type.
pub(super) const fn role_in_media_types(byte: u8) -> u16 {
    match byte {
        b';' | b'A'..=b'Z' | 0..=0x08 | 0x0a..=0x1f | 0x7f => 1,
        b' ' | b'\t' => 2,
        0x80.. => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_whole(start: FormState, text: &str) -> bool {
        let mut bytes = text.bytes();
        let end = bytes.try_fold(start, FormState::step);
        end.is_some_and(FormState::is_whole)
    }

    #[test]
    fn hosts_have_neither_port_nor_capitals_nor_a_dot_at_the_end() {
        for (host, is_one) in [
            ("example.org", true),
            ("my_service", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("", false),
            ("Example.org", false),
            ("example.org.", false),
            (".example.org", false),
            ("a..b", false),
            ("example.org:80", false),
            ("*.example.org", false),
            ("[::1", false),
            ("[::1]:80", false),
            ("::1", false),
            ("a/b", false),
        ] {
            let start = FormState::Host(HostState::Before);
            assert_eq!(is_whole(start, host), is_one, "{host}");
        }
    }

    #[test]
    fn media_types_have_neither_parameters_nor_capitals() {
        for (text, is_one) in [
            ("application/json", true),
            ("", true),
            ("garbage", true),
            ("a b", true),
            ("application/json;", false),
            ("application/json ", false),
            (" application/json", false),
            ("Application/json", false),
        ] {
            let start = FormState::MediaType(MediaTypeState::Before);
            assert_eq!(is_whole(start, text), is_one, "{text}");
        }
    }
}
