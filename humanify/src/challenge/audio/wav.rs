//! WAV files of 8-bit samples, one channel.

/// Bytes before the samples.
pub(super) const HEADER: usize = 44;

/// Silence: the middle between the lowest sample, 0, and the highest, 255.
pub(super) const SILENCE: u8 = 128;

/// A complete file. Recordings last seconds, so no length exceeds 32 bits.
pub(super) fn write(rate: u32, samples: &[u8]) -> Vec<u8> {
    let padding = samples.len() % 2;
    let length = |more: usize| {
        u32::try_from(samples.len() + more)
            .unwrap_or(u32::MAX)
            .to_le_bytes()
    };
    let mut file = Vec::with_capacity(HEADER + samples.len() + padding);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&length(padding + HEADER - 8));
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel, one byte per sample.
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&8_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length(0));
    file.extend_from_slice(samples);
    // A chunk of odd length is padded by a byte.
    file.resize(file.len() + padding, 0);
    file
}
