//! WAV files of 16-bit samples, one channel.

/// Bytes before the samples.
pub(super) const HEADER: usize = 44;

const BYTES_PER_SAMPLE: u16 = 2;

/// A whole file. Recordings are seconds long, so that no length exceeds 32 bits.
pub(super) fn write(rate: u32, samples: &[i16]) -> Vec<u8> {
    let bytes = samples.len() * usize::from(BYTES_PER_SAMPLE);
    let length = |more: usize| {
        u32::try_from(bytes + more)
            .unwrap_or(u32::MAX)
            .to_le_bytes()
    };
    let mut file = Vec::with_capacity(HEADER + bytes);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&length(HEADER - 8));
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(rate * u32::from(BYTES_PER_SAMPLE)).to_le_bytes());
    file.extend_from_slice(&BYTES_PER_SAMPLE.to_le_bytes());
    file.extend_from_slice(&(8 * BYTES_PER_SAMPLE).to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length(0));
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}
